"""Lines that head or explain others: sections with the sum of what follows, and notes."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

SECTION: Final = "section"
NOTE: Final = "note"
HEADINGS: Final = frozenset({SECTION, NOTE})
"""Values of a line's kind that make it a text without product and amount."""


def heading_of(line: Any, kind: str = "kind") -> str:
    """ "section", "note", or "" for an ordinary line."""
    value = getattr(getattr(line, kind, None), "value", None) if kind else None
    return str(value) if value in HEADINGS else ""


def section_sums(lines: Sequence[Any], *, kind: str = "kind", amount: str = "net") -> list[Decimal | None]:
    """For each section the sum of ``amount`` of its lines, up to the next section; None for other lines."""
    found: list[Decimal | None] = []
    at: int | None = None
    for number, line in enumerate(lines):
        heading = heading_of(line, kind)
        found.append(Decimal(0) if heading == SECTION else None)
        if heading == SECTION:
            at = number
        elif not heading and at is not None:
            found[at] = (found[at] or Decimal(0)) + (getattr(line, amount) or Decimal(0))
    return found


def printed_heading(line: Any, subtotal: str = "") -> dict[str, str]:
    """What the lines of a printed document take for a section with its sum, or for a note."""
    if heading_of(line) == SECTION:
        return {"section": str(line.description), "amount": subtotal}
    return {"note": str(line.description)}
