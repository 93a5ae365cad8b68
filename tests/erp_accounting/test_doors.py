"""Whatever the door, a posted document stays as it is, and the totals of a draft follow from its lines."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from addons.erp_accounting.models import Allocation, Invoice, InvoiceLine
from addons.erp_accounting.services import deposits, invoices, payments, settlement, verification
from core.api import RuleBroken
from core.security import tokens
from core.security.document_refusals import Closed, ServiceField
from tests.erp_accounting.factories import DAY, a_draft, a_line, a_party, a_payment, a_tax, an_invoice

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.api import Env
    from core.testing.plugin import LiveWorkspace
    from core.testing.web import Visitor

pytestmark = pytest.mark.addons("erp_accounting")

D = Decimal
API = "/api/v1/erp_accounting"


@pytest.fixture
def program(workspace: LiveWorkspace, client: Visitor) -> Callable[..., Any]:
    """Calls the interface as a program with a token."""
    with workspace.env() as env:
        token = tokens.create(env, "Program", ["write"], user_id=client.person.id if client.person else 0)
    headers = {"Authorization": f"Bearer {token}"}

    def call(method: str, path: str, body: Any = None) -> Any:
        return client.http.request(method, f"{API}.{path}", json=body, headers=headers)

    return call


def totals(env: Env, invoice_id: int) -> tuple[Decimal, Decimal, Decimal]:
    """Net, tax and total as the database has them."""
    env.session.expire_all()
    invoice = env.get(Invoice, invoice_id)
    assert sum(line.net for line in invoice.lines) == invoice.net
    return invoice.net, invoice.tax, invoice.total


def delete_elevated(env: Env, allocation_id: int) -> None:
    with env.system("a partner's script") as system:
        system.session.delete(system.get(Allocation, allocation_id))


def test_totals_of_a_draft_follow_from_its_lines_written_by_rest(
    workspace: LiveWorkspace, program: Callable[..., Any]
) -> None:
    with workspace.env() as env:
        tax = a_tax(env)
        draft = a_draft(env, a_line(taxes=[tax]), a_line("2", "10"))
        draft_id, first, second, tax_id = draft.id, draft.lines[0].id, draft.lines[1].id, tax.id

    def now() -> tuple[Decimal, Decimal, Decimal]:
        with workspace.env() as env:
            return totals(env, draft_id)

    changed = program("PATCH", f"invoice_line/{first}", {"quantity": "3"}), now()
    removed = program("DELETE", f"invoice_line/{second}"), now()
    more = {"invoice_id": draft_id, "description": "Freight", "unit_price": "40", "taxes": [tax_id]}
    added = program("POST", "invoice_line", more), now()
    claimed = program("PATCH", f"invoice/{draft_id}", {"total": "1"}), now()

    assert [answer.status_code for answer, _totals in (changed, removed, added)] == [200, 204, 201]
    assert changed[1] == (D(320), D(60), D(380))
    assert removed[1] == (D(300), D(60), D(360))
    assert added[1] == (D(340), D(68), D(408))
    assert (claimed[0].status_code >= 400, claimed[1]) == (True, added[1])


def test_totals_of_a_draft_follow_from_lines_written_by_partners_code_and_in_bulk(env: Env) -> None:
    draft = a_draft(env, a_line(), a_line("2", "10"))
    first, second = (line.id for line in draft.lines)

    env.get(InvoiceLine, first).unit_price = D(50)
    env.session.flush()
    plain = totals(env, draft.id)
    with env.system("a partner's script") as system:
        system.get(InvoiceLine, first).quantity = D(2)
        system.session.flush()
    elevated = totals(env, draft.id)
    env.bulk_update(InvoiceLine, env[InvoiceLine].id == second, {"quantity": D(3)})
    changed = totals(env, draft.id)
    env.bulk_delete(InvoiceLine, env[InvoiceLine].id == first)
    removed = totals(env, draft.id)

    assert [one[0] for one in (plain, elevated, changed, removed)] == [70, 120, 130, 30]


def test_a_posted_invoice_and_its_lines_are_refused_by_rest_with_the_way_out(
    workspace: LiveWorkspace, program: Callable[..., Any]
) -> None:
    with workspace.env() as env:
        posted = an_invoice(env, a_line(taxes=[a_tax(env)]))
        other = a_draft(env, a_line("1", "7"))
        invoice_id, line_id, other_line = posted.id, posted.lines[0].id, other.lines[0].id

    answers = (
        program("PATCH", f"invoice_line/{line_id}", {"quantity": "3"}),
        program("PATCH", f"invoice_line/{line_id}", {"taxes": []}),
        program("DELETE", f"invoice_line/{line_id}"),
        program("POST", "invoice_line", {"invoice_id": invoice_id, "description": "More", "unit_price": "1"}),
        program("PATCH", f"invoice_line/{other_line}", {"invoice_id": invoice_id}),
        program("PATCH", f"invoice/{invoice_id}", {"note": "Changed"}),
        program("PATCH", f"invoice/{invoice_id}", {"state": "draft"}),
        program("DELETE", f"invoice/{invoice_id}"),
    )

    assert all(400 <= answer.status_code < 500 for answer in answers), [one.text for one in answers]
    assert "Create a credit note to correct it." in answers[0].text
    with workspace.env() as env:
        assert totals(env, invoice_id) == (D(100), D(20), D(120))
        kept = env.get(Invoice, invoice_id)
        assert (kept.note, len(kept.lines), len(kept.lines[0].taxes)) == ("", 1, 1)


def test_posted_entries_payments_and_what_settles_what_are_refused_by_rest(
    workspace: LiveWorkspace, program: Callable[..., Any]
) -> None:
    with workspace.env() as env:
        paid = an_invoice(env)
        payment = a_payment(env, paid, "40")
        assert paid.entry is not None
        invoice_id, payment_id, entry_id, line_id = paid.id, payment.id, paid.entry.id, paid.entry.lines[0].id
        (settled,) = settlement.allocations_of(env, [entry_id])
        allocation_id = settled.id
        again = {
            "debit_item_id": settled.debit_item_id,
            "credit_item_id": settled.credit_item_id,
            "date": str(DAY),
            "amount": "1",
            "debit_amount_currency": "1",
            "credit_amount_currency": "1",
        }
        line = {"entry_id": entry_id, "account_id": paid.account_id, "journal_id": paid.entry.journal_id}
        line |= {"date": str(DAY), "currency": "EUR"}

    answers = (
        program("PATCH", f"entry_line/{line_id}", {"label": "Changed"}),
        program("DELETE", f"entry_line/{line_id}"),
        program("POST", "entry_line", line),
        program("PATCH", f"entry/{entry_id}", {"label": "Changed"}),
        program("DELETE", f"entry/{entry_id}"),
        program("PATCH", f"payment/{payment_id}", {"memo": "Changed"}),
        program("DELETE", f"payment/{payment_id}"),
        program("PATCH", f"allocation/{allocation_id}", {"amount": "1"}),
        program("DELETE", f"allocation/{allocation_id}"),
        program("POST", "allocation", again),
    )

    assert all(400 <= answer.status_code < 500 for answer in answers), [one.text for one in answers]
    assert "Reverse it to correct it." in answers[3].text
    with workspace.env() as env:
        assert env.get(Invoice, invoice_id).open_amount == 60
        assert list(verification.findings(env)) == []


def test_what_settles_what_is_written_by_services_only_in_elevated_code_and_in_bulk_too(env: Env) -> None:
    paid = an_invoice(env)
    a_payment(env, paid, "40")
    (settled,) = settlement.allocations_of(env, [paid.entry_id or 0])
    here = env[Allocation].id == settled.id

    with pytest.raises(Closed, match="Register a payment"), env.session.begin_nested():
        env.bulk_delete(Allocation, here)
    with pytest.raises(ServiceField), env.session.begin_nested():
        env.bulk_update(Allocation, here, {"amount": D(1)})
    with pytest.raises(Closed, match="Register a payment"), env.session.begin_nested():
        delete_elevated(env, settled.id)
    payments.unreconcile(env, paid)

    assert (paid.open_amount, settlement.allocations_of(env, [paid.entry_id or 0])) == (100, [])


def test_nobody_says_by_hand_what_services_note_on_a_draft(env: Env) -> None:
    """A deposit, a credited invoice and a deducted deposit decide what is settled once it is posted."""
    credited = an_invoice(env)
    by_hand = (
        {"credit_of_id": credited.id},
        {"is_deposit": True},
        {"number": "INV-2026-0999"},
        {"open_amount": D(5)},
    )

    for values in by_hand:
        with pytest.raises(ServiceField, match="nobody writes it by hand"), env.session.begin_nested():
            env.add(Invoice, party_id=credited.party_id, currency="EUR", **values)
    draft = a_draft(env)
    with pytest.raises(ServiceField, match="nobody writes it by hand"), env.session.begin_nested():
        env.add(InvoiceLine, invoice_id=draft.id, description="Deposit", deposit_id=credited.id)

    assert draft.net == 100


def test_a_cancelled_draft_changes_only_once_it_is_a_draft_again(env: Env) -> None:
    draft = a_draft(env)
    invoices.cancel(env, draft)

    draft.note = "Too late"
    with pytest.raises(Closed, match="can no longer be changed"), env.session.begin_nested():
        env.session.flush()
    env.session.expire(draft)
    invoices.reopen(env, draft)
    draft.note = "In time"
    env.session.flush()

    assert (draft.is_draft, draft.note) == (True, "In time")


def test_deposits_are_deducted_from_a_draft_that_nobody_posted_meanwhile(
    workspace: LiveWorkspace,
) -> None:
    """The draft is read again, and held, before its lines are counted."""
    with workspace.env() as env:
        party = a_party(env)
        draft = a_draft(env, a_line("10"), party=party, date=None)
        deposit = deposits.invoice_deposit(env, draft, percent=D(30), date=DAY)
        invoices.post(env, deposit)
        draft_id = draft.id

    with workspace.env() as env:
        seen = env.get(Invoice, draft_id)
        with workspace.env() as other:
            invoices.post(other, other.get(Invoice, draft_id))
        with pytest.raises(RuleBroken, match="already Posted"):
            deposits.deduct(env, seen)


def test_what_was_typed_on_a_line_is_posted_after_an_attempt_that_was_refused(env: Env) -> None:
    """Posting locks the draft again: what is about to be written of its lines stays."""
    draft = a_draft(env, a_line("-1"))
    with pytest.raises(invoices.NegativeTotal), env.session.begin_nested():
        invoices.post(env, draft)

    draft.lines[0].quantity = D(3)
    invoices.post(env, draft)

    assert totals(env, draft.id) == (D(300), D(0), D(300))


def test_a_line_changed_beside_its_draft_in_memory_is_written(workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        draft_id = a_draft(env).id

    with workspace.env() as env:
        env.get(Invoice, draft_id).lines[0].quantity = D(3)
    with workspace.env() as env:
        assert totals(env, draft_id) == (D(300), D(0), D(300))
