"""A record that is made from another one keeps what other addons added, wherever records are copied."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import inspect, select

from addons.crm_sales.models import QuoteStatus
from addons.crm_sales.services import quotes
from addons.erp_accounting.models import BudgetLine, InvoiceState, JournalKind, Recurrence
from addons.erp_accounting.services import (
    budgets,
    correcting,
    deposits,
    entries,
    invoices,
    ledgers,
    recurring,
    reversals,
)
from addons.erp_stock.models import DeliverySteps, Move, OperationKind, ReceiptSteps, Warehouse
from addons.erp_stock.services import returns, shipments, warehouses
from addons.erp_stock.services.quantities import Demand
from core.env import Env, Who
from core.platform import Platform
from core.registry.discovery import discover
from core.security.access import access_of
from core.security.copying import copied, names_not_copied
from core.security.document_locks import writing_closed
from core.security.models import User, UserCompany
from core.security.refusals import FieldRefused
from core.testing.workspaces import Workspaces
from tests.base.factories import a_party
from tests.crm_sales.factories import a_quote
from tests.erp_accounting.factories import a_draft, a_line
from tests.erp_stock.factories import a_product, received

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from addons.erp_stock.models import Shipment

SAMPLES = Path(__file__).parent / "addons"
if str(SAMPLES) not in sys.path:
    sys.path.append(str(SAMPLES))
BUILT_IN = ("base", "catalog", "crm_sales", "erp_accounting", "erp_stock")
MARK, SEEN, MARGIN = "of the partner", "by the auditor", "41 %"
MARKS = {"sample_mark": MARK, "sample_seen": SEEN, "sample_margin": MARGIN}

NO_COPY = {
    ("base.party", "parent_id"): "the organisation of a person",
    ("base.party", "merged_into_id"): "merging keeps one of two",
    ("catalog.category", "parent_id"): "a tree",
    ("catalog.price_list", "parent_id"): "prices that begin from those of another list",
    ("erp_accounting.invoice", "deposit_for_id"): "a deposit has lines of its own",
    ("erp_stock.location", "parent_id"): "a tree",
}
"""Links of a model to itself that do not come from copying, with the reason."""
TRIED = {
    ("erp_accounting.entry", "reversal_of_id"),
    ("erp_accounting.invoice", "credit_of_id"),
    ("erp_stock.move", "next_id"),
    ("erp_stock.move", "return_of_id"),
    ("erp_stock.shipment", "backorder_of_id"),
    ("erp_stock.shipment", "return_of_id"),
}
"""What links a copy to its original; the tests below make each of them."""


@pytest.fixture(scope="module")
def copying(platform: Platform) -> Iterator[Workspaces]:
    """Makes workspaces with an addon that adds columns to each model that is copied."""
    found = discover(folders=[SAMPLES], only=[*BUILT_IN, "sample_copies"])
    made = Workspaces(Platform(platform.server, found))
    yield made
    made.close()


@pytest.fixture
def env(copying: Workspaces) -> Iterator[Env]:
    with copying.rolled_back([*BUILT_IN, "sample_copies"]) as found:
        yield found


def mark(env: Env, *records: Any) -> None:
    for record in records:
        for name, value in MARKS.items():
            setattr(record, name, value)
    env.session.flush()


def marks(env: Env, records: Iterable[Any]) -> set[tuple[str | None, str | None, str | None]]:
    """What the partner's columns of records hold in the database."""
    env.session.flush()
    found = set()
    for record in records:
        env.session.refresh(record)
        found.add((record.sample_mark, record.sample_seen, record.sample_margin))
    return found


def as_(env: Env, user_id: int, *roles: str) -> Env:
    """An Env of a user in the same transaction."""
    who = Who(user_id, "Ana", "ana@example.com", roles=frozenset(roles))
    scope = replace(env.scope, user=who, version=0)
    return Env(scope, access_of(scope.registry, who.roles, everything=False))


COPY = {(MARK, None, MARGIN)}


def test_a_new_version_of_a_quote_and_the_order_of_it_keep_columns_and_links(env: Env) -> None:
    quote = a_quote(env)
    mark(env, quote, *quote.lines)
    quote.told = [a_party(env), a_party(env)]  # type: ignore[attr-defined]  # the sample adds it
    quotes.send(env, quote)

    second = quotes.revise(env, quote)
    quotes.send(env, second)
    order = quotes.accept(env, second, "Marc Keller")

    assert marks(env, [second, *second.lines]) == COPY
    assert marks(env, [order, *order.lines]) == COPY
    assert [one.taxes for one in second.lines] == [one.taxes for one in quote.lines]
    assert second.told == quote.told  # type: ignore[attr-defined]  # the sample adds it
    assert (second.status, second.decided_at is None) == (QuoteStatus.ACCEPTED, False)
    assert marks(env, [quote, *quote.lines]) == {(MARK, SEEN, MARGIN)}


