"""Rows put together by a field: what a group is called, and the filter that gives its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.i18n import formats
from core.i18n.text import _
from core.views.periods import span_end

if TYPE_CHECKING:
    from core.views.query import Group

INTERVAL_WORDS = {
    "day": _("by day"),
    "week": _("by week"),
    "month": _("by month"),
    "quarter": _("by quarter"),
    "year": _("by year"),
}


def interval_label(start: Any, interval: str) -> str:
    """What a span of time is called: "November 2026", "2026"."""
    if interval == "month":
        said = formats.format_month(start)
        return said[:1].upper() + said[1:]
    if interval == "year":
        return str(start.year)
    if interval == "quarter":
        return str(_("Q{quarter} {year}", quarter=(start.month + 2) // 3, year=str(start.year)))
    if interval == "week":
        return str(_("Week of {date}", date=start))
    return formats.format_date(start)


def group_filter(group: Group) -> str:
    """The filter that gives the rows of a group; empty when there is none."""
    path, value = group.meta.path, group.value
    if value is None:
        return f"{path}:none"
    if group.interval:
        return f"{path}:{value.isoformat()}..{span_end(value, group.interval).isoformat()}"
    if group.meta.kind == "relation":
        return f"{path}:{group.key[-1]}"
    if group.meta.kind == "bool":
        return f"{path}:{'yes' if value else 'no'}"
    return f"{path}:{getattr(value, 'value', value)}"
