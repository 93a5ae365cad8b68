from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from addons.bridge_crm_erp.models import Effect, Event
from addons.bridge_crm_erp.services import drift
from addons.bridge_crm_erp.wires.examples import moving
from addons.erp_orders.models import OrderState
from tests.bridge_crm_erp.factories import a_confirmed_sales_order, a_product, erp_order_of, received, sold

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("crm_sales", "erp_orders", "erp_stock", "erp_accounting", "bridge_crm_erp")


def test_of_four_example_orders_one_waits_one_is_delivered_one_invoiced_and_one_paid(env: Env) -> None:
    lamp = a_product(env)
    sales = [a_confirmed_sales_order(env, sold(lamp, 2)) for _ in range(4)]
    received(env, lamp, 100)

    moving.along(env)

    states = [erp_order_of(env, sale).state for sale in sales]
    assert states == [OrderState.CONFIRMED, OrderState.CONFIRMED, OrderState.DONE, OrderState.DONE]
    events = env.session.scalars(
        select(env[Effect].event).where(env[Effect].event != Event.ORDER_CONFIRMED)
    ).all()
    assert sorted(events) == sorted([Event.DELIVERED] * 3 + [Event.INVOICED] * 2 + [Event.PAID])
    assert list(drift.findings(env)) == []
