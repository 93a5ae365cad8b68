"""What charts draw: every month of a period, bars as long as their values."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from core.views.charts import chart_view
from core.views.declare import Chart, Period
from tests.views.factories import Deal, a_customer, a_deal

if TYPE_CHECKING:
    from core.env import Env

pytestmark = pytest.mark.addons("sample_shop")


def a_chart(env: Env, **values: Any) -> Chart:
    known: dict[str, Any] = {"by": "close_date", "measure": "expected"}
    return replace(Chart(Deal, "deals", "Deals", **known | values), model=env[Deal])


def drawn(env: Env, chart: Chart, period: Period | None = None) -> list[tuple[str, Decimal]]:
    view = chart_view(env, chart, period=period)
    assert view is not None
    return [(bar.label, bar.value) for bar in view.bars]


@pytest.mark.parametrize("by", ["close_date", "called_at"])
def test_a_month_without_data_is_a_zero(env: Env, by: str) -> None:
    for month, amount in ((1, 10), (4, 40)):
        day = date(2026, month, 15)
        when = {"close_date": day, "called_at": datetime(2026, month, 15, 12, tzinfo=UTC)}
        a_deal(env, expected=Decimal(amount), **{by: when[by]})

    assert drawn(env, a_chart(env, by=by)) == [("Jan", 10), ("Feb", 0), ("Mar", 0), ("Apr", 40)]


def test_a_period_is_drawn_whole(env: Env) -> None:
    a_deal(env, expected=Decimal(10), close_date=date(2026, 3, 2))
    period = Period(date(2026, 2, 1), date(2026, 4, 30))

    assert drawn(env, a_chart(env), period) == [("Feb", 0), ("Mar", 10), ("Apr", 0)]


def test_a_period_without_anything_is_empty_not_zeros(env: Env) -> None:
    period = Period(date(2026, 2, 1), date(2026, 4, 30))

    assert drawn(env, a_chart(env), period) == []


def test_the_longest_lying_bar_takes_the_whole_width(env: Env) -> None:
    for name, amount in (("Kervran", 830), ("Tilleuls", 415)):
        a_deal(env, expected=Decimal(amount), customer=a_customer(env, name=name))

    view = chart_view(env, a_chart(env, by="customer"))

    assert view is not None
    assert [(bar.label, bar.width) for bar in view.bars] == [("Kervran", 100), ("Tilleuls", 50)]
