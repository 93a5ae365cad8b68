"""Entries: balanced or drafts, final once posted, corrected by reversal."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from addons.erp_accounting.models import (
    Entry,
    EntryLine,
    JournalKind,
    Ledger,
    OpenItem,
    PaymentStatus,
)
from addons.erp_accounting.services import entries, ledgers, payments, reversals, verification
from addons.erp_accounting.services.entries import Posting
from tests.erp_accounting.factories import (
    DAY,
    a_party,
    a_payment,
    amounts,
    an_account,
    an_entry,
    an_invoice,
    balance,
)

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("erp_accounting")
D = Decimal


def draft(env: Env, debit: str, credit: str) -> Entry:
    return entries.draft(
        env,
        journal=JournalKind.GENERAL,
        date=DAY,
        lines=[
            Posting(an_account(env, "inventory").id, debit=D(debit)),
            Posting(an_account(env, "retained").id, credit=D(credit)),
        ],
    )


def test_an_unbalanced_entry_is_refused_and_stays_a_draft(env: Env) -> None:
    entry = draft(env, "100", "99.99")

    with pytest.raises(entries.NotBalanced, match="100"):
        entries.post(env, entry)

    env.session.refresh(entry)
    assert (entry.is_posted, entry.number, entry.hash) == (False, None, None)
    with pytest.raises(entries.FinerThanMoney, match=r"0\.005 is finer .* EUR, 0\.01"):
        entries.post(env, draft(env, "0.005", "0.005"))


def test_an_entry_without_amounts_is_refused(env: Env) -> None:
    empty = entries.draft(env, journal=JournalKind.GENERAL, date=DAY, lines=[])

    with pytest.raises(entries.NothingToPost):
        entries.post(env, empty)
    with pytest.raises(entries.NothingToPost):
        entries.post(env, draft(env, "0", "0"))


def test_a_draft_moved_to_another_day_takes_its_lines_along(env: Env) -> None:
    entry = draft(env, "10", "10")

    entry.date = date(2027, 1, 5)
    entries.post(env, entry)

    assert entry.number == "MISC-2027-0001"
    assert {line.date for line in entry.lines} == {date(2027, 1, 5)}


def test_an_entry_is_posted_once(env: Env) -> None:
    entry = an_entry(env)

    with pytest.raises(entries.AlreadyPosted):
        entries.post(env, entry)


def test_a_reversal_mirrors_the_entry_and_is_made_once(env: Env) -> None:
    entry = an_entry(env, "12.34")

    reversal = reversals.reverse(env, entry, date=DAY + timedelta(days=1))

    mirrored = sorted((code, credit, debit) for code, debit, credit in amounts(env, reversal.id))
    assert mirrored == amounts(env, entry.id)
    assert balance(env, an_account(env, "inventory").code) == 0
    with pytest.raises(reversals.AlreadyReversed, match=r"MISC-2026-0001.*MISC-2026-0002"):
        reversals.reverse(env, entry)
    assert not list(verification.findings(env))


def test_what_an_entry_and_its_reversal_leave_open_settles_each_other(env: Env) -> None:
    party, receivable = a_party(env), an_account(env, "receivable")
    entry = entries.post_new(
        env,
        journal=JournalKind.GENERAL,
        date=DAY,
        lines=[
            Posting(receivable.id, debit=D(50), party=party.id),
            Posting(an_account(env, "retained").id, credit=D(50)),
        ],
    )

    reversals.reverse(env, entry, date=DAY)

    assert [item.residual for item in env.session.scalars(select(env[OpenItem]))] == [D(0), D(0)]


def test_the_entry_of_an_invoice_needs_a_credit_note(env: Env) -> None:
    invoice = an_invoice(env)
    assert invoice.entry_id is not None

    with pytest.raises(reversals.BelongsToDocument, match="INV-2026-0001"):
        reversals.reverse(env, env.get(Entry, invoice.entry_id))


def test_an_entry_in_a_foreign_currency_keeps_both_amounts(env: Env) -> None:
    entry = entries.post_new(
        env,
        journal=JournalKind.GENERAL,
        date=DAY,
        lines=[
            entries.signed(an_account(env, "inventory").id, D(90), currency="USD", amount_currency=D(100)),
            entries.signed(an_account(env, "retained").id, D(-90)),
        ],
    )

    assert [(line.currency, line.amount_currency) for line in entry.lines] == [
        ("USD", D(100)),
        ("EUR", D(-90)),
    ]


def test_moving_the_hard_lock_back_is_refused(env: Env) -> None:
    ledger = ledgers.of(env)
    ledgers.set_locks(env, ledger, sales=None, purchases=None, everything=None, hard=DAY)

    with pytest.raises(ledgers.HardLockBack):
        ledgers.set_locks(env, ledger, sales=None, purchases=None, everything=None, hard=None)
    with pytest.raises(DBAPIError, match="closed for good"), env.scope.connection.begin_nested():
        env.scope.connection.execute(text("UPDATE erp_accounting_ledger SET lock_hard = NULL"))
    assert env.session.scalars(select(env[Ledger].lock_hard)).one() == DAY


def test_a_company_without_books_is_told_so(env: Env) -> None:
    env.session.delete(ledgers.of(env))
    env.session.flush()
    env.cache.clear()

    with pytest.raises(ledgers.NoBooks, match="Atelier Lumen"):
        an_entry(env)


def test_the_entry_of_a_payment_is_reversed_with_the_payment(env: Env) -> None:
    payment = a_payment(env, an_invoice(env))
    assert payment.entry_id is not None

    with pytest.raises(reversals.BelongsToPayment, match="BNK-2026-0001"):
        reversals.reverse(env, env.get(Entry, payment.entry_id))


def test_a_write_off_is_undone_with_what_it_settled_never_by_itself(env: Env) -> None:
    invoice = an_invoice(env)
    entry = payments.write_off(env, invoice, date=DAY)

    with pytest.raises(reversals.BelongsToPayment):
        reversals.reverse(env, entry, date=DAY)
    payments.unreconcile(env, invoice, date=DAY)

    assert (invoice.open_amount, invoice.payment_status) == (D(100), PaymentStatus.OPEN)
    assert not list(verification.findings(env))


def test_a_line_written_without_services_follows_its_entry(env: Env) -> None:
    entry = draft(env, "10", "10")
    line = env[EntryLine](entry=entry, account_id=an_account(env, "inventory").id, debit=D(5), credit=D(0))
    env.session.add(line)
    env.session.flush()

    assert (line.date, line.journal_id, line.currency, line.amount_currency) == (
        entry.date,
        entry.journal_id,
        "EUR",
        D(5),
    )
