"""What htmx 4 asks and what it wants to hear."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

VARY = "HX-Request, HX-Request-Type"
"""A page and its fragment live at one address: caches must tell them apart."""


@dataclass(frozen=True, slots=True)
class Htmx:
    """The request headers. A restore from history comes without them and gets a full page."""

    here: bool
    """The request comes from htmx."""
    partial: bool
    """htmx swaps a part of the page; otherwise a whole document is wanted."""
    target: str
    """``tag#id`` of what will be swapped."""
    current_url: str

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> Htmx:
        """Read the headers (case-insensitive mapping)."""
        here = headers.get("hx-request") == "true"
        partial = here and headers.get("hx-request-type") == "partial"
        return cls(here, partial, headers.get("hx-target", ""), headers.get("hx-current-url", ""))


def trigger(events: Mapping[str, Any]) -> str:
    """The value of HX-Trigger: ASCII, so that any sentence survives as a header."""
    return json.dumps(dict(events), ensure_ascii=True, separators=(",", ":"), default=str)
