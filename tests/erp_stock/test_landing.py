from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addons.erp_stock.models import (
    Costing,
    LandedCost,
    LandedCostLine,
    LandedCostState,
    LandedReceipt,
    OperationKind,
    Split,
)
from addons.erp_stock.queries import soundness
from addons.erp_stock.services import background, landing, shipments
from addons.erp_stock.services.quantities import Demand
from core.api import round_money
from tests.erp_stock.factories import a_product, delivered, received, worth

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("erp_stock")
amounts = st.integers(1, 10_000_000).map(lambda n: Decimal(n) / 100)
bases = st.lists(st.integers(0, 10_000).map(lambda n: Decimal(n) / 8), min_size=1, max_size=9).filter(any)


@settings(deadline=None)
@given(amounts, bases)
def test_the_parts_always_add_up(amount: Decimal, weights: list[Decimal]) -> None:
    parts = landing.spread(amount, weights, lambda value: round_money(value, "EUR"))

    assert sum(parts) == amount
    assert [part for part, basis in zip(parts, weights, strict=True) if not basis and part] == []


def test_the_last_line_carries_the_cent() -> None:
    parts = landing.spread(Decimal(100), [Decimal(1)] * 3, lambda value: round_money(value, "EUR"))

    assert parts == [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]


def a_landed_cost(env: Env, *receipts: Any, **costs: str | int) -> LandedCost:
    return env.add(
        LandedCost,
        description="Container 12",
        lines=[
            env[LandedCostLine](description=split, amount=Decimal(amount), split=Split(split))
            for split, amount in costs.items()
        ],
        receipts=[env[LandedReceipt](shipment_id=receipt.id, shipment=receipt) for receipt in receipts],
    )


def test_costs_are_spread_by_what_each_line_says(env: Env) -> None:
    lamp = a_product(env, name="Lamp", weight=Decimal(2), volume=Decimal("0.1"))
    table = a_product(env, name="Table", weight=Decimal(30), volume=Decimal("0.9"))
    receipt = shipments.plan(
        env,
        OperationKind.RECEIPT,
        [Demand(lamp, Decimal(10), cost=Decimal(20)), Demand(table, Decimal(2), cost=Decimal(150))],
    )
    shipments.ship(env, receipt)

    each = {}
    for split, amount in (("quantity", 12), ("weight", 80), ("volume", 28), ("value", 50), ("equal", 7)):
        landed = a_landed_cost(env, receipt, **{split: amount})
        landing.land(env, landed)
        each[split] = [share.amount for share in landed.shares]

    assert each == {
        "quantity": [10, 2],
        "weight": [20, 60],
        "volume": [10, 18],
        "value": [20, 30],
        "equal": [Decimal("3.50"), Decimal("3.50")],
    }
    assert worth(env, lamp) + worth(env, table) == 500 + 12 + 80 + 28 + 50 + 7
    assert list(soundness.findings(env)) == []


@pytest.mark.parametrize("method", list(Costing))
def test_the_share_of_what_was_sold_goes_to_its_cost_and_comes_back_by_a_reversal(
    env: Env, method: Costing
) -> None:
    lamp = a_product(env, costing=method)
    receipt = received(env, lamp, 10, 10, on=env.today() - timedelta(days=5))
    sold = delivered(env, lamp, 4)
    landed = a_landed_cost(env, receipt, value=20)

    landing.land(env, landed)
    after = (worth(env, lamp), sold.moves[0].value, receipt.moves[0].value)
    landing.reverse(env, landed)

    assert after == (72, -48, 120)
    assert (worth(env, lamp), sold.moves[0].value, landed.state) == (60, -40, LandedCostState.REVERSED)
    with pytest.raises(landing.NotInState, match="is already Reversed"):
        landing.reverse(env, landed)
    assert list(soundness.findings(env)) == []


def test_costs_need_goods_and_something_to_spread_them_by(env: Env) -> None:
    receipt = received(env, a_product(env), 10, 10)

    with pytest.raises(landing.NothingToLand):
        landing.land(env, a_landed_cost(env, value=20))
    with pytest.raises(landing.NoBasis, match='"weight" cannot be spread by weight'):
        landing.land(env, a_landed_cost(env, receipt, weight=20))


def test_many_later_moves_are_valued_in_the_background(env: Env, monkeypatch: pytest.MonkeyPatch) -> None:
    from addons.erp_stock.models import Revaluation

    monkeypatch.setattr(background, "AT_ONCE", 0)
    lamp = a_product(env)
    receipt = received(env, lamp, 10, 10, on=env.today() - timedelta(days=5))
    delivered(env, lamp, 4)

    run = background.land(env, a_landed_cost(env, receipt, value=20))

    assert isinstance(run, env[Revaluation])
    assert worth(env, lamp) == 60


@pytest.mark.addons("erp_stock", "erp_accounting")
def test_the_ledger_follows_landed_costs(env: Env) -> None:
    from addons.erp_accounting.models import InvoiceKind
    from addons.erp_accounting.services import ledgers
    from addons.erp_stock.wires.accounting import proof
    from tests.erp_accounting.factories import a_line as a_bill_line
    from tests.erp_accounting.factories import an_account, an_invoice, balance
    from tests.erp_stock.test_with_accounting import balances, expected

    lamp = a_product(env)
    receipt = received(env, lamp, 10, 10, on=date(2026, 3, 2))
    delivered(env, lamp, 4, on=date(2026, 3, 6))
    landed = a_landed_cost(env, receipt, value=20)

    landing.land(env, landed, on=date(2026, 4, 15))
    after = balances(env)
    to_be_billed = an_account(env, "landed_costs").code
    owed = balance(env, to_be_billed)
    freight = a_bill_line(unit_price="20", account=ledgers.account_id(env, "landed_costs"))
    an_invoice(env, freight, kind=InvoiceKind.SUPPLIER_INVOICE)
    billed = balance(env, to_be_billed)
    landing.reverse(env, landed)
    on_expenses = a_landed_cost(env, receipt, value=30)
    on_expenses.account_id = ledgers.account_id(env, "expenses")
    landing.land(env, on_expenses)

    assert (after, owed, billed) == (expected(72, -100, 48, 0), -20, 0)
    assert (balance(env, to_be_billed), balance(env, an_account(env, "expenses").code)) == (20, -30)
    assert balances(env) == expected(78, -100, 52, 0)
    assert list(proof.findings(env)) == []
