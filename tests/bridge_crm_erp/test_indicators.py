"""The indicators that sales and operations share, worked out by hand."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from addons.bridge_crm_erp.wires.indicators import figures
from addons.crm_sales.services import orders as sales_orders
from addons.erp_accounting.services import invoices, payments
from addons.erp_orders.wires.accounting import invoicing
from addons.erp_stock.services import returns, shipments
from core.api import Period
from core.i18n.catalogs import messages
from core.i18n.text import Text
from core.views.fields import fields_of
from tests.bridge_crm_erp.factories import (
    a_customer,
    a_product,
    a_sales_order,
    delivery_of,
    erp_order_of,
    received,
    sold,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from addons.crm_sales.models import Order
    from core.api import Env
    from core.testing.plugin import LiveWorkspace
    from core.testing.web import Visitor

pytestmark = pytest.mark.addons("crm_sales", "erp_orders", "erp_stock", "erp_accounting", "bridge_crm_erp")


def an_order(env: Env, days_ago: int, requested: int = 0, price: int = 20) -> Order:
    """Confirmed so many days ago, one lamp; wanted so many days after today."""
    lamp = a_product(env)
    received(env, lamp, 5, on=env.today() - timedelta(days=60))
    order = a_sales_order(
        env,
        sold(lamp, 1, price),
        party=a_customer(env),
        on=env.today() - timedelta(days=days_ago),
    )
    order.requested_date = env.today() + timedelta(days=requested)
    sales_orders.confirm(env, order)
    return order


def this_month(env: Env) -> Period:
    return Period(env.today() - timedelta(days=29), env.today(), "month")


def test_the_days_from_quote_to_cash_are_the_median_of_what_was_paid(env: Env) -> None:
    for age in (10, 20, 40):
        order = an_order(env, age)
        shipments.ship(env, delivery_of(env, erp_order_of(env, order)))
        invoice = invoicing.create_invoice(env, erp_order_of(env, order))
        invoices.post(env, invoice)
        payments.register(env, [invoice])
    an_order(env, 5)  # not paid: it does not count

    assert figures.quote_to_cash(env, this_month(env)) == 20


def test_late_deliveries_are_counted_against_those_with_a_day(env: Env) -> None:
    for requested in (-3, 0, 2, 4):
        shipments.ship(env, delivery_of(env, erp_order_of(env, an_order(env, 5, requested))))
    an_order(env, 5, -1)

    assert figures.late_deliveries(env, this_month(env)) == 25
    assert figures.late_now(env, this_month(env)) == "1 waits past its day"


def test_days_sales_outstanding_follow_the_ledger(env: Env) -> None:
    for price in (60, 40):
        order = an_order(env, 5, price=price)
        shipments.ship(env, delivery_of(env, erp_order_of(env, order)))
        invoice = invoicing.create_invoice(env, erp_order_of(env, order))
        invoices.post(env, invoice)
    payments.register(env, [invoice])

    assert figures.dso(env, this_month(env)) == Decimal(60) / 100 * 30


def test_an_order_that_was_changed_cancelled_or_sent_back_is_an_error_once(env: Env) -> None:
    amended, cancelled, returned, _fine = (an_order(env, 5) for _ in range(4))
    sales_orders.amend(env, amended, {amended.lines[0].id: {"quantity": Decimal(2)}})
    sales_orders.amend(env, amended, {amended.lines[0].id: {"quantity": Decimal(3)}})
    sales_orders.cancel(env, cancelled, reason="Changed their mind")
    delivery = delivery_of(env, erp_order_of(env, returned))
    shipments.ship(env, delivery)
    shipments.ship(env, returns.plan_return(env, delivery))

    assert figures.order_errors(env, this_month(env)) == 75


def test_without_anything_there_is_no_figure(env: Env) -> None:
    long_ago = Period(env.today() - timedelta(days=900), env.today() - timedelta(days=800))

    found = [
        figure(env, long_ago)
        for figure in (figures.quote_to_cash, figures.late_deliveries, figures.dso, figures.order_errors)
    ]

    assert found == [None] * 4


def test_the_dashboard_is_open_to_managers_of_the_bridge(
    workspace: LiveWorkspace, client: Visitor, visitor: Callable[..., Visitor]
) -> None:
    with workspace.env() as env:
        an_order(env, 5)

    page = client.get("/app/bridge_crm_erp/dashboard/both")

    assert page.status_code == 200
    assert "Days from quote to cash" in page.text
    assert visitor(roles=["bridge_crm_erp.user"]).get("/app/bridge_crm_erp/dashboard/both").status_code in {
        403,
        404,
    }


def test_every_field_is_called_by_its_french_name_whatever_extends_its_model(env: Env) -> None:
    metas = [meta for model in env.registry.models.values() for meta in fields_of(model)]
    labels = [meta.label for meta in metas if isinstance(meta.label, Text)]

    unsaid = {text.source for text in labels if not messages(text.domain, "fr").knows(text.source)}

    assert len(labels) > 500
    assert unsaid == set()
