from __future__ import annotations

import time
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from addons.bridge_crm_erp.services import drift
from addons.bridge_crm_erp.wires.orders.models import FulfilledOrder
from addons.erp_accounting.services import invoices
from addons.erp_orders.models import Progress
from addons.erp_orders.wires.accounting import invoicing
from addons.erp_stock.services import shipments
from core.api import writing_closed
from core.jobs.drain import drain
from tests.bridge_crm_erp.factories import (
    a_confirmed_sales_order,
    a_customer,
    a_product,
    delivery_of,
    erp_order_of,
    figures_of,
    received,
    sold,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.testing.plugin import LiveWorkspace
    from core.testing.web import Visitor

pytestmark = pytest.mark.addons("crm_sales", "erp_orders", "erp_stock", "erp_accounting", "bridge_crm_erp")


def two_orders(workspace: LiveWorkspace) -> tuple[str, str]:
    """One delivered and invoiced, one that waits."""
    with workspace.env() as env:
        lamp = a_product(env)
        received(env, lamp, 10)
        done = a_confirmed_sales_order(env, sold(lamp, 4), party=a_customer(env, name="Maison Verdier"))
        waits = a_confirmed_sales_order(env, sold(lamp, 60), party=a_customer(env, name="Groupe Castellane"))
        order = erp_order_of(env, done)
        shipments.ship(env, delivery_of(env, order))
        invoices.post(env, invoicing.create_invoice(env, order))
        return done.number, waits.number


def test_the_page_shows_each_step_and_the_orders_on_their_way(
    workspace: LiveWorkspace, client: Visitor
) -> None:
    done, waits = two_orders(workspace)

    page = client.get("/bridge")
    waiting = client.get("/bridge?show=waiting")

    assert page.status_code == 200
    assert "All mirrored in the ERP" in page.text
    assert [text in page.text for text in (done, waits, "Maison Verdier", "Groupe Castellane")] == [True] * 4
    assert waits in waiting.text


def test_a_person_without_the_role_does_not_see_the_page(
    workspace: LiveWorkspace, visitor: Callable[..., Visitor]
) -> None:
    salesperson = visitor(roles=["crm_sales.user"])

    assert salesperson.get("/bridge").status_code == 403
    assert salesperson.post("/bridge/check").status_code == 403


def test_a_drift_is_shown_and_recomputed_from_the_page(workspace: LiveWorkspace, client: Visitor) -> None:
    done, _waits = two_orders(workspace)
    with workspace.env() as env:
        from addons.crm_sales.models import Order

        order = env.session.query(env[Order]).filter_by(number=done).one()
        with writing_closed(order):
            env.get(FulfilledOrder, order.id).delivery = Progress.NOTHING
        record_id = order.id

    client.post("/bridge/check")
    found = client.get("/bridge")
    client.post(f"/bridge/repair/progress/{record_id}")
    repaired = client.get("/bridge")

    assert "1 differ" in found.text
    assert "1 differ" not in repaired.text
    with workspace.env() as env:
        assert list(drift.findings(env)) == []


def test_a_catch_up_runs_in_the_background_and_leaves_its_report(
    workspace: LiveWorkspace, client: Visitor
) -> None:
    with workspace.env() as env:
        party = a_customer(env, name="Maison Verdier")
        lamp = a_product(env)
        received(env, lamp, 10)
        sale = a_confirmed_sales_order(env, sold(lamp, 4), party=party)
        order = erp_order_of(env, sale)
        shipments.ship(env, delivery_of(env, order))
        invoices.post(env, invoicing.create_invoice(env, order))
        figures_of(env, party).revenue = Decimal(1)

    before = client.get("/bridge")
    answer = client.post("/bridge/catch-up")
    after = client.get("/bridge")
    for _attempt in range(100):
        drain(workspace.platform, workspace.entry)
        after = client.get("/bridge")
        if "Under way" not in after.text:
            break
        time.sleep(0.1)  # a worker of another test may have taken the job

    assert "0 older orders and 1 customers can be linked" in before.text
    assert answer.status_code in {200, 303}
    assert "Everything is linked." in after.text
    assert "1 already linked" in after.text
