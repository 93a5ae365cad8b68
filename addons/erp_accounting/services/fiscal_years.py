"""The fiscal years of a company: written ones, and those that follow from the first month in the settings."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from addons.erp_accounting.models import FiscalYear
from addons.erp_accounting.services import ledgers
from core.api import Invalid, RuleBroken, _

if TYPE_CHECKING:
    from core.api import Env

LONGEST = 24
"""Months."""


class YearsOverlap(RuleBroken):
    def __init__(self, name: str, other: str) -> None:
        super().__init__(
            _("Fiscal year {name} overlaps {other}.", name=name, other=other),
            hint=_("Choose days outside of it."),
        )


def around(env: Env, day: date) -> tuple[date, date]:
    """First and last day of the fiscal year of a day."""
    year = written(env, day)
    return (year.start, year.end) if year else _by_month(env, day)


def written(env: Env, day: date) -> FiscalYear | None:
    """The year of a day, where somebody wrote it down."""
    return next((year for year in all_of(env) if year.start <= day <= year.end), None)


def all_of(env: Env) -> list[FiscalYear]:
    """The company's years in order."""
    mine = [year for year in env.kept(FiscalYear) if year.company_id == env.company_id]
    return sorted(mine, key=lambda year: year.start)


def ensure(env: Env, day: date) -> FiscalYear:
    """The written year of a day; written down now when it was not."""
    year = written(env, day)
    if year is None:
        start, end = around(env, day)
        year = write(env, start=start, end=end)
    return year


def write(env: Env, *, start: date, end: date, name: str = "") -> FiscalYear:
    """Write a year down. Any first and last day up to 24 months apart; years never overlap."""
    if end <= start:
        raise Invalid(fields={"end": _("Choose a day after {start}.", start=start)})
    if end >= _months_later(start, LONGEST):
        raise Invalid(fields={"end": _("A fiscal year lasts 24 months at most.")})
    label = name or _name(start, end)
    for other in all_of(env):
        if other.start <= end and other.end >= start:
            raise YearsOverlap(label, other.name)
    return env.add(FiscalYear, company_id=env.company_id, name=label, start=start, end=end)


def create(env: Env, values: dict[str, Any]) -> FiscalYear:
    """Write one down from the form; empty days continue after the last year."""
    years = all_of(env)
    following = years[-1].end + timedelta(days=1) if years else around(env, env.today())[0]
    start = values.get("start") or following
    end = values.get("end") or _by_month(env, start)[1]
    return write(env, start=start, end=end, name=values.get("name") or "")


def before(env: Env, start: date) -> tuple[date, date]:
    """The year that ends the day before `start`."""
    return around(env, start - timedelta(days=1))


def _by_month(env: Env, day: date) -> tuple[date, date]:
    month = ledgers.of(env).fiscal_month
    start = date(day.year if day.month >= month else day.year - 1, month, 1)
    end = _months_later(start, 12) - timedelta(days=1)
    for year in all_of(env):  # a written year of other days cuts the one beside it
        if year.end < day and year.end >= start:
            start = year.end + timedelta(days=1)
        elif year.start > day and year.start <= end:
            end = year.start - timedelta(days=1)
    return start, end


def _months_later(day: date, months: int) -> date:
    count = day.month - 1 + months
    first = date(day.year + count // 12, count % 12 + 1, 1)
    return first if day.day == 1 else first + timedelta(days=day.day - 1)


def _name(start: date, end: date) -> str:
    return str(end.year) if start.year == end.year else f"{start.year}-{end.year}"
