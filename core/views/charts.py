"""Figures of a model by time, state or link, with the geometry of their drawing: SVG made on the server."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING, Any

from babel.dates import format_date
from sqlalchemy import and_, func, inspect, select, true

from core.i18n import formats
from core.i18n.locales import babel_locale, current_locale
from core.i18n.text import _
from core.orm.sorting import people_order
from core.views.access import may, readable
from core.views.addresses import base_of
from core.views.fields import AMOUNTS, field_of
from core.views.groups import interval_label
from core.views.joins import Joins
from core.views.periods import instant, interval_start, span_end

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import ColumnElement

    from core.env import Env
    from core.views.declare import Chart, Period
    from core.views.fields import FieldMeta

HEIGHT = 220
"""Pixels between the axis and the top."""
THOUSAND, MILLION = Decimal(1000), Decimal(1_000_000)


@dataclass(frozen=True)
class Bar:
    """One mark: its values, and where it is drawn (x and width in per cent, y and height in pixels)."""

    label: str
    value: Decimal
    written: str
    short: str
    second: Decimal = Decimal(0)
    second_written: str = ""
    x: Decimal = Decimal(0)
    width: Decimal = Decimal(0)
    y: int = 0
    height: int = 0
    second_height: int = 0
    url: str = ""


@dataclass
class ChartView:
    """A chart ready to be drawn, and its table."""

    name: str
    title: str
    sentence: str
    unit: str
    upright: bool
    bars: list[Bar] = field(default_factory=list)
    ticks: list[tuple[int, str]] = field(default_factory=list)
    """(y in pixels, label) of the lines behind upright bars."""
    series: tuple[str, ...] = ()
    note: str = ""


def chart_view(
    env: Env, chart: Chart, where: Sequence[ColumnElement[bool]] = (), period: Period | None = None
) -> ChartView | None:
    """Read a chart; None when the person may not read its model or one of its fields."""
    model = chart.model
    if not may(env, "read", model):
        return None
    by = field_of(model, chart.by)
    measure = field_of(model, chart.measure) if chart.measure else None
    series = field_of(model, chart.series) if chart.series else None
    if not all(readable(env, meta) for meta in (by, measure, series) if meta is not None):
        return None
    conditions = [*where, *_conditions(env, chart, measure, period)]
    values = _read(env, chart, by, measure, series, conditions)
    spanned = period if not chart.on or chart.on == chart.by else None
    return _drawn(env, chart, by, measure, series, values, spanned)


def _conditions(
    env: Env, chart: Chart, measure: FieldMeta | None, period: Period | None
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    model = chart.model
    if chart.where is not None:
        found.append(chart.where(env, model))
    if measure is not None and measure.kind in AMOUNTS and "currency" in inspect(model).column_attrs:
        found.append(model.currency == env.company.currency)
    on = chart.on or (chart.by if field_of(model, chart.by).kind in {"date", "datetime"} else "")
    if period is not None and on:
        found.append(in_period(env, field_of(model, on), period))
    return found


def in_period(env: Env, meta: FieldMeta, period: Period) -> ColumnElement[bool]:
    """The condition that a date or an instant lies in a period."""
    column: Any = meta.attribute
    if meta.kind == "datetime":
        from datetime import timedelta

        return and_(
            column >= instant(period.start, env.tz), column < instant(period.end + timedelta(days=1), env.tz)
        )
    return and_(column >= period.start, column <= period.end)


def _read(
    env: Env, chart: Chart, by: FieldMeta, measure: FieldMeta | None, series: FieldMeta | None,
    conditions: list[ColumnElement[bool]],
) -> dict[tuple[Any, ...], dict[str, Decimal]]:  # fmt: skip
    joins = Joins(chart.model, str(env.tz))
    keys = [order.expression for order in joins.orders(by, False, chart.interval, spelled=True)]
    if by.kind == "choice":
        keys = [by.attribute]
    parts = [key.label(f"k{n}") for n, key in enumerate(keys)]
    if series is not None:
        parts.append(series.attribute.label("series"))
    amount = func.sum(joins.value(measure)) if measure is not None else func.count()
    statement = joins.apply(select(*parts, amount.label("total")).select_from(chart.model), eager=False)
    statement = statement.where(true(), *conditions).group_by(*(part.name for part in parts))
    found: dict[tuple[Any, ...], dict[str, Decimal]] = {}
    for row in env.session.execute(statement):
        key = tuple(row[: len(keys)])
        code = str(getattr(row.series, "value", row.series)) if series is not None else ""
        found.setdefault(key, {})[code] = Decimal(row.total or 0)
    return found


def _drawn(
    env: Env, chart: Chart, by: FieldMeta, measure: FieldMeta | None, series: FieldMeta | None,
    values: dict[tuple[Any, ...], dict[str, Decimal]], period: Period | None,
) -> ChartView:  # fmt: skip
    upright = by.kind in {"date", "datetime"}
    kinds = (
        [""]
        if series is None
        else [m.value for m in (series.choices or ()) if any(m.value in v for v in values.values())][:2]
    )
    labels = () if series is None else tuple(str(m.label) for m in series.choices or () if m.value in kinds)
    rows = _ordered(by, chart, values, period, upright=upright)
    sums = [sum((found.get(k, Decimal(0)) for k in kinds), Decimal(0)) for _key, found in rows]
    largest = max(sums, default=Decimal(0))
    unit, divisor = _unit(env, measure, largest)
    top = _top(largest / divisor) if upright else largest / divisor
    bars = []
    for n, (key, found) in enumerate(rows):
        first, second = found.get(kinds[0] if kinds else "", Decimal(0)), Decimal(0)
        if len(kinds) > 1:
            second = found.get(kinds[1], Decimal(0))
        bars.append(_bar(env, chart, by, measure, key, first, second, n, len(rows), top, divisor, upright))
    sentence = "{}: {}".format(
        chart.label, ", ".join(f"{bar.label} {bar.written}" for bar in bars) or _("nothing yet")
    )
    step = top / 4
    ticks = [
        (HEIGHT - int(HEIGHT * n / 4), formats.format_number(step * n))
        for n in range(5 if top and upright else 0)
    ]
    return ChartView(chart.name, str(chart.label), sentence, unit, upright, bars, ticks, labels)


def _ordered(
    by: FieldMeta,
    chart: Chart,
    values: dict[tuple[Any, ...], dict[str, Decimal]],
    period: Period | None,
    *,
    upright: bool,
) -> list[tuple[tuple[Any, ...], dict[str, Decimal]]]:
    if upright:
        dated = sorted((key, found) for key, found in values.items() if key[0] is not None)
        return _without_gaps(dated, chart.interval, period)[-chart.limit :]
    if by.kind == "choice":
        order = {member: n for n, member in enumerate(by.choices or ())}
        return sorted(values.items(), key=lambda pair: order.get(pair[0][0], 99))

    def largest_first(pair: tuple[tuple[Any, ...], dict[str, Decimal]]) -> tuple[Decimal, tuple[str, str]]:
        return -sum(pair[1].values(), Decimal(0)), people_order(_label(by, pair[0], chart.interval))

    return sorted(values.items(), key=largest_first)[: chart.limit]


def _without_gaps(
    dated: list[tuple[tuple[Any, ...], dict[str, Decimal]]], interval: str, period: Period | None
) -> list[tuple[tuple[Any, ...], dict[str, Decimal]]]:
    """A month without anything is a month with nothing, not a missing month; a period is shown whole."""
    from datetime import timedelta

    if not dated:
        return []
    known = dict(dated)
    day: date = dated[0][0][0]
    last: date = dated[-1][0][0]
    if period is not None:
        day = min(day, interval_start(period.start, interval))
        last = max(last, interval_start(period.end, interval))
    found: list[Any] = []
    while day <= last and len(found) < 400:
        found.append(((day,), known.get((day,), {})))
        day = span_end(day, interval) + timedelta(days=1)
    return found


def _unit(env: Env, measure: FieldMeta | None, largest: Decimal) -> tuple[str, Decimal]:
    money = str(env.company.currency) if measure is not None and measure.kind in AMOUNTS else ""
    if largest >= 10 * MILLION:
        return str(_("millions of {unit}", unit=money)) if money else str(_("millions")), MILLION
    if largest >= 10 * THOUSAND:
        return str(_("thousands of {unit}", unit=money)) if money else str(_("thousands")), THOUSAND
    return money, Decimal(1)


def _top(largest: Decimal) -> Decimal:
    """A round number at least as large, divisible by four."""
    if largest <= 0:
        return Decimal(0)
    size = Decimal(10) ** (largest.adjusted())
    for factor in (1, 2, 4, 6, 8, 10):
        if largest <= size * factor:
            return size * factor
    return (largest / size).quantize(Decimal(1), ROUND_CEILING) * size


def _bar(
    env: Env, chart: Chart, by: FieldMeta, measure: FieldMeta | None, key: tuple[Any, ...], first: Decimal,
    second: Decimal, n: int, count: int, top: Decimal, divisor: Decimal, upright: bool,
) -> Bar:  # fmt: skip
    total = first + second
    short = formats.format_number(round(total / divisor, 1 if divisor > 1 and total < 10 * divisor else 0))
    slot = Decimal(95) / max(count, 1)
    wide = min(slot * 3 / 5, Decimal(12))
    scale = total / divisor / top if top else Decimal(0)
    height = int(HEIGHT * scale)
    share = int(HEIGHT * (second / divisor / top)) if top else 0
    return Bar(
        label=_label(by, key, chart.interval),
        value=first,
        written=_written(env, measure, first),
        short=short,
        second=second,
        second_written=_written(env, measure, second),
        x=round(5 + n * slot + (slot - wide) / 2, 2) if upright else Decimal(0),
        width=round(wide, 2) if upright else round(scale * 100, 1),
        y=HEIGHT - height,
        height=max(height, 0),
        second_height=max(share, 0),
        url=_url(chart, by, key),
    )


def _written(env: Env, measure: FieldMeta | None, value: Decimal) -> str:
    if measure is not None and measure.kind in AMOUNTS:
        return formats.format_money(value, str(env.company.currency), digits=0)
    return formats.format_number(value)


def _label(by: FieldMeta, key: tuple[Any, ...], interval: str) -> str:
    value = key[0]
    if value is None:
        return str(_("None"))
    if by.kind in {"date", "datetime"}:
        if interval == "month":
            return format_date(value, "LLL", locale=babel_locale(current_locale())).rstrip(".")
        return interval_label(value, interval)
    if by.kind == "bool":
        return str(_("Yes") if value else _("No"))
    return str(getattr(value, "label", value))


def _url(chart: Chart, by: FieldMeta, key: tuple[Any, ...]) -> str:
    """The list behind a mark."""
    value = key[0]
    if by.hops:
        return ""
    if by.kind in {"date", "datetime"}:
        text = f"{value.isoformat()}..{span_end(value, chart.interval).isoformat()}"
    elif by.kind == "relation":
        text = str(key[-1]) if key[-1] is not None else "none"
    else:
        text = "none" if value is None else str(getattr(value, "value", value))
    return f"{base_of(chart.model)}?f={chart.by}%3A{text}"
