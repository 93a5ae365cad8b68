"""Read the lines of a page as a browser does: the names and values that its form would send."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Final

EMPTY: Final = frozenset({"checkbox", "radio"})


class Fields(HTMLParser):
    """Inputs, selects and text areas inside one element, templates left out."""

    def __init__(self, within: str) -> None:
        super().__init__()
        self.within, self.depth, self.outside = within, 0, 0
        self.found: dict[str, list[str]] = {}
        self.select = self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.depth += self.depth > 0 or known.get("id") == self.within
        self.outside += tag == "template"
        if not self.depth or self.outside:
            return
        name, value = known.get("name", ""), known.get("value", "")
        if tag == "input" and name and (known.get("type") not in EMPTY or "checked" in known):
            self.found.setdefault(name, []).append(value)
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in known:
            self.found[self.select] = [value]
        elif tag == "textarea":
            self.text = name
            self.found[name] = [""]

    def handle_endtag(self, tag: str) -> None:
        self.outside -= tag == "template"
        self.depth -= tag == "form" and self.depth > 0
        self.select = "" if tag == "select" else self.select
        self.text = "" if tag == "textarea" else self.text

    def handle_data(self, data: str) -> None:
        if self.text:
            self.found[self.text] = [self.found[self.text][0] + data]


def fields_of(page: str, form: str) -> dict[str, list[str]]:
    """What the form of that id would send."""
    reader = Fields(form)
    reader.feed(page)
    return reader.found
