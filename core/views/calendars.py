"""Records by day: the weeks of a month, or one week."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, select

from core.errors import NotFound
from core.i18n import formats
from core.i18n.text import _
from core.views.addresses import url_of
from core.views.fields import field_of
from core.views.periods import instant, month_start

if TYPE_CHECKING:
    from core.env import Env
    from core.views.fields import FieldMeta
    from core.views.lists import ListScreen

MOST = 400
OF_DAY = 6


@dataclass(frozen=True)
class Item:
    """One record on a day."""

    label: str
    url: str
    tone: str
    time: str


@dataclass
class Day:
    """One cell."""

    on: date
    inside: bool
    today: bool
    items: list[Item] = field(default_factory=list)
    more: int = 0
    new_url: str = ""


@dataclass
class CalendarView:
    """A month or a week."""

    title: str
    heads: list[str]
    days: list[Day]
    previous: str
    next: str
    here: str
    week: bool
    week_url: str
    month_url: str


def calendar_of(env: Env, screen: ListScreen) -> CalendarView:
    """Read the calendar that the state of a list asks for: "2026-11" or, for a week, "2026-11-23w"."""
    declared = screen.views.calendar
    if declared is None:
        raise NotFound(_("There is no calendar here."))
    meta = field_of(screen.model, declared.start)
    anchor, week = _anchor(screen.state.month, env.today())
    first = anchor - timedelta(days=anchor.weekday()) if week else month_start(anchor)
    start = first - timedelta(days=first.weekday())
    last = start + timedelta(days=6) if week else month_start(first, 1) - timedelta(days=1)
    end = last + timedelta(days=6 - last.weekday())
    days = {
        start + timedelta(days=n): Day(
            start + timedelta(days=n),
            week or (start + timedelta(days=n)).month == first.month,
            start + timedelta(days=n) == env.today(),
            new_url=_new_url(screen, meta, start + timedelta(days=n)),
        )
        for n in range((end - start).days + 1)
    }
    _fill(env, screen, meta, days, start, end)
    before = first - timedelta(days=7) if week else month_start(first, -1)
    after = first + timedelta(days=7) if week else month_start(first, 1)
    mark = "w" if week else ""

    def address(day: date, suffix: str) -> str:
        text = f"{day.isoformat()}w" if suffix else f"{day:%Y-%m}"
        return screen.state.address(month=text, view="calendar")

    title = formats.format_month(first)
    if week:
        title = str(_("{first} to {last}", first=formats.format_date(start), last=formats.format_date(end)))
    return CalendarView(
        title=title[:1].upper() + title[1:],
        heads=[formats.format_weekday(start + timedelta(days=n), short=True) for n in range(7)],
        days=list(days.values()),
        previous=address(before, mark),
        next=address(after, mark),
        here=address(env.today(), mark),
        week=week,
        week_url=address(env.today() if first <= env.today() <= last else first, "w"),
        month_url=address(first, ""),
    )


def _anchor(text: str, today: date) -> tuple[date, bool]:
    week = text.endswith("w")
    bare = text.removesuffix("w")
    try:
        return (date.fromisoformat(bare if week else f"{bare}-01"), week) if bare else (today, week)
    except ValueError:
        return today, week


def _new_url(screen: ListScreen, meta: FieldMeta, day: date) -> str:
    if not screen.new_url:
        return ""
    join = "&" if "?" in screen.new_url else "?"
    return f"{screen.new_url}{join}set.{meta.path}={day.isoformat()}"


def _fill(
    env: Env, screen: ListScreen, meta: FieldMeta, days: dict[date, Day], start: date, end: date
) -> None:
    declared = screen.views.calendar
    model: Any = screen.model
    column = meta.attribute
    low: Any = start
    high: Any = end + timedelta(days=1)
    if meta.kind == "datetime":
        low, high = instant(start, env.tz), instant(high, env.tz)
    finish = field_of(model, declared.end).attribute if declared is not None and declared.end else None
    inside = and_(column >= low, column < high)
    if finish is not None:
        inside = and_(column < high, (finish >= low) | (finish.is_(None) & (column >= low)))
    statement = select(model).where(screen.query.where(), inside).order_by(column, model.id).limit(MOST)
    for record in env.session.scalars(statement):
        begin = _day(env, getattr(record, meta.name))
        until = _day(env, getattr(record, declared.end)) if declared is not None and declared.end else None
        day = max(begin or start, start)
        while day <= min(until or begin or start, end):
            _put(env, days[day], record, meta, declared)
            day += timedelta(days=1)


def _day(env: Env, value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.astimezone(env.tz).date()
    return value if isinstance(value, date) else None


def _put(env: Env, day: Day, record: Any, meta: FieldMeta, declared: Any) -> None:
    if len(day.items) >= OF_DAY:
        day.more += 1
        return
    title = str(getattr(record, declared.title, "") or "") if declared.title else ""
    tone = declared.tone(record) if declared.tone is not None else ""
    clock = formats.format_time(getattr(record, meta.name), env.tz) if meta.kind == "datetime" else ""
    day.items.append(Item(title or str(record.display_name), url_of(record), tone, clock))
