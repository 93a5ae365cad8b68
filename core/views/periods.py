"""Ranges of days with a name: today, this month, the last 30 days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from core.i18n.text import Text, _

PERIODS: dict[str, Text] = {
    "today": _("Today"),
    "yesterday": _("Yesterday"),
    "tomorrow": _("Tomorrow"),
    "this_week": _("This week"),
    "last_week": _("Last week"),
    "next_week": _("Next week"),
    "this_month": _("This month"),
    "last_month": _("Last month"),
    "next_month": _("Next month"),
    "this_quarter": _("This quarter"),
    "last_quarter": _("Last quarter"),
    "this_year": _("This year"),
    "last_year": _("Last year"),
    "last_7_days": _("Last 7 days"),
    "last_30_days": _("Last 30 days"),
    "last_90_days": _("Last 90 days"),
    "next_7_days": _("Next 7 days"),
    "next_30_days": _("Next 30 days"),
    "late": _("Before today"),
    "future": _("After today"),
}
"""Name in the address -> what the filter menu says."""

MONTHS = {"month": 1, "quarter": 3, "year": 12}


def month_start(day: date, months: int = 0) -> date:
    """The first day of the month that lies ``months`` after the one of ``day``."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def span_start(day: date, span: str, shift: int = 0) -> date:
    """The first day of the month, quarter or year of ``day``, moved by that many of them."""
    length = MONTHS[span]
    back = (day.month - 1) % length
    return month_start(day, shift * length - back)


def range_of(name: str, today: date) -> tuple[date | None, date | None] | None:
    """The first and last day of a period, None for an open end; None for an unknown name.

    The last or next seven days are seven days: today is one of them.
    """
    if name == "late":
        return None, today - timedelta(days=1)
    if name == "future":
        return today + timedelta(days=1), None
    near = {"yesterday": -1, "today": 0, "tomorrow": 1}
    if name in near:
        day = today + timedelta(days=near[name])
        return day, day
    which, _sep, rest = name.partition("_")
    if which in ("last", "next") and rest.endswith("_days") and rest.removesuffix("_days").isdigit():
        others = timedelta(days=int(rest.removesuffix("_days")) - 1)
        return (today - others, today) if which == "last" else (today, today + others)
    shift = {"last": -1, "this": 0, "next": 1}.get(which)
    if shift is None:
        return None
    if rest == "week":
        start = today - timedelta(days=today.weekday()) + timedelta(weeks=shift)
        return start, start + timedelta(days=6)
    if rest in MONTHS:
        start = span_start(today, rest, shift)
        return start, span_start(today, rest, shift + 1) - timedelta(days=1)
    return None


def instant(day: date, tz: Any) -> datetime:
    """The instant at which a day begins for the reader."""
    zone = ZoneInfo(tz) if isinstance(tz, str) else tz
    return datetime.combine(day, time(0), zone or UTC)


def interval_start(day: date, interval: str) -> date:
    """The first day of the day, week, month, quarter or year that a day lies in."""
    if interval == "day":
        return day
    if interval == "week":
        return day - timedelta(days=day.weekday())
    return span_start(day, interval)


def span_end(start: date, interval: str) -> date:
    """The last day of the day, week, month, quarter or year that begins on ``start``."""
    if interval == "day":
        return start
    if interval == "week":
        return start + timedelta(days=6)
    return span_start(start, interval, 1) - timedelta(days=1)
