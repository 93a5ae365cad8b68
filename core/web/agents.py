"""What a browser calls itself, in the two words that its owner knows it by."""

from __future__ import annotations

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
"""The first that is found counts: Edge also names Chrome, and Chrome names Safari."""


def spoken_agent(agent: str) -> str:
    """Return "Firefox, Windows" for a User-Agent header; the header itself when it names neither."""
    known = [next((name for sign, name in names if sign in agent), "") for names in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in known if name) or agent
