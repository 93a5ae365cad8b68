"""Several people post at once: numbers stay gapless and in posting order, nothing is settled twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from addons.erp_accounting.models import Entry, Invoice
from addons.erp_accounting.services import invoices, ledgers, payments, verification
from core.api import CoreError
from tests.erp_accounting.factories import DAY, a_draft, a_line, a_party, an_entry, an_invoice

if TYPE_CHECKING:
    from core.testing.plugin import LiveWorkspace

pytestmark = pytest.mark.addons("erp_accounting")
D = Decimal


def test_eight_people_post_into_one_journal_without_a_gap_and_in_order(workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        drafts = [a_draft(env, a_line("1", str(10 + step))).id for step in range(40)]

    def post(invoice_id: int) -> str:
        with workspace.env() as env:
            invoice = env.get(Invoice, invoice_id)
            invoices.post(env, invoice)
            assert invoice.number is not None
            return invoice.number

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(post, drafts))

    assert sorted(numbers) == [f"INV-2026-{sequence:04}" for sequence in range(1, 41)]
    with workspace.env() as env:
        entries = env.session.scalars(select(env[Entry]).order_by(env[Entry].sequence)).all()
        moments = [entry.posted_at for entry in entries]
        assert moments == sorted(moment for moment in moments if moment)
        assert list(verification.findings(env)) == []


def test_a_refused_posting_leaves_no_gap(workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        drafts = [a_draft(env, a_line("1" if step % 2 else "0")).id for step in range(16)]

    def post(invoice_id: int) -> str | None:
        try:
            with workspace.env() as env:
                invoice = env.get(Invoice, invoice_id)
                invoices.post(env, invoice)
                return invoice.number
        except CoreError:
            return None

    with ThreadPoolExecutor(8) as pool:
        numbers = [number for number in pool.map(post, drafts) if number]

    assert sorted(numbers) == [f"INV-2026-{sequence:04}" for sequence in range(1, 9)]
    with workspace.env() as env:
        assert list(verification.findings(env)) == []


def test_the_same_draft_posted_by_eight_people_is_posted_once(workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        draft_id = a_draft(env).id

    def post(_attempt: int) -> bool:
        try:
            with workspace.env() as env:
                invoices.post(env, env.get(Invoice, draft_id))
        except Exception:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(post, range(8)))

    assert outcomes.count(True) == 1
    with workspace.env() as env:
        assert env.session.scalars(select(env[Entry].number)).all() == ["INV-2026-0001"]
        assert list(verification.findings(env)) == []


def test_an_invoice_paid_by_eight_people_at_once_is_settled_once_and_the_rest_is_credit(
    workspace: LiveWorkspace,
) -> None:
    with workspace.env() as env:
        invoice_id = an_invoice(env, party=a_party(env)).id

    def pay(_attempt: int) -> bool:
        try:
            with workspace.env() as env:
                payments.register(env, [env.get(Invoice, invoice_id)], amount=D(60), date=DAY)
        except payments.NotPayable:
            return False
        except Exception:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(pay, range(8)))

    with workspace.env() as env:
        assert 1 <= outcomes.count(True) <= 2
        assert env.get(Invoice, invoice_id).open_amount == max(D(0), D(100) - 60 * outcomes.count(True))
        assert list(verification.findings(env)) == []


def test_a_lock_date_set_in_between_waits_for_what_is_being_posted_and_holds_for_the_next(
    workspace: LiveWorkspace,
) -> None:
    with workspace.env() as env:
        an_entry(env)

    def post(_attempt: int) -> bool:
        try:
            with workspace.env() as env:
                an_entry(env)
        except Exception:
            return False
        return True

    def lock() -> None:
        with workspace.env() as env:
            ledgers.set_locks(env, ledgers.of(env), sales=None, purchases=None, everything=DAY, hard=None)

    with ThreadPoolExecutor(8) as pool:
        posted = [pool.submit(post, attempt) for attempt in range(12)]
        pool.submit(lock).result()
        outcomes = [future.result() for future in posted]
    with pytest.raises(ledgers.PeriodLocked), workspace.env() as env:
        an_entry(env)

    with workspace.env() as env:
        assert len(env.session.scalars(select(env[Entry].id)).all()) == 1 + outcomes.count(True)
        assert list(verification.findings(env)) == []
