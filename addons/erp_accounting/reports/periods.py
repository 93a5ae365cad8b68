"""The days a report is about, read from its address."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from addons.erp_accounting.queries.balances import fiscal_year
from addons.erp_accounting.reports.sheet import Asked, Choice
from addons.erp_accounting.services.terms import add_months, month_end
from core.api import Invalid, _

if TYPE_CHECKING:
    from core.api import Env, Fields

COMPARISONS = (
    ("", _("No comparison")),
    ("previous", _("Previous period")),
    ("year", _("Same period last year")),
)


def asked(env: Env, query: Fields) -> Asked:
    """Dates default to the fiscal year up to its end; nonsense is refused with a sentence."""
    first, last = fiscal_year(env, env.today())
    start, end = _day(query, "from", first), _day(query, "to", last)
    if end < start:
        raise Invalid(fields={"to": _("Choose a day on or after {start}.", start=start)})
    compare = query.get("compare")
    return Asked(
        start,
        end,
        compare if compare in {key for key, _label in COMPARISONS} else "",
        query.integer("account"),
        query.integer("party"),
        "payable" if query.get("side") == "payable" else "receivable",
        query.get("after"),
    )


def _day(query: Fields, name: str, default: date) -> date:
    text = query.get(name)
    if not text:
        return default
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(fields={name: _("Enter a date as in 2026-12-31.")}) from None


def compared(wanted: Asked) -> list[tuple[date, date]]:
    """The period, and the one beside it."""
    found = [(wanted.start, wanted.end)]
    if wanted.compare == "year":
        found.append((add_months(wanted.start, -12), _same_end(wanted.end, -12)))
    elif wanted.compare == "previous":
        months = whole_months(wanted.start, wanted.end)
        if months:
            found.append((add_months(wanted.start, -months), wanted.start - timedelta(days=1)))
        else:
            length = wanted.end - wanted.start
            found.append((wanted.start - length - timedelta(days=1), wanted.start - timedelta(days=1)))
    return found


def _same_end(day: date, months: int) -> date:
    """The end of a month stays the end of a month (28 February 2025 <- 29 February 2024)."""
    moved = add_months(day, months)
    return month_end(moved) if day == month_end(day) else moved


def whole_months(start: date, end: date) -> int:
    """How many months the days cover exactly; 0 when they do not."""
    if start.day != 1 or end != month_end(end):
        return 0
    return (end.year - start.year) * 12 + end.month - start.month + 1


def period_choices(wanted: Asked, *, compare: bool = False) -> list[Choice]:
    """The inputs for a period."""
    found = [
        Choice("from", str(_("From")), wanted.start.isoformat()),
        Choice("to", str(_("To")), wanted.end.isoformat()),
    ]
    if compare:
        options = tuple((key, str(label)) for key, label in COMPARISONS)
        found.append(Choice("compare", str(_("Compare with")), wanted.compare, options, "select"))
    return found
