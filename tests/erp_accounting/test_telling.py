from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from addons.base.models import MessageKind
from addons.base.queries import timeline as reading
from addons.erp_accounting.models import Invoice
from addons.erp_accounting.services import allocating, invoices, payments
from core.api import using
from tests.erp_accounting.factories import a_draft

if TYPE_CHECKING:
    from core.api import Env
    from core.testing.plugin import LiveWorkspace

pytestmark = pytest.mark.addons("erp_accounting")


def told(env: Env, invoice: Invoice) -> list[str]:
    """Oldest first; a change of fields by its labels."""
    found = [
        entry.text or "/".join(one.label for one in entry.changes)
        for entry in reading.of_record(env, invoice).entries
    ]
    return found[::-1]


def test_posting_and_paying_stand_on_the_timeline_once(workspace: LiveWorkspace) -> None:
    with workspace.env(request_id="draft") as env:
        invoice_id = a_draft(env).id
    with workspace.env(request_id="post") as env:
        invoices.post(env, env.get(Invoice, invoice_id))
    with workspace.env(request_id="part") as env:
        allocating.pay(env, env.get(Invoice, invoice_id), amount=Decimal(30))
    with workspace.env(request_id="rest") as env:
        allocating.pay(env, env.get(Invoice, invoice_id))
    with workspace.env(request_id="undo") as env:
        payments.undo_payments(env, env.get(Invoice, invoice_id))

    with workspace.env() as env:
        invoice = env.get(Invoice, invoice_id)
        number = invoice.number
        assert told(env, invoice) == [
            f"Customer invoice {number} posted, €100.00",
            f"{number} partly paid, €30.00: €70.00 still open",
            f"{number} paid, €70.00",
            f"{number} is open again: €100.00",
        ]
        of_party = reading.of_party(env, invoice.party).entries
        assert {entry.text for entry in of_party if entry.kind == MessageKind.EVENT} == set(
            told(env, invoice)
        )
        with using("fr"):
            assert told(env, invoice)[0].startswith(f"Facture client {number} comptabilisée, 100,00")


def test_a_credit_note_says_that_it_settled_the_invoice(env: Env) -> None:
    invoice = a_draft(env)
    invoices.post(env, invoice)
    note = invoices.credit(env, invoice)
    invoices.post(env, note)
    env.session.flush()

    assert f"{invoice.number} settled by a credit note, €100.00" in told(env, invoice)


def test_a_status_no_service_speaks_of_is_told_as_a_change(workspace: LiveWorkspace) -> None:
    with workspace.env(request_id="draft") as env:
        invoice_id = a_draft(env).id
    with workspace.env(request_id="cancel") as env:
        invoices.cancel(env, env.get(Invoice, invoice_id))

    with workspace.env() as env:
        (entry,) = reading.of_record(env, env.get(Invoice, invoice_id)).entries
        assert [(one.label, one.old, one.new) for one in entry.changes] == [("Status", "Draft", "Cancelled")]
