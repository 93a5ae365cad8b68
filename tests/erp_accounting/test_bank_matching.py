"""Statement lines find what they pay, settle it, and open it again."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from addons.erp_accounting.models import InvoiceKind, LineState, OpenItem, PartyAccount, PaymentStatus
from addons.erp_accounting.services import ledgers, payments, reversals
from addons.erp_accounting.services.bank import reconciling, statements, suggesting
from addons.erp_accounting.services.bank.applying import Choice, Extra, Take
from addons.erp_accounting.services.under_way import ShownOnStatement
from tests.erp_accounting.bank import (
    THEIRS,
    a_bank,
    a_bank_line,
    a_statement,
    accept,
    booked,
    broken,
    lines_of,
    proposals,
    told,
)
from tests.erp_accounting.factories import (
    DAY,
    a_line,
    a_party,
    a_payment,
    an_account,
    an_invoice,
    balance,
)

if TYPE_CHECKING:
    from addons.erp_accounting.models import Invoice
    from core.api import Env

pytestmark = pytest.mark.addons("erp_accounting")
D = Decimal


def item_of(env: Env, invoice: Invoice) -> OpenItem:
    model = env[OpenItem]
    return env.session.scalars(select(model).where(model.entry_id == invoice.entry_id)).one()


def take(env: Env, invoice: Invoice, amount: str) -> Take:
    return Take(f"i{item_of(env, invoice).id}", D(amount))


def test_a_line_with_reference_and_amount_is_certain_and_pays_the_invoice(env: Env) -> None:
    invoice = an_invoice(env, a_line("1", "240"), party=a_party(env, name="Hôtel des Tilleuls"))
    line = a_bank_line(env, "240", f"VIR HOTEL DES TILLEULS {invoice.number}")

    best = proposals(env, line)[0]
    accept(env, line, best)

    assert best.is_certain
    assert [str(one.text) for one in best.evidence] == [
        f"Reference {invoice.number} in the text",
        "Exact amount, the only one",
        "Name agrees",
    ]
    assert (invoice.payment_status, invoice.open_amount, invoice.paid_on) == (
        PaymentStatus.PAID,
        0,
        line.date,
    )
    assert booked(env, line.entry_id) == [("1010", D(240), 0), ("2430", 0, D(240))]
    assert booked(env, line.match_entry_id) == [("2430", D(240), 0), ("1100", 0, D(240))]
    assert (balance(env, "1010"), balance(env, "2430"), balance(env, "1100")) == (240, 0, 0)
    assert line.reason == f"Reference {invoice.number} in the text, Exact amount, the only one, Name agrees"
    assert broken(env) == []


def test_undoing_a_match_restores_everything(env: Env) -> None:
    invoice = an_invoice(env, a_line("1", "240"))
    line = a_bank_line(env, "240", str(invoice.number))
    before = [one.key for one in proposals(env, line)]
    accept(env, line)

    reconciling.undo(env, line)

    assert (invoice.payment_status, invoice.open_amount, invoice.paid_on) == (PaymentStatus.OPEN, 240, None)
    assert (line.state, line.match_entry_id, line.reason) == (LineState.OPEN, None, "")
    assert (balance(env, "1010"), balance(env, "2430"), balance(env, "1100")) == (240, -240, 240)
    assert [one.key for one in proposals(env, line)] == before
    assert broken(env) == []
    accept(env, line)
    assert broken(env) == []


@pytest.mark.parametrize(
    "text",
    [
        "inv 2026/0001",
        "INV20260001 MERCI",
        "FACTURE No INV.2026.1",
        "/RFB/INV-2026-0001/",
        "your invoice (inv-2026-0001).",
    ],
)
def test_a_reference_is_found_however_the_bank_writes_it(env: Env, text: str) -> None:
    invoice = an_invoice(env, a_line("1", "240"))
    an_invoice(env, a_line("1", "240"))
    line = a_bank_line(env, "240", text)

    found = proposals(env, line)

    assert invoice.number == "INV-2026-0001"
    assert (found[0].title, found[0].is_certain) == ("INV-2026-0001", True)


def test_an_amount_alone_is_never_certain(env: Env) -> None:
    an_invoice(env, a_line("1", "240"))
    line = a_bank_line(env, "240", "VIR SEPA")

    (only,) = proposals(env, line)

    assert (only.score, only.is_certain) == (45, False)


def test_two_invoices_that_fit_alike_are_left_to_a_person(env: Env) -> None:
    party = a_party(env, name="Brasserie Kervran")
    first = an_invoice(env, a_line("1", "240"), party=party)
    an_invoice(env, a_line("1", "240"), party=party)
    line = a_bank_line(env, "240", "BRASSERIE KERVRAN")

    found = proposals(env, line)

    assert [one.score for one in found] == [60, 60]
    assert found[0].title == first.number


def test_money_that_goes_out_pays_a_bill_by_the_suppliers_own_number(env: Env) -> None:
    bill = an_invoice(
        env,
        a_line("1", "90"),
        kind=InvoiceKind.SUPPLIER_INVOICE,
        their_reference="F-88123",
        party=a_party(env, name="Verrerie du Lac", is_supplier=True),
    )
    line = a_bank_line(env, "-90", "PRLV VERRERIE DU LAC F88123")

    accept(env, line)

    assert bill.payment_status is PaymentStatus.PAID
    assert (balance(env, "1010"), balance(env, "2100"), balance(env, "2430")) == (-90, 0, 0)
    assert broken(env) == []


def test_one_line_pays_several_invoices_that_its_text_names(env: Env) -> None:
    party = a_party(env)
    one, two = (an_invoice(env, a_line("1", price), party=party) for price in ("100", "50.50"))
    line = a_bank_line(env, "150.50", f"{one.number} + {two.number}")

    best = proposals(env, line)[0]
    accept(env, line, best)

    assert (best.is_certain, best.detail) == (True, f"{one.number}, {two.number}")
    assert {one.payment_status, two.payment_status} == {PaymentStatus.PAID}
    assert broken(env) == []


def test_open_items_of_one_customer_that_add_up_are_proposed_together(env: Env) -> None:
    party = a_party(env, name="Clinique Saint-Aubin")
    for price in ("100", "70", "31"):
        an_invoice(env, a_line("1", price), party=party)
    credit = an_invoice(env, a_line("1", "11"), party=party, kind=InvoiceKind.CUSTOMER_CREDIT_NOTE)
    everything = a_bank_line(env, "190", "CLINIQUE SAINT AUBIN")
    pair = a_bank_line(env, "131", "CLINIQUE SAINT AUBIN")

    best, other = proposals(env, everything)[0], proposals(env, pair)[0]

    assert len(best.candidates) == 4
    assert "Everything that is open" in [str(one.text) for one in best.evidence]
    assert [one.open for one in other.candidates] == [100, 31]
    accept(env, everything, best)
    assert (credit.open_amount, balance(env, "1100")) == (0, 0)
    assert broken(env) == []


def test_a_part_payment_leaves_the_rest_open_and_a_second_line_pays_it(env: Env) -> None:
    invoice = an_invoice(env, a_line("1", "300"))
    first, second = a_bank_line(env, "120", str(invoice.number)), a_bank_line(env, "180", str(invoice.number))

    part = proposals(env, first)[0]
    accept(env, first, part)
    open_between = invoice.open_amount
    accept(env, second)

    assert not part.is_certain
    assert (open_between, invoice.open_amount, invoice.payment_status) == (180, 0, PaymentStatus.PAID)
    reconciling.undo(env, first)
    assert (invoice.open_amount, invoice.payment_status) == (120, PaymentStatus.PARTIAL)
    assert broken(env) == []


def test_what_is_paid_too_much_stays_as_credit(env: Env) -> None:
    invoice = an_invoice(env, a_line("1", "300"))
    line = a_bank_line(env, "350", str(invoice.number))

    accept(env, line)

    credit = env.session.scalars(
        select(env[OpenItem]).where(env[OpenItem].party_id == invoice.party_id, env[OpenItem].residual != 0)
    ).all()
    assert [one.residual for one in credit] == [-50]
    assert (invoice.open_amount, line.party_id) == (0, invoice.party_id)
    assert broken(env) == []


def test_a_small_difference_is_a_charge_within_the_tolerance_and_a_part_payment_beyond(env: Env) -> None:
    a_bank(env, tolerance=D("1"))
    invoice = an_invoice(env, a_line("1", "300"))
    within, beyond = (
        a_bank_line(env, "299.40", str(invoice.number)),
        a_bank_line(env, "298.90", str(invoice.number)),
    )

    charge, part = proposals(env, within)[0], proposals(env, beyond)[0]
    accept(env, within, charge)

    assert part.choice == Choice((Take(part.key, D("298.90")),))
    assert not charge.is_certain
    assert (invoice.open_amount, balance(env, "6370")) == (0, D("0.60"))
    assert broken(env) == []


def test_the_rest_of_a_line_goes_to_an_account(env: Env) -> None:
    invoice = an_invoice(env, a_line("1", "300"))
    line = a_bank_line(env, "290", "VIR")
    fees = an_account(env, "write_off_loss")

    reconciling.match(env, line, Choice((take(env, invoice, "300"),), (Extra(fees.id, D(-10)),)))

    assert booked(env, line.match_entry_id) == [("2430", 290, 0), ("1100", 0, 300), (fees.code, 10, 0)]
    assert broken(env) == []


def test_what_does_not_add_up_is_refused_and_nothing_is_written(env: Env) -> None:
    invoice = an_invoice(env, a_line("1", "300"))
    line = a_bank_line(env, "290", "VIR")

    with pytest.raises(reconciling.NotExplained, match=r"−€10\.00"):
        reconciling.match(env, line, Choice((take(env, invoice, "300"),)))
    with pytest.raises(reconciling.NothingChosen):
        reconciling.match(env, line, Choice())
    with pytest.raises(reconciling.TakenMeanwhile, match=r"INV-2026-0001 has only €300\.00 left"):
        reconciling.match(
            env, line, Choice((take(env, invoice, "310"),), (Extra(invoice.account_id or 0, D(-20)),))
        )
    assert (line.state, invoice.open_amount) == (LineState.OPEN, 300)


def test_a_line_is_matched_once_and_says_by_whom(env: Env) -> None:
    invoice = an_invoice(env, a_line("1", "300"))
    line = a_bank_line(env, "300", str(invoice.number))
    choice = proposals(env, line)[0].choice
    reconciling.match(env, line, choice)

    with pytest.raises(reconciling.AlreadyMatched, match="is already matched, by"):
        reconciling.match(env, line, choice)
    with pytest.raises(reversals.BelongsToStatement):
        reversals.reverse(env, line.match_entry)  # type: ignore[arg-type]  # it is matched
    with pytest.raises(reversals.BelongsToStatement):
        reversals.reverse(env, line.entry)  # type: ignore[arg-type]  # it is booked


def test_a_payment_on_the_bank_account_is_confirmed_not_booked_twice(env: Env) -> None:
    bank = a_bank(env)
    invoice = an_invoice(env, a_line("1", "300"))
    payment = a_payment(env, invoice)
    statement = a_statement(env, told("300", f"VIR {payment.number}"), bank=bank)
    (line,) = lines_of(env, statement)

    best = proposals(env, line)[0]
    accept(env, line, best)

    assert best.is_certain
    assert (balance(env, "1010"), balance(env, "2430"), invoice.open_amount) == (300, 0, 0)
    assert broken(env) == []
    with pytest.raises(ShownOnStatement):
        payments.reverse(env, payment)
    reconciling.undo(env, line)
    payments.reverse(env, payment)
    assert broken(env) == []


def test_a_payment_under_way_waits_on_its_account_until_the_statement_shows_it(env: Env) -> None:
    transit = env.session.scalars(
        select(env[type(an_account(env, "suspense"))]).where(
            env[type(an_account(env, "suspense"))].code == "1030"
        )
    ).one()
    bank = a_bank(env, transit_account_id=transit.id)
    invoice = an_invoice(env, a_line("1", "300"))
    payment = a_payment(env, invoice)
    waiting = (balance(env, "1010"), balance(env, "1030"))
    (line,) = lines_of(env, a_statement(env, told("300", f"VIR {payment.number}"), bank=bank))

    accept(env, line)

    assert waiting == (0, 300)
    assert (balance(env, "1010"), balance(env, "1030"), balance(env, "2430")) == (300, 0, 0)
    assert broken(env) == []
    with pytest.raises(ShownOnStatement):
        payments.reverse(env, payment)


def test_everything_certain_is_matched_at_once_and_one_undo_takes_it_back(env: Env) -> None:
    party = a_party(env)
    many = [an_invoice(env, a_line("1", price), party=party) for price in ("100", "200", "300")]
    statement = a_statement(
        env,
        told("100", str(many[0].number)),
        told("200", str(many[1].number)),
        told("300", "VIR"),
        told("100", str(many[0].number)),
    )

    run = suggesting.match_certain(env, statement)

    assert (run.matched, run.left, statement.matched_count, statement.line_count) == (2, 0, 2, 4)
    assert [line.state for line in lines_of(env, statement)] == [
        LineState.MATCHED,
        LineState.MATCHED,
        LineState.OPEN,
        LineState.OPEN,
    ]
    assert reconciling.undo_run(env, run.key) == 2
    assert [one.open_amount for one in many] == [100, 200, 300]
    assert broken(env) == []


def test_a_statement_is_closed_when_all_is_matched_and_stays_so_until_reopened(env: Env) -> None:
    invoice = an_invoice(env, a_line("1", "100"))
    statement = a_statement(env, told("100", str(invoice.number)))
    (line,) = lines_of(env, statement)
    with pytest.raises(statements.NotAllMatched):
        statements.close(env, statement)
    accept(env, line)

    statements.close(env, statement)

    with pytest.raises(reconciling.StatementClosed):
        reconciling.undo(env, line)
    statements.reopen(env, statement)
    with pytest.raises(statements.HasMatches):
        statements.remove(env, statement)
    reconciling.undo(env, line)
    statements.remove(env, statement)
    assert (balance(env, "1010"), balance(env, "2430")) == (0, 0)
    assert broken(env) == []
    assert a_statement(env, told("100", str(invoice.number))).line_count == 1


def test_a_match_in_a_locked_period_is_booked_on_the_first_open_day(env: Env) -> None:
    invoice = an_invoice(env, a_line("1", "100"))
    line = a_bank_line(env, "100", str(invoice.number), day=DAY)
    ledgers.set_locks(
        env, ledgers.of(env), sales=None, purchases=None, everything=DAY.replace(day=31), hard=None
    )

    accept(env, line)

    assert line.match_entry is not None
    assert line.match_entry.date == DAY.replace(month=4, day=1)
    assert broken(env) == []


def test_the_account_that_paid_before_is_known_and_the_proposal_says_so(env: Env) -> None:
    party = a_party(env, name="Groupe Castellane")
    first = an_invoice(env, a_line("1", "100"), party=party)
    accept(env, a_bank_line(env, "100", str(first.number), partner_iban=THEIRS))
    an_invoice(env, a_line("1", "77"), party=party)
    line = a_bank_line(env, "77", "VIR INCONNU", partner_iban=THEIRS)

    best = proposals(env, line)[0]

    assert [str(one.text) for one in best.evidence] == [
        "Exact amount, the only one",
        "Account known from 1 match",
    ]
    assert best.score == 80


def test_an_account_written_on_a_contact_tells_whose_line_it_is(env: Env) -> None:
    party = a_party(env, name="Groupe Castellane")
    env.add(PartyAccount, company_id=env.company_id, party_id=party.id, iban=THEIRS)
    an_invoice(env, a_line("1", "77"), party=party)

    best = proposals(env, a_bank_line(env, "77", "VIR", partner_iban=THEIRS))[0]

    assert (best.score, str(best.evidence[1].text)) == (80, "Account of the contact")
