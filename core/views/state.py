"""What the address of a list says: search, filters, grouping, order, columns and the place in the pages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PAGE_SIZE = 50
SIZES = (20, 50, 100, 200)


@dataclass(frozen=True)
class ListState:
    """One way of looking at a model. ``filters`` are texts as ``core.views.filters`` reads them.

    ``fold``: only the group rows. ``count``: count everything, however long it takes. ``bare``: no preset
    either.
    """

    list_name: str = ""
    view: str = ""
    q: str = ""
    filters: tuple[str, ...] = ()
    group_by: tuple[str, ...] = ()
    sort: str = ""
    columns: tuple[str, ...] = ()
    after: str = ""
    before: str = ""
    fold: bool = False
    count: bool = False
    size: int = PAGE_SIZE
    saved: str = ""
    start: int = 1
    """The number of the first row of the page, carried along for "51-100 of 10,000+"."""
    month: str = ""
    """For a calendar: the month or week shown, as the date it begins on."""

    def address(self, **changes: Any) -> str:
        """The query of the same state with some parts changed; a change other than of page starts at page
        one."""
        if not {"after", "before", "start"} & set(changes):
            changes |= {"after": "", "before": "", "start": 1}
        state = replace(self, **changes)
        pairs = [(name, value) for name, value in state._pairs() if value]
        if all(name in {"list", "view"} for name, _value in pairs):
            pairs.append(("all", "1"))  # not "the view it opens with"
        return "?" + urlencode(pairs)

    def hidden_fields(self) -> list[tuple[str, str]]:
        """What a search form carries along beside the words typed into it."""
        left_out = {"q", "after", "before", "start", "saved", "count"}
        return [*((n, v) for n, v in self._pairs() if v and n not in left_out), ("all", "1")]

    def _pairs(self) -> list[tuple[str, str]]:
        return [
            ("list", self.list_name),
            ("view", self.view),
            ("saved", self.saved),
            ("q", self.q),
            *(("f", text) for text in self.filters),
            *(("group", path) for path in self.group_by),
            ("sort", self.sort),
            ("columns", ",".join(self.columns)),
            ("fold", "1" if self.fold else ""),
            ("count", "1" if self.count else ""),
            ("size", str(self.size) if self.size != PAGE_SIZE else ""),
            ("after", self.after),
            ("before", self.before),
            ("start", str(self.start) if self.start > 1 else ""),
            ("month", self.month),
        ]

    def kept(self) -> str:
        """The state as a saved view keeps it: without the place in the pages."""
        return self.address(saved="", count=False).removeprefix("?")

    def without(self, text: str) -> str:
        """The address without one filter."""
        return self.address(filters=tuple(other for other in self.filters if other != text))

    def with_filter(self, text: str) -> str:
        """The address with one more filter; another one on the same field gives way."""
        path = text.partition(":")[0]
        others = tuple(other for other in self.filters if other.partition(":")[0] != path)
        return self.address(filters=(*others, text))


def parse_state(query: Mapping[str, Sequence[str]]) -> ListState:
    """Read the query of an address; what cannot be read is left out."""

    def one(name: str) -> str:
        return next(iter(query.get(name, ())), "").strip()

    def number(name: str, default: int) -> int:
        text = one(name)
        return int(text) if text.isdigit() and len(text) < 10 else default

    size = number("size", PAGE_SIZE)
    return ListState(
        list_name=one("list"),
        view=one("view"),
        q=one("q")[:200],
        filters=tuple(dict.fromkeys(text for text in query.get("f", ()) if ":" in text)),
        group_by=tuple(dict.fromkeys(text for text in query.get("group", ()) if text))[:3],
        sort=one("sort"),
        columns=tuple(text for text in one("columns").split(",") if text),
        after=one("after"),
        before=one("before"),
        fold=one("fold") == "1",
        count=one("count") == "1",
        size=size if size in SIZES else PAGE_SIZE,
        saved=one("saved"),
        start=number("start", 1),
        month=one("month"),
    )
