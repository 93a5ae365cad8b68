from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import select

from addons.bridge_crm_erp import jobs
from addons.bridge_crm_erp.models.check import RunState
from addons.bridge_crm_erp.services import catching_up, drift
from addons.bridge_crm_erp.wires.customers.models import Standing
from addons.erp_accounting.models import InvoiceKind
from addons.erp_accounting.services import invoices
from addons.erp_accounting.services.drafting import LineDraft
from core.api import Company
from core.builtin.models import Workspace
from core.db import directory
from core.registry import lifecycle
from core.testing.plugin import LiveWorkspace
from tests.bridge_crm_erp.factories import (
    a_confirmed_sales_order,
    a_customer,
    a_product,
    erp_order_of,
    figures_of,
    sold,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.platform import Platform


@pytest.fixture
def both_sides(platform: Platform) -> Iterator[LiveWorkspace]:
    """A workspace made as users make it, with both sides and no bridge."""
    entry = lifecycle.create_workspace(platform, f"c_{uuid4().hex[:12]}")
    with platform.env(entry) as env:
        env.add(Company, name="Atelier Lumen", currency="EUR", country="FR")
        env.session.scalars(select(env[Workspace])).one().ready_at = env.now()
    lifecycle.enable(platform, entry, ["crm_sales", "erp_orders", "erp_accounting"])
    yield LiveWorkspace(platform, entry)
    directory.drop(platform.server, entry.name)


def test_what_was_there_before_the_bridge_is_linked_once_with_a_report(both_sides: LiveWorkspace) -> None:
    workspace = both_sides
    with workspace.env() as env:
        customer = a_customer(env, name="Maison Verdier")
        limited = a_customer(env, name="Hôtel des Tilleuls")
        lamp = a_product(env)
        orders = [a_confirmed_sales_order(env, sold(lamp, n), party=customer).id for n in (1, 2)]
        refused = a_confirmed_sales_order(env, sold(lamp, 9), party=limited)
        refused_number = refused.number
        line = LineDraft(lamp, quantity=Decimal(1), unit_price=Decimal(50), taxes=[])
        invoices.post(env, invoices.draft(env, InvoiceKind.CUSTOMER_INVOICE, customer, [line]))
        limited.credit_limit = Decimal(10)
    lifecycle.enable(workspace.platform, workspace.entry, ["bridge_crm_erp"])

    with workspace.env() as env:
        preview = catching_up.pending(env)
        first = catching_up.ask(env)
        jobs.catch_up(env, run_id=first.id)
        report = (first.state, first.found, first.linked, first.already, first.refused, first.customers)
        reason = first.report[0]
        second = catching_up.ask(env)
        jobs.catch_up(env, run_id=second.id)

        assert preview == {"orders": 3, "customers": 1}
        assert report == (RunState.DONE, 3, 2, 0, 1, 1)
        assert reason["number"] == refused_number
        assert "Hôtel des Tilleuls may owe 10.00 EUR" in reason["reason"]
        assert (second.found, second.linked, second.already, second.refused, second.customers) == (
            1,
            0,
            2,
            1,
            0,
        )
        from addons.crm_sales.models import Order

        assert [erp_order_of(env, env.get(Order, id_)).number for id_ in orders] == [
            env.get(Order, id_).number for id_ in orders
        ]
        assert figures_of(env, customer).status is Standing.CUSTOMER
        assert list(drift.findings(env)) == []


@pytest.mark.addons("crm_sales", "erp_orders", "bridge_crm_erp")
def test_a_second_catch_up_waits_for_the_first(workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        catching_up.ask(env)

        with pytest.raises(catching_up.AlreadyWaiting):
            catching_up.ask(env)
