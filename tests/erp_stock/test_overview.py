from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from addons.erp_stock.models import OperationKind
from addons.erp_stock.queries import overview
from addons.erp_stock.services import shipments
from addons.erp_stock.services.quantities import Demand
from tests.erp_stock.factories import a_delivery, a_product, received

if TYPE_CHECKING:
    from core.api import Env
    from core.testing.plugin import LiveWorkspace
    from core.testing.web import Visitor

pytestmark = pytest.mark.addons("erp_stock")


def some_work(env: Env) -> None:
    lamp = a_product(env, name="Orla 40")
    received(env, lamp, 10)
    yesterday = env.today() - timedelta(days=1)
    a_delivery(env, (lamp, 4))
    shipments.ship(env, a_delivery(env, (lamp, 8), planned_on=yesterday))
    shipments.plan(env, OperationKind.RECEIPT, [Demand(lamp, Decimal(6))], planned_on=yesterday)


def test_every_kind_of_work_says_what_is_ready_late_waiting_and_left_behind(env: Env) -> None:
    some_work(env)

    found = overview.of(env)

    assert [(w.name, w.ready.number, [f.number for f in w.others]) for w in found.works] == [
        ("Receipts", 1, [1, 0, 0]),
        ("Deliveries", 1, [1, 1, 1]),
        ("Internal moves", 0, [0, 0, 0]),
        ("Returns", 0, [0, 0, 0]),
    ]
    assert len(found.late) == 2


def test_each_figure_leads_to_the_shipments_it_counts(client: Visitor, workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        some_work(env)
        found = overview.of(env)
        figures = [(w.ready, *w.others) for w in found.works]

    page = client.get("/stock")

    assert "Deliveries" in page.text
    for figure in (one for row in figures for one in row):
        listed = client.get(figure.url)
        rows = listed.text.count('href="/app/erp_stock/shipment/') if figure.number else 0
        assert listed.status_code == 200
        assert bool(rows) == bool(figure.number)


def test_the_forecast_of_a_product_is_a_page(client: Visitor, workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        lamp = a_product(env, name="Orla 40")
        received(env, lamp, 10)
        a_delivery(env, (lamp, 4), planned_on=env.today() + timedelta(days=3))
        path = f"/stock/forecast/{lamp.id}"

    page = client.get(path)

    assert page.status_code == 200
    assert "In stock at the end" in page.text
