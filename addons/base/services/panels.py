"""What other addons put on the customer page: facts at its head, panels at its side."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure at the head of the page: a label, a value, where it leads.

    ``value`` is shown as it is; with ``currency`` it is an amount. ``tone`` "bad" for late money. ``hidden``
    draws a hatched bar with its reason instead: the reader may not see it.
    """

    label: str
    value: Any
    currency: str = ""
    tone: str = ""
    url: str = ""
    sequence: int = 50
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class PanelRow:
    """One line of a panel. ``hidden`` draws a hatched bar instead of the amount: the reader may not see
    it.
    """

    text: str
    url: str = ""
    note: str = ""
    pill: str = ""
    tone: str = ""
    amount: Decimal | None = None
    currency: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel at the side of the page, in the order of ``sequence``."""

    name: str
    title: str
    rows: tuple[PanelRow, ...] = ()
    count: str = ""
    note: str = ""
    empty: str = ""
    locked: str = ""
    """Why amounts are hidden, in a few words: "Amounts hidden for your role"."""
    sequence: int = 50
    meters: tuple[tuple[str, str, int], ...] = field(default=())
    """Instead of rows: (text, value in words, percent of the longest bar)."""
