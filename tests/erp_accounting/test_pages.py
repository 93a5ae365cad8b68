"""Pages: who may open them, what they show, what they refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from addons.erp_accounting import demo
from addons.erp_accounting.models import Invoice, Ledger
from addons.erp_accounting.web.reports import SHEETS
from tests.erp_accounting.factories import a_draft, a_line, a_party, a_tax, an_invoice

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.testing.plugin import LiveWorkspace
    from core.testing.web import Visitor

pytestmark = pytest.mark.addons("erp_accounting")
DIGITS = "7777"
"""Stands in every amount of the secret invoice, and in nothing else."""


@pytest.fixture
def books(workspace: LiveWorkspace) -> LiveWorkspace:
    """A workspace with the examples."""
    with workspace.env() as env:
        demo.load(env)
    return workspace


def test_every_report_opens_on_screen_and_as_a_file(books: LiveWorkspace, client: Visitor) -> None:
    for name in SHEETS:
        page = client.get(f"/accounting/{name}")
        sheet = client.get(f"/accounting/{name}?format=xlsx")
        paper = client.get(f"/accounting/{name}?format=pdf")

        assert (page.status_code, sheet.status_code, paper.status_code) == (200, 200, 200), name
        assert sheet.content.startswith(b"PK")
        assert paper.content.startswith(b"%PDF-")
        assert 'scope="col"' in page.text
    assert client.get("/accounting").status_code == 200


def test_a_figure_leads_down_to_the_entry(books: LiveWorkspace, client: Visitor) -> None:
    balance = client.get("/accounting/trial-balance").text
    address = balance.split('href="/accounting/general-ledger?', 1)[1].split('"', 1)[0]

    ledger = client.get(f"/accounting/general-ledger?{address.replace('&amp;', '&')}").text

    entry = ledger.split('href="/app/erp_accounting/entry/', 1)[1].split('"', 1)[0]
    assert client.get(f"/app/erp_accounting/entry/{entry}").status_code == 200


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/accounting/nonsense", 404),
        ("/accounting/trial-balance?from=31.12.2026", 422),
        ("/accounting/trial-balance?from=2026-02-01&to=2026-01-01", 422),
        ("/accounting/general-ledger?account=999999", 404),
        ("/accounting/partner-ledger?party=999999", 404),
    ],
)
def test_a_wrong_address_is_answered_with_a_sentence(
    workspace: LiveWorkspace, client: Visitor, address: str, status: int
) -> None:
    answer = client.get(address)

    assert answer.status_code == status
    assert "<h1" in answer.text


def test_reports_are_for_readers_of_the_books(books: LiveWorkspace, visitor: Callable[..., Visitor]) -> None:
    seller = visitor("Sam", roles=["erp_accounting.status"])
    reader = visitor("Rita", roles=["erp_accounting.viewer"])
    stranger = visitor(None)

    refused = seller.get("/accounting/trial-balance")
    assert refused.status_code == 403
    assert "Your role does not include this page." in refused.text
    assert "Invoicing, Accountant" in refused.text  # who may open it, and not administrators alone
    assert reader.get("/accounting/trial-balance").status_code == 200
    assert reader.get("/accounting/settings").status_code == 403
    assert stranger.get("/accounting/trial-balance").status_code in {302, 303, 401}


def test_a_seller_sees_the_status_of_an_invoice_and_no_amount(
    workspace: LiveWorkspace, visitor: Callable[..., Visitor]
) -> None:
    with workspace.env() as env:
        invoice = an_invoice(
            env, a_line("1", f"{DIGITS}.77", [a_tax(env)]), party=a_party(env, name="Kervran")
        )
        party_id, invoice_id, number = invoice.party_id, invoice.id, invoice.number
    seller = visitor("Sam", roles=["erp_accounting.status"])

    shown = {
        address: seller.get(address)
        for address in (
            "/app/erp_accounting/invoice/",
            "/app/erp_accounting/invoice/?list=customers",
            f"/app/erp_accounting/invoice/{invoice_id}",
            f"/app/base/party/{party_id}",
            f"/api/v1/erp_accounting.invoice/{invoice_id}",
            "/api/v1/erp_accounting.invoice",
        )
    }

    assert number
    assert number in shown["/app/erp_accounting/invoice/?list=customers"].text
    assert "Not paid" in shown[f"/app/erp_accounting/invoice/{invoice_id}"].text
    for address, answer in shown.items():
        assert DIGITS not in answer.text.replace("\u202f", "").replace(",", ""), address


def test_posting_and_paying_on_screen(workspace: LiveWorkspace, client: Visitor) -> None:
    with workspace.env() as env:
        draft = a_draft(env, date=None)
        invoice_id, title = draft.id, draft.title

    listed = client.get("/app/erp_accounting/invoice/?list=customers&all=1").text
    posted = client.post(f"/app/erp_accounting/invoice/{invoice_id}/actions/post")
    again = client.post(f"/app/erp_accounting/invoice/{invoice_id}/actions/post")

    assert f'href="/app/erp_accounting/invoice/{invoice_id}">{title}</a>' in listed, "no number yet"
    assert posted.status_code in {200, 204, 303}
    assert again.status_code == 409
    with workspace.env() as env:
        assert env.get(Invoice, invoice_id).number == f"INV-{env.today().year}-0001"


def test_a_company_without_books_chooses_a_chart(workspace: LiveWorkspace, client: Visitor) -> None:
    with workspace.env() as env:
        env.session.delete(env.session.scalars(select(env[Ledger])).one())
    answer = client.get("/accounting/settings")
    wrong = client.post("/accounting/settings", {"chart": "none"})

    assert "International chart" in answer.text
    assert wrong.status_code == 404
