"""One payment over several open amounts: proposals, discounts with their tax, write-offs, credit, undone."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from addons.erp_accounting.models import (
    Direction,
    DiscountTax,
    Entry,
    OpenItem,
    PaymentStatus,
)
from addons.erp_accounting.queries import paying
from addons.erp_accounting.services import (
    adjusting,
    allocating,
    payments,
    settlement,
    verification,
)
from addons.erp_accounting.services.adjusting import NoDiscount
from addons.erp_accounting.services.allocating import Wish, allocate
from addons.erp_accounting.services.terms import Rule
from core.api import ZERO, CoreError, NotFound, RuleBroken
from tests.erp_accounting.factories import (
    DAY,
    a_line,
    a_party,
    a_payment,
    a_tax,
    a_term,
    an_account,
    an_invoice,
    balance,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from addons.base.models import Party
    from addons.erp_accounting.models import Invoice
    from core.api import Env
    from core.testing.plugin import LiveWorkspace
    from core.testing.web import Visitor

pytestmark = pytest.mark.addons("erp_accounting")
D = Decimal
LATER = DAY + timedelta(days=20)


def items(env: Env, party: Party, purpose: str = "receivable") -> list[OpenItem]:
    return settlement.open_lines(env, party.id, an_account(env, purpose).id)


def two_ten(env: Env, tax: DiscountTax = DiscountTax.REDUCED) -> Any:
    """2 % within 10 days, net within 30."""
    term = a_term(env, Rule(days=30))
    term.discount_percent, term.discount_days, term.discount_tax = D(2), 10, tax
    env.session.flush()
    return term


def pay(env: Env, party: Party, wishes: list[Wish], amount: str = "0", **more: Any) -> Any:
    values = {"direction": Direction.IN, "date": DAY} | more
    return allocate(env, party, wishes, amount=D(amount), **values)


def test_an_amount_is_proposed_to_the_oldest_due_first(env: Env) -> None:
    party = a_party(env)
    late = an_invoice(env, a_line("1", "100"), party=party, payment_term=a_term(env, Rule(days=60)))
    soon = an_invoice(env, a_line("1", "50"), party=party, payment_term=a_term(env, Rule(days=30)))
    lines = paying.open_lines(env, party, Direction.IN)

    paying.propose(lines, D(120), DAY)

    assert [(line.number, line.amount) for line in lines] == [(soon.number, D(50)), (late.number, D(70))]
    assert paying.sums(lines, D(120)).rest == ZERO


def test_credit_is_shown_and_not_proposed(env: Env) -> None:
    party = a_party(env)
    payments.advance(env, party, D(30), date=DAY)
    an_invoice(env, party=party)
    lines = paying.open_lines(env, party, Direction.IN)

    paying.propose(lines, D(500), DAY)

    assert {(line.credit, line.amount) for line in lines} == {(True, D(0)), (False, D(100))}
    assert paying.sums(lines, D(500)).rest == D(400)


def test_a_payment_and_existing_credit_settle_two_invoices_in_part(env: Env) -> None:
    party = a_party(env)
    advance = payments.advance(env, party, D(30), date=DAY)
    first, second = an_invoice(env, party=party), an_invoice(env, a_line("1", "80"), party=party)
    by_entry = {item.entry_id: item.id for item in items(env, party)}

    payment = pay(
        env,
        party,
        [
            Wish(by_entry[advance.entry_id], D(30)),
            Wish(by_entry[first.entry_id], D(100)),
            Wish(by_entry[second.entry_id], D(20)),
        ],
        "95",
    )

    assert (first.payment_status, second.open_amount) == (PaymentStatus.PAID, D(60))
    left = {item.entry_id: item.residual for item in items(env, party)}
    assert left == {second.entry_id: D(60), payment.entry_id: D(-5)}
    assert not list(verification.findings(env))


def test_credit_alone_settles_without_a_payment(env: Env) -> None:
    party = a_party(env)
    payments.advance(env, party, D(100), date=DAY)
    invoice = an_invoice(env, party=party)

    assert pay(env, party, [Wish(item.id, D(100)) for item in items(env, party)]) is None
    assert (invoice.payment_status, items(env, party)) == (PaymentStatus.PAID, [])


def test_the_example_of_three_payments_and_a_write_off(env: Env) -> None:
    party = a_party(env)
    vat = a_tax(env, "10")
    invoice = an_invoice(env, a_line("5", "40", [vat]), a_line("1", "20"), party=party)
    assert (invoice.total, invoice.tax) == (D(240), D(20))
    for amount in ("120", "20"):
        (item,) = items(env, party)
        pay(env, party, [Wish(item.id, D(amount))], amount)
    (item,) = items(env, party)

    payment = pay(env, party, [Wish(item.id, D(99), write_off=True)], "99")

    assert (invoice.payment_status, invoice.open_amount) == (PaymentStatus.PAID, D(0))
    assert (balance(env, "6600"), payment.write_off) == (D(1), D(1))
    assert not list(verification.findings(env))


def test_undoing_opens_the_invoice_and_takes_discount_and_write_off_back(env: Env) -> None:
    party, vat = a_party(env), a_tax(env, "20")
    first = an_invoice(env, a_line("1", "1000", [vat]), party=party, payment_term=two_ten(env))
    second = an_invoice(env, party=party)
    by_entry = {item.entry_id: item.id for item in items(env, party)}
    wishes = [
        Wish(by_entry[first.entry_id], D(1176), discount=True),
        Wish(by_entry[second.entry_id], D(99), write_off=True),
    ]
    payment = pay(env, party, wishes, "1275")

    payments.unreconcile(env, first, date=LATER)

    assert (first.open_amount, second.payment_status) == (D(1200), PaymentStatus.PAID)
    assert (balance(env, "4900"), balance(env, "2130"), balance(env, "6600")) == (D(0), D(-200), D(1))
    assert {item.entry_id: item.residual for item in items(env, party)} == {
        first.entry_id: D(1200),
        payment.entry_id: D(-1176),
    }
    assert not list(verification.findings(env))


def test_a_bounced_payment_takes_its_discount_and_write_off_along(env: Env) -> None:
    party = a_party(env)
    invoice = an_invoice(env, party=party, payment_term=two_ten(env))
    (item,) = items(env, party)
    payment = pay(env, party, [Wish(item.id, D(97), discount=True, write_off=True)], "97")

    payments.reverse(env, payment, date=LATER)

    assert (invoice.open_amount, invoice.payment_status) == (D(100), PaymentStatus.OPEN)
    assert (balance(env, "4900"), balance(env, "6600"), balance(env, "1010")) == (D(0), D(0), D(0))
    assert [open_.entry_id for open_ in items(env, party)] == [invoice.entry_id]
    assert not list(verification.findings(env))


def test_too_much_paid_is_kept_or_written_off_on_the_account_of_choice(env: Env) -> None:
    party = a_party(env)
    invoice = an_invoice(env, party=party)
    (item,) = items(env, party)
    account = an_account(env, "exchange_gain")

    payment = pay(
        env, party, [Wish(item.id, D(100))], "100.40", write_off_rest=True, write_off_account=account
    )

    assert (invoice.payment_status, items(env, party)) == (PaymentStatus.PAID, [])
    assert (balance(env, account.code), payment.write_off) == (D("-0.40"), D("-0.40"))
    assert not list(verification.findings(env))


def test_what_does_not_fit_is_refused_and_nothing_is_written(env: Env) -> None:
    party, other = a_party(env), a_party(env)
    an_invoice(env, party=party)
    an_invoice(env, party=other)
    (item,), (theirs,) = items(env, party), items(env, other)
    an_invoice(env, a_line("1", "150"), party=party, payment_term=two_ten(env))
    (early,) = [one for one in items(env, party) if one.residual == 150]
    with pytest.raises(adjusting.DiscountEnded, match="ended on 12 Mar"):
        pay(env, party, [Wish(early.id, D(147), discount=True)], "147", date=LATER)
    payments.advance(env, party, D(500), date=DAY)
    (credit,) = [one for one in items(env, party) if one.residual < 0]
    before = env.session.scalars(select(env[Entry].id)).all()

    refused: list[tuple[type[CoreError], list[Wish], str]] = [
        (allocating.TooMuchAllocated, [Wish(item.id, D(100))], "99"),
        (allocating.MoreThanOpen, [Wish(item.id, D(101))], "200"),
        (allocating.TooMuchCredit, [Wish(item.id, D(50)), Wish(credit.id, D(60))], "0"),
        (allocating.NothingAllocated, [Wish(item.id)], "0"),
        (NotFound, [Wish(theirs.id, D(1))], "1"),
        (NoDiscount, [Wish(item.id, D(98), discount=True)], "98"),
        (adjusting.DiscountOnPart, [Wish(early.id, D(50), discount=True)], "50"),
        (payments.AmountNotPositive, [], "-1"),
    ]
    for error, wishes, amount in refused:
        with pytest.raises(error):
            pay(env, party, wishes, amount)

    assert env.session.scalars(select(env[Entry].id)).all() == before


MONEY = st.decimals("0.01", 5000, places=2)
STEP = st.tuples(st.integers(0, 3), st.decimals(0, 1, places=2), st.booleans(), st.booleans())


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    amounts=st.lists(MONEY, min_size=1, max_size=4),
    steps=st.lists(STEP, min_size=1, max_size=5),
    surplus=MONEY,
    undo=st.booleans(),
)
def test_whatever_is_allocated_and_undone_the_books_hold(
    env: Env, amounts: list[Decimal], steps: list[Any], surplus: Decimal, undo: bool
) -> None:
    party, vat, term = a_party(env), a_tax(env, "20"), two_ten(env)
    found: list[Invoice] = [
        an_invoice(env, a_line("1", str(amount), [vat]), party=party, payment_term=term) for amount in amounts
    ]
    for which, share, discount, write_off in steps:
        targets = [item for item in items(env, party) if item.residual > 0]
        if not targets:
            break
        item = targets[which % len(targets)]
        part = (item.residual_currency * share).quantize(D("0.01"))
        wish = Wish(item.id, part, discount, write_off)
        try:
            with env.session.begin_nested():
                pay(env, party, [wish], str(part + surplus))
        except RuleBroken:
            continue
    if undo:
        for invoice in found:
            if invoice.open_amount != invoice.total:
                payments.unreconcile(env, invoice, date=LATER)
        assert [invoice.open_amount for invoice in found] == [invoice.total for invoice in found]
        assert all(invoice.payment_status is PaymentStatus.OPEN for invoice in found)
    assert not list(verification.findings(env))


def test_the_screen_proposes_counts_and_registers(workspace: LiveWorkspace, client: Visitor) -> None:
    with workspace.env() as env:
        party = a_party(env, name="Kervran")
        first, second = an_invoice(env, party=party), an_invoice(env, party=party)
        names = {item.entry_id: f"a{item.id}" for item in items(env, party)}
        party_id, fields = party.id, [names[first.entry_id], names[second.entry_id]]
    form = {"party": str(party_id), "direction": "in", "date": "2026-03-05", "amount": "150"}

    listed = client.get("/accounting/allocate")
    opened = client.get(f"/accounting/allocate?party={party_id}&entry={first.entry_id}")
    proposed = client.post("/accounting/allocate/propose", form)
    refused = client.post("/accounting/allocate", form | {fields[0]: "100", fields[1]: "60"})
    unreadable = client.post("/accounting/allocate", form | {fields[0]: "1,5"})
    done = client.post("/accounting/allocate", form | {fields[0]: "100", fields[1]: "40"})

    assert "Kervran" in listed.text
    assert opened.status_code == 200
    assert [f'name="{name}"' in proposed.text for name in fields] == [True, True]
    assert ('value="100.00"' in proposed.text, 'value="50.00"' in proposed.text) == (True, True)
    assert (refused.status_code, unreadable.status_code) == (422, 422)
    assert "only €150.00 is there" in refused.text
    assert done.status_code == 303
    with workspace.env() as env:
        assert {item.residual for item in items(env, env.get(type(party), party_id))} == {D(60), D(-10)}


def test_only_those_who_invoice_register_payments(
    workspace: LiveWorkspace, visitor: Callable[..., Visitor]
) -> None:
    reader = visitor("Rita", roles=["erp_accounting.viewer"])

    assert reader.get("/accounting/allocate").status_code == 403
    assert reader.post("/accounting/allocate", {"party": "1"}).status_code == 403


def test_a_payment_of_all_that_is_open_still_works_from_the_invoice(env: Env) -> None:
    invoice = an_invoice(env)

    assert a_payment(env, invoice).amount == D(100)
