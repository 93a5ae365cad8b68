from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from addons.erp_accounting.models import Account, Entry, EntryLine
from addons.erp_accounting.services import ledgers
from addons.erp_stock.models import LocationKind, OperationKind
from addons.erp_stock.queries import soundness
from addons.erp_stock.services import counts, returns, shipments, warehouses
from addons.erp_stock.services.quantities import Demand
from addons.erp_stock.wires.accounting import posting, proof
from core.api import ZERO
from tests.erp_accounting.factories import an_account, balance
from tests.erp_stock.factories import a_product, delivered, received, stock_of

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("erp_stock", "erp_accounting")

PURPOSES = ("inventory", "goods_received", "cost_of_sales", "stock_loss")


def balances(env: Env) -> dict[str, Decimal]:
    """Debit less credit of the accounts that stock posts to."""
    line, entry = env[EntryLine], env[Entry]
    found = {}
    for purpose in PURPOSES:
        query = (
            select(func.coalesce(func.sum(line.debit - line.credit), ZERO))
            .join(entry, entry.id == line.entry_id)
            .where(line.account_id == ledgers.account_id(env, purpose), entry.state == "posted")
        )
        found[purpose] = env.session.scalar(query) or ZERO
    return found


def expected(*amounts: int) -> dict[str, Decimal]:
    return {purpose: Decimal(amount) for purpose, amount in zip(PURPOSES, amounts, strict=True)}


def test_each_movement_across_the_border_is_an_entry_of_the_same_day(env: Env) -> None:
    lamp = a_product(env)

    received(env, lamp, 10, 10)
    after_receipt = balances(env)
    delivery = delivered(env, lamp, 4)
    after_delivery = balances(env)
    shipments.ship(env, returns.plan_return(env, delivery, {delivery.moves[0].id: Decimal(1)}))
    counts.adjust(env, lamp, stock_of(env), Decimal(5), "Broken")
    after_count = balances(env)

    assert after_receipt == expected(100, -100, 0, 0)
    assert after_delivery == expected(60, -100, 40, 0)
    assert after_count == expected(50, -100, 30, 20)
    entries = env.session.execute(select(env[Entry].origin, env[Entry].date, env[Entry].state)).all()
    assert len(entries) == 4
    assert {(row.date, row.state.value) for row in entries} == {(env.today(), "posted")}
    assert delivery.number in {row.origin for row in entries}
    assert list(proof.findings(env)) == []
    assert list(soundness.findings(env)) == []


def test_production_takes_goods_into_work_in_progress_and_gives_them_back(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 10, 10)
    hall = warehouses.create_location(env, {"name": "Assembly", "kind": LocationKind.PRODUCTION})
    shipments.ship(
        env, shipments.plan(env, OperationKind.INTERNAL, [Demand(lamp, Decimal(4))], target_id=hall.id)
    )
    taken = (balances(env), balance(env, an_account(env, "production").code))
    shipments.ship(
        env,
        shipments.plan(
            env, OperationKind.INTERNAL, [Demand(lamp, Decimal(1), cost=Decimal(40))], source_id=hall.id
        ),
    )

    assert taken == (expected(60, -100, 0, 0), 40)
    assert balance(env, an_account(env, "production").code) == 0
    assert list(proof.findings(env)) == []


def test_a_receipt_in_a_locked_period_is_refused_and_nothing_moves(env: Env) -> None:
    lamp = a_product(env)
    ledgers.of(env).lock_all = env.today()
    env.session.flush()

    with pytest.raises(ledgers.PeriodLocked):
        received(env, lamp, 10, 10)


def test_an_internal_move_and_goods_without_value_post_nothing(env: Env) -> None:
    from tests.erp_stock.factories import a_shelf

    lamp = a_product(env)
    received(env, lamp, 10, 0)
    shipments.ship(
        env,
        shipments.plan(
            env, OperationKind.INTERNAL, [Demand(lamp, Decimal(2))], target_id=a_shelf(env, "Shelf 9").id
        ),
    )

    assert env.session.scalars(select(env[Entry].id)).all() == []


def test_a_ledger_that_does_not_follow_the_stock_is_found(env: Env) -> None:
    from addons.erp_accounting.models import JournalKind
    from addons.erp_accounting.services import entries

    lamp = a_product(env)
    received(env, lamp, 10, 10)
    inventory, loss = (ledgers.account_id(env, name) for name in ("inventory", "stock_loss"))
    lines = [entries.signed(loss, Decimal(7)), entries.signed(inventory, Decimal(-7))]
    entries.post_new(env, journal=JournalKind.GENERAL, date=env.today(), lines=lines, label="By hand")

    assert [(f.rule, f.detail) for f in proof.findings(env)] == [
        ("stock.ledger", "stock value 100, inventory account 93")
    ]
    posting.open_books(env)
    assert list(proof.findings(env)) == []
    assert env.session.scalar(select(func.count()).select_from(env[Account])) > 0


def test_a_receipt_recorded_late_corrects_the_cost_of_what_was_sold_since(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 1, 100, on=date(2026, 3, 2))
    received(env, lamp, 2, 200, on=date(2026, 3, 4))
    delivered(env, lamp, 1, on=date(2026, 4, 6))
    before = balances(env)

    received(env, lamp, 1, 200, on=date(2026, 3, 3))

    assert before["cost_of_sales"] == Decimal("166.67")
    assert balances(env) == expected(525, -700, 175, 0)
    label = select(env[Entry].date).where(env[Entry].label == "Stock valued anew")
    assert env.session.scalars(label).all() == [date(2026, 4, 6)]
    assert list(proof.findings(env)) == []
    assert list(soundness.findings(env)) == []


def test_a_revaluation_of_a_closed_month_is_posted_on_the_first_open_day(env: Env) -> None:
    from addons.erp_stock.services.recosting import Revaluation

    lamp = a_product(env)
    received(env, lamp, 4, 10, on=date(2026, 3, 2))
    sold = delivered(env, lamp, 1, on=date(2026, 3, 6))
    ledgers.of(env).lock_all = date(2026, 3, 31)
    env.session.flush()

    posting.post_revaluations(env, [Revaluation(sold.moves[0], date(2026, 3, 6), Decimal("-2.50"))])

    label = select(env[Entry].date).where(env[Entry].label == "Stock valued anew")
    assert env.session.scalars(label).all() == [date(2026, 4, 1)]
    assert balances(env)["cost_of_sales"] == Decimal("12.50")
