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
    ("month", _("Month by month")),
    ("quarter", _("Quarter by quarter")),
)
BESIDE = 11
"""Periods beside the first one, at most."""


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
        max(1, min(query.integer("count", 1) or 1, BESIDE)),
        query.get("companies") == "all" and len(env.company_ids) > 1,
        query.get("rows") or "account",
        query.get("columns") or "month",
        query.get("measure") or "balance",
        query.get("box"),
        query.integer("plan"),
        query.integer("budget"),
        query.get("ordinary") == "1",
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
    """The period and those beside it; or its months or quarters, and the whole of them last."""
    if wanted.compare in ("month", "quarter"):
        return _parts(wanted)
    found = [(wanted.start, wanted.end)]
    for step in range(1, wanted.count + 1):
        if wanted.compare == "year":
            found.append((add_months(wanted.start, -12 * step), _same_end(wanted.end, -12 * step)))
        elif wanted.compare == "previous":
            found.append(_previous(*found[-1]))
    return found


def _previous(start: date, end: date) -> tuple[date, date]:
    before = start - timedelta(days=1)
    months = whole_months(start, end)
    return (add_months(start, -months), before) if months else (before - (end - start), before)


def _parts(wanted: Asked) -> list[tuple[date, date]]:
    length = 1 if wanted.compare == "month" else 3
    found: list[tuple[date, date]] = []
    start = wanted.start
    while start <= wanted.end and len(found) < 24:
        first = start.replace(day=1)
        if length == 3:
            first = first.replace(month=(start.month - 1) // 3 * 3 + 1)
        end = min(add_months(first, length) - timedelta(days=1), wanted.end)
        found.append((start, end))
        start = end + timedelta(days=1)
    return [*found, (wanted.start, wanted.end)] if len(found) > 1 else found


def _same_end(day: date, months: int) -> date:
    """The end of a month stays the end of a month (28 February 2025 <- 29 February 2024)."""
    moved = add_months(day, months)
    return month_end(moved) if day == month_end(day) else moved


def whole_months(start: date, end: date) -> int:
    """How many months the days cover exactly; 0 when they do not."""
    if start.day != 1 or end != month_end(end):
        return 0
    return (end.year - start.year) * 12 + end.month - start.month + 1


def period_choices(wanted: Asked, *, compare: bool = False, env: Env | None = None) -> list[Choice]:
    """The inputs for a period; with `env` also that for several companies."""
    found = [
        Choice("from", str(_("From")), wanted.start.isoformat()),
        Choice("to", str(_("To")), wanted.end.isoformat()),
    ]
    if compare:
        options = tuple((key, str(label)) for key, label in COMPARISONS)
        found.append(Choice("compare", str(_("Compare with")), wanted.compare, options, "select"))
        if wanted.compare in ("previous", "year"):
            numbers = tuple((str(number), str(number)) for number in range(1, BESIDE + 1))
            found.append(Choice("count", str(_("Periods beside")), str(wanted.count), numbers, "select"))
    if env is not None and len(env.company_ids) > 1:
        sides = (("", str(env.company.name)), ("all", str(_("All my companies"))))
        value = "all" if wanted.companies else ""
        found.append(Choice("companies", str(_("Company")), value, sides, "select"))
    return found