def test_a_copy_keeps_what_its_author_does_not_see(env: Env) -> None:
    """A salesperson without the field group makes a version; the margin is neither shown nor lost."""
    salesperson = env.add(User, name="Ana", email="ana@example.com")
    env.add(UserCompany, user_id=salesperson.id, company_id=env.company.id)
    quote = a_quote(env, owner_id=salesperson.id)
    mark(env, quote, *quote.lines)
    quotes.send(env, quote)
    env.session.flush()
    theirs = as_(env, salesperson.id, "crm_sales.user")

    second = quotes.revise(theirs, theirs.get(type(quote), quote.id))

    theirs.session.flush()
    env.session.expire_all()
    again = env.get(type(quote), second.id)
    assert marks(env, [again, *again.lines]) == COPY
    unread: Any = theirs.get(type(quote), quote.id)
    with pytest.raises(FieldRefused):
        _ = unread.sample_margin
    made: Any = copied(unread, values={"number": "Q-0"})
    made.sample_margin = "99 %"
    with pytest.raises(FieldRefused), writing_closed(made):
        theirs.session.add(made)


def test_back_orders_returns_splits_and_steps_keep_them(env: Env) -> None:
    warehouse = env.session.scalars(select(env[Warehouse])).one()
    warehouses.choose_steps(env, warehouse, DeliverySteps.PICK, ReceiptSteps.RECEIVE)
    product = a_product(env)
    received(env, product, 3)
    wanted = Demand(product, Decimal(5), extra=MARKS)

    delivery = shipments.plan(env, OperationKind.DELIVERY, [wanted], extra=MARKS)
    picking = steps_before(env, delivery)
    shipments.ship(env, picking)
    rest = shipments.ship(env, delivery)
    back = returns.plan_return(env, delivery)

    assert rest is not None
    assert len(picking.moves) == 1
    assert marks(env, [picking, rest, back, *back.moves]) == COPY
    assert {(move.sample_mark, move.sample_margin) for move in (*rest.moves, *picking.moves)} == {
        (MARK, MARGIN)
    }
    assert [move.quantity for move in (*rest.moves, *back.moves)] == [2, 3]


def steps_before(env: Env, delivery: Shipment) -> Shipment:
    """The shipment whose goods a delivery waits for."""
    model = env[Move]
    fed = select(model).where(model.next_id.in_([move.id for move in delivery.moves]))
    [found] = {move.shipment for move in env.session.scalars(fed)}
    assert found is not None
    return found


def test_a_credit_note_a_correction_and_what_is_repeated_keep_them(env: Env) -> None:
    invoice = a_draft(env, a_line("2"), a_line("1", "80"))
    mark(env, invoice, *invoice.lines)
    invoices.post(env, invoice)
    recurrence = env.add(
        Recurrence,
        company_id=env.company_id,
        name="Maintenance",
        invoice_id=invoice.id,
        first_on=date(2026, 3, 31),
    )

    note = invoices.credit(env, invoice, quantities={invoice.lines[0].id: Decimal(1)})
    again = correcting.correct(env, invoice, how=correcting.Correction.REDO.value)
    written = recurring.write(env, recurrence, date(2026, 5, 1))

    made = [note, again, *written]
    assert len(made) == 4
    assert marks(env, [one for invoice in made for one in (invoice, *invoice.lines)]) == COPY
    assert {(one.number, one.state, one.entry_id, one.party_name) for one in made} == {
        (None, InvoiceState.DRAFT, None, "")
    }


def test_a_deducted_deposit_keeps_them_on_its_lines(env: Env) -> None:
    final = a_draft(env, a_line("1", "1000"))
    deposit = deposits.invoice_deposit(env, final, percent=Decimal(30))
    mark(env, *deposit.lines)
    invoices.post(env, deposit)

    deposits.deduct(env, final)

    assert marks(env, [line for line in final.lines if line.deposit_id]) == COPY


def test_the_mirror_of_an_entry_keeps_them(env: Env) -> None:
    entry = entries.draft(
        env,
        journal=JournalKind.GENERAL,
        date=date(2026, 3, 2),
        lines=[
            entries.Posting(ledgers.account_id(env, "inventory"), debit=Decimal(10), values=MARKS),
            entries.Posting(ledgers.account_id(env, "retained"), credit=Decimal(10), values=MARKS),
        ],
        values=MARKS,
    )
    entries.post(env, entry)

    mirror = reversals.reverse(env, entry)

    assert marks(env, [mirror, *mirror.lines]) == COPY


def test_the_months_of_a_budget_keep_them(env: Env) -> None:
    whole = env[BudgetLine](account_id=ledgers.account_id(env, "expenses"), amount=Decimal(1200), **MARKS)
    budget = budgets.create(
        env, {"name": "2026", "start": date(2026, 1, 1), "end": date(2026, 12, 31), "lines": [whole]}
    )

    budgets.spread_lines(env, budget)

    assert len(budget.lines) == 12
    assert marks(env, budget.lines[1:]) == COPY


def test_every_model_that_is_copied_is_tried_here(platform: Platform) -> None:
    """A link of a model to itself mostly says what a record was made from."""
    registry = platform.registries.of(platform.discovered.addons)

    found = {
        (name, column.key)
        for name, model in registry.models.items()
        for column in inspect(model).columns
        for key in column.foreign_keys
        if key.column.table is column.table
    }

    assert found == TRIED | NO_COPY.keys()


def test_what_is_not_copied_exists(platform: Platform) -> None:
    """A name that is misspelt would let a status or a token go along."""
    registry = platform.registries.of(platform.discovered.addons)

    unknown = {
        (name, key)
        for name, model in registry.models.items()
        for key in names_not_copied(model) - set(inspect(model).attrs.keys())
    }

    assert unknown == set()
