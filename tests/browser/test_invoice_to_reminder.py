"""An invoice with instalments in a browser: paid in parts and by credit, then reminded of."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from addons.erp_accounting.models import (
    BankAccount,
    DunningNotice,
    Invoice,
    InvoiceKind,
    JournalKind,
    PartyAccount,
    PaymentStatus,
    Share,
)
from addons.erp_accounting.services import entries, payments
from addons.erp_accounting.services.terms import Rule
from core.jobs.drain import drain
from core.registry.verify import verify
from core.testing.browser import violations
from tests.erp_accounting.factories import a_draft, a_line, a_party, a_tax, a_term, an_invoice

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.testing.plugin import LiveWorkspace

pytestmark = [pytest.mark.browser, pytest.mark.addons("erp_accounting")]
D = Decimal
FILLED = (
    "[...document.querySelectorAll('#allocations input[name^=a]')].filter((one) => one.value).length === 1"
)

WORDS = {
    "en": {
        "post": "Post",
        "register": "Register the payment",
        "amount": "Amount (EUR)",
        "send": "Send the reminders",
        "preview": "Preview",
        "hello": "these invoices are late",
        "150": "150",
    },
    "fr": {
        "post": "Comptabiliser",
        "register": "Enregistrer le règlement",
        "amount": "Montant (EUR)",
        "send": "Envoyer les relances",
        "preview": "Aperçu",
        "hello": "ces factures sont en retard",
        "150": "150,00",
    },
}


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_instalments_are_paid_in_parts_and_the_rest_is_reminded_of(
    browse: Callable[..., Any], workspace: LiveWorkspace, locale: str
) -> None:
    words = WORDS[locale]
    with workspace.env() as env:
        party = a_party(env, name="Maison Verdier", email="accounts@verdier.example", locale=locale)
        day = env.today() - timedelta(days=60)
        term = a_term(env, Rule(Share.PERCENT, D(50), days=10), Rule(days=35))
        draft = a_draft(env, a_line("2", "125", [a_tax(env, "20")]), party=party, payment_term=term, date=day)
        payments.advance(env, party, D(40), date=day)
        draft_id, party_id = draft.id, party.id

    with browse(locale=locale) as page:
        page.goto(f"/app/erp_accounting/invoice/{draft_id}")
        page.get_by_role("button", name=words["post"], exact=True).click()
        page.locator("[aria-controls=p-payments]").wait_for()
        assert violations(page) == []

        page.goto(f"/accounting/allocate?direction=in&party={party_id}")
        assert violations(page) == []
        with page.expect_response("**/accounting/allocate/propose"):
            page.get_by_label(words["amount"]).fill(words["150"])
            page.keyboard.press("Tab")
        amounts = page.locator("#allocations input[name^=a]")
        page.wait_for_function(FILLED)
        assert amounts.count() == 3
        page.keyboard.press("Control+Enter")
        page.wait_for_url("**/app/erp_accounting/payment/*")

        page.goto(f"/accounting/allocate?direction=in&party={party_id}")
        fields = page.locator("#allocations tr", has=page.locator("input[name^=a]"))
        assert fields.count() == 2
        with page.expect_response("**/accounting/allocate/count"):
            fields.nth(0).locator("input[name^=a]").fill("40")
            page.keyboard.press("Tab")
        with page.expect_response("**/accounting/allocate/count"):
            page.locator("#allocations tr", has=page.locator("input[name^=a]")).nth(1).locator(
                "input[name^=a]"
            ).fill("40")
            page.keyboard.press("Tab")
        assert violations(page) == []
        page.get_by_role("button", name=words["register"]).click()
        page.wait_for_url(f"**/app/base/party/{party_id}")

        page.goto("/accounting/reminders")
        assert violations(page) == []
        page.get_by_role("button", name=words["preview"]).click()
        page.get_by_text(words["hello"]).wait_for()
        assert violations(page) == []
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            page.get_by_role("button", name=words["send"]).click()
        page.wait_for_load_state("networkidle")

    drain(workspace.platform, workspace.entry)
    with workspace.env() as env:
        invoice = env.get(Invoice, draft_id)
        assert (invoice.open_amount, invoice.payment_status) == (D(110), PaymentStatus.PARTIAL)
        assert [one.open_amount for one in env.session.scalars(select(env[DunningNotice]))] == [D(110)]
    assert verify(workspace.platform, workspace.entry) == []


def test_a_bill_is_imported_and_paid_by_a_batch(browse: Callable[..., Any], workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        journal = entries.journal_of(env, JournalKind.BANK)
        env.add(
            BankAccount,
            company_id=env.company_id,
            name="Banque",
            journal_id=journal.id,
            iban="FR7630006000011234567890189",
        )
        party = a_party(env, name="Verrerie du Lac", is_supplier=True)
        env.add(PartyAccount, company_id=env.company_id, party_id=party.id, iban="DE89370400440532013000")
        bill_id = an_invoice(env, kind=InvoiceKind.SUPPLIER_INVOICE, party=party).id

    with browse() as page:
        page.goto("/accounting/bills/import")
        assert violations(page) == []
        page.goto("/accounting/batches/new")
        page.get_by_role("checkbox").first.check()
        assert violations(page) == []
        page.get_by_role("button", name="Create the batch").click()
        page.wait_for_url("**/app/erp_accounting/payment_batch/*")
        assert violations(page) == []
        page.get_by_role("button", name="Make the file").click()
        page.get_by_role("button", name="Book…").wait_for()
        page.get_by_role("button", name="Book…").click()
        page.locator("dialog[open] button.btn-primary").click()
        page.get_by_role("button", name="Book…").wait_for(state="hidden")

    with workspace.env() as env:
        assert env.get(Invoice, bill_id).payment_status is PaymentStatus.PAID
    assert verify(workspace.platform, workspace.entry) == []
