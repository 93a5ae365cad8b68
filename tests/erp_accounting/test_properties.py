"""Whatever is invoiced, credited, paid, applied, undone and reversed, in any order: every invariant holds."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from addons.catalog.services.taxes import TaxableLine, compute
from addons.erp_accounting.models import Invoice, InvoiceKind, OpenItem, Payment
from addons.erp_accounting.services import invoices, ledgers, payments, settlement, verification
from addons.erp_accounting.services.booking import Booking, postings
from addons.erp_accounting.services.terms import Rule, instalments
from core.api import RuleBroken, round_money
from tests.erp_accounting.factories import DAY, a_line, a_party, a_rate, a_tax, an_invoice

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("erp_accounting")
D = Decimal


class FakeTax:
    def __init__(self, number: int, rate: Decimal, included: bool, reverse: Decimal | None) -> None:
        self.id, self.code, self.rate, self.included = number, f"T{number}", rate, included
        self.account_id, self.reverse_account_id, self.reverse_rate = 50 + number, 90, reverse


TAXES = [
    FakeTax(1, D(20), False, None),
    FakeTax(2, D("5.5"), False, None),
    FakeTax(3, D(14), True, None),
    FakeTax(4, D(0), False, D(20)),
    FakeTax(5, D("2.1"), True, None),
]
LINES = st.lists(
    st.tuples(
        st.decimals(-1000, 100_000, places=2),
        st.sets(st.integers(0, 4), max_size=3),
        st.integers(1, 3),
    ),
    min_size=1,
    max_size=6,
)


@given(
    lines=LINES,
    rate=st.decimals("0.0001", 200, places=6),
    currency=st.sampled_from(["EUR", "JPY", "TND"]),
    sign=st.sampled_from([1, -1]),
    rules=st.lists(st.sampled_from([Rule(), Rule(days=30), Rule(months=2)]), min_size=1, max_size=3),
)
def test_the_lines_of_an_invoice_balance_in_every_currency(
    lines: list[Any], rate: Decimal, currency: str, sign: int, rules: list[Rule]
) -> None:
    result = compute(
        [
            TaxableLine(round_money(amount, currency), [TAXES[number] for number in sorted(taxes)])
            for amount, taxes, _account in lines
        ],
        currency,
    )
    book = Booking(
        sign, currency, "USD", rate, party=1, party_account=8, rounding_account=9, tax_account=None, label=""
    )
    due = instalments(result.total, currency, DAY, tuple(rules))

    found, total, net = postings(book, result, [account for _amount, _taxes, account in lines], due)  # type: ignore[arg-type]  # plain values stand for models here

    assert sum((line.debit - line.credit for line in found), D(0)) == 0
    assert sum((line.amount_currency or D(0) for line in found), D(0)) == 0
    party = [line for line in found if line.account == 8]
    assert sum((line.debit - line.credit for line in party), D(0)) == sign * total
    assert sum((line.amount_currency or D(0) for line in party), D(0)) == sign * result.total
    assert all(round_money(line.debit, "USD") == line.debit for line in found)
    assert net == round_money(net, "USD")


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "invoice",
                "foreign",
                "bill",
                "pay",
                "pay",
                "pay home",
                "credit",
                "advance",
                "apply",
                "undo",
                "reverse",
                "write off",
            ]
        ),
        st.integers(0, 10),
        st.decimals("0.01", 500, places=2),
        st.integers(0, 40),
    ),
    min_size=5,
    max_size=40,
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_every_invariant_holds_after_any_story(env: Env, steps: list[tuple[str, int, Decimal, int]]) -> None:
    savepoint = env.scope.connection.begin_nested()
    env.cache.clear()
    try:
        _prepare(env)
        for verb, number, amount, days in steps:
            with_savepoint = env.scope.connection.begin_nested()
            try:
                STORY[verb](env, number, amount, DAY + timedelta(days=days))
                env.session.flush()
            except RuleBroken:
                with_savepoint.rollback()
                env.session.expunge_all()
                env.cache.clear()
            else:
                with_savepoint.commit()
        env.session.expire_all()
        assert list(verification.findings(env)) == []
        _open_amounts_are_what_the_ledger_says(env)
    finally:
        env.session.expunge_all()
        env.cache.clear()
        savepoint.rollback()


def _open_amounts_are_what_the_ledger_says(env: Env) -> None:
    """Open items of the customers' account add up to the account's balance, and nothing is open below
    zero."""
    from tests.erp_accounting.factories import balance

    items = env.session.scalars(select(env[OpenItem])).all()
    receivable = ledgers.account_id(env, "receivable")
    mine = sum((item.residual for item in items if item.account_id == receivable), D(0))
    assert mine == balance(env, "1100")
    for invoice in env.session.scalars(select(env[Invoice])):
        assert 0 <= invoice.open_amount <= invoice.total


def _prepare(env: Env) -> None:
    a_rate(env, "USD", "0.9")
    a_rate(env, "USD", "0.8", DAY + timedelta(days=15))
    a_rate(env, "USD", "1.1", DAY + timedelta(days=30))
    for _ in range(2):
        a_party(env)
    a_tax(env, "20")


def _party(env: Env, number: int) -> Any:
    from addons.base.models import Party

    found = env.session.scalars(select(env[Party]).order_by(env[Party].id)).all()
    return found[number % len(found)]


def _pick(env: Env, model: Any, number: int) -> Any:
    found = env.session.scalars(select(env[model]).order_by(env[model].id)).all()
    if not found:
        raise settlement.NothingOpen
    return found[number % len(found)]


def _invoice(env: Env, number: int, amount: Decimal, day: Any, **values: Any) -> None:
    from addons.erp_accounting.models import AccountedTax

    tax = env.session.scalars(select(env[AccountedTax]).where(env[AccountedTax].code.like("T%"))).first()
    line = a_line(str(number + 1), str(amount), [tax] if number % 2 else [])
    an_invoice(env, line, party=_party(env, number), date=day, **values)


def _apply(env: Env, number: int, amount: Decimal, day: Any) -> None:
    invoice = _pick(env, Invoice, number)
    usable = [
        item
        for item in settlement.open_lines(env, invoice.party_id, invoice.account_id)
        if item.amount * invoice.kind.party_sign < 0
    ]
    if usable:
        payments.apply_credit(env, invoice, usable[number % len(usable)])


STORY = {
    "invoice": _invoice,
    "foreign": lambda env, n, amount, day: _invoice(env, n, amount, day, currency="USD"),
    "bill": lambda env, n, amount, day: _invoice(env, n, amount, day, kind=InvoiceKind.SUPPLIER_INVOICE),
    "pay": lambda env, n, amount, day: payments.register(
        env, [_pick(env, Invoice, n)], amount=amount, date=day
    ),
    "pay home": lambda env, n, amount, day: payments.register(
        env, [_pick(env, Invoice, n)], amount=amount, date=day, currency="EUR", write_off=n == 3
    ),
    "credit": lambda env, n, amount, day: invoices.post(
        env, invoices.credit(env, _pick(env, Invoice, n), date=day)
    ),
    "advance": lambda env, n, amount, day: payments.advance(env, _party(env, n), amount, date=day),
    "apply": _apply,
    "undo": lambda env, n, amount, day: payments.unreconcile(env, _pick(env, Invoice, n), date=day),
    "reverse": lambda env, n, amount, day: payments.reverse(env, _pick(env, Payment, n), date=day),
    "write off": lambda env, n, amount, day: payments.write_off(env, _pick(env, Invoice, n), date=day),
}
