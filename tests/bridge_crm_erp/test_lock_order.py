"""Everybody locks in one order, so that nobody waits in a circle."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from addons.crm_sales.models import Order
from addons.erp_accounting.services import invoices
from addons.erp_orders.wires.accounting.invoicing import create_invoice
from addons.erp_stock.services import shipments
from core.api import CoreError
from core.db.transaction import is_transient
from core.security.document_locks import LockOrder, LockOrderBroken
from tests.bridge_crm_erp.factories import (
    a_confirmed_sales_order,
    a_product,
    delivery_of,
    erp_order_of,
    received,
    sold,
)

if TYPE_CHECKING:
    from core.api import Env
    from core.testing.plugin import LiveWorkspace

THREADS, ROUNDS = 6, 12


def amend(env: Env, order: Order) -> None:
    random.choice(order.lines).quantity = Decimal(random.randint(15, 40))  # noqa: S311 - no secret


def deliver(env: Env, order: Order) -> None:
    shipment = delivery_of(env, erp_order_of(env, order))
    shipments.ship(env, shipment, {shipment.moves[0].id: Decimal(1)})


def invoice(env: Env, order: Order) -> None:
    invoices.post(env, create_invoice(env, erp_order_of(env, order)))


@pytest.mark.addons("crm_sales", "erp_orders", "erp_stock", "erp_accounting", "bridge_crm_erp", "l10n_fr")
def test_amending_delivering_and_invoicing_the_same_orders_at_once_never_ends_in_a_deadlock(
    workspace: LiveWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with workspace.env() as env:
        lamp = a_product(env)
        received(env, lamp, 10_000)
        ids = [a_confirmed_sales_order(env, sold(lamp, 20), sold(lamp, 20)).id for _ in range(4)]
    monkeypatch.setattr(LockOrder, "checked", True)

    def work(number: int) -> list[str]:
        """The operations that ended in a deadlock; what a rule refuses is part of the load."""
        found, chance = [], random.Random(number)  # noqa: S311 - no secret
        for _ in range(ROUNDS):
            operation = chance.choice((amend, amend, deliver, deliver, invoice))
            try:
                with workspace.env() as env:
                    operation(env, env.get(Order, chance.choice(ids)))
            except LockOrderBroken:
                raise
            except CoreError:
                pass
            except DBAPIError as error:
                if not is_transient(error):
                    raise
                found.append(operation.__name__)
        return found

    with ThreadPoolExecutor(THREADS) as pool:
        dead = [one for found in pool.map(work, range(THREADS)) for one in found]

    assert dead == []
    with workspace.env() as env:
        for order in env.session.scalars(select(env[Order])):
            mirrored = cast("Any", erp_order_of(env, order))
            assert (order.net, sum(line.net for line in order.lines)) == (mirrored.net, mirrored.net)
