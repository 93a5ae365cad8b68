"""Reports: the same figures on screen, as PDF and as XLSX; the invoice on paper."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from addons.erp_accounting.models import InvoiceKind
from addons.erp_accounting.queries import documents, overview
from addons.erp_accounting.reports import ledgers, periods, printing, statements
from addons.erp_accounting.reports.sheet import Asked
from addons.erp_accounting.services import invoices
from addons.erp_accounting.web.reports import SHEETS
from core.api import Fields, Invalid, print_report, workbook
from tests.erp_accounting.factories import (
    DAY,
    a_draft,
    a_line,
    a_party,
    a_payment,
    a_tax,
    an_account,
    an_invoice,
)

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("erp_accounting")
D = Decimal
YEAR = Asked(date(2026, 1, 1), date(2026, 12, 31))


def a_year(env: Env) -> None:
    party = a_party(env, name="Kervran")
    invoice = an_invoice(env, a_line("1", "500", [a_tax(env)]), party=party)
    a_payment(env, invoice, "200")
    an_invoice(env, a_line("1", "300"), kind=InvoiceKind.SUPPLIER_INVOICE)


def lines(sheet: object) -> list[tuple[str, tuple[object, ...]]]:
    return [(row.kind, tuple(row.cells)) for row in sheet.rows]  # type: ignore[attr-defined]  # the composed class has it


def test_the_trial_balance_ends_with_its_sums(env: Env) -> None:
    a_year(env)

    sheet = statements.trial_balance_sheet(env, YEAR)

    assert lines(sheet)[-1] == ("grand", ("Total", D(0), D(1100), D(1100), D(0)))
    assert lines(sheet)[0] == ("", ("1010 Bank", D(0), D(200), D(0), D(200)))
    assert "account=" in sheet.rows[0].url


def test_profit_and_loss_shows_margins_and_compares(env: Env) -> None:
    a_year(env)

    sheet = statements.profit_and_loss_sheet(env, Asked(YEAR.start, YEAR.end, "year"))

    assert [(kind, cells) for kind, cells in lines(sheet) if kind] == [
        ("group", ("Sales", D(500), D(0))),
        ("total", ("Gross margin", D(500), D(0))),
        ("group", ("Expenses", D(300), D(0))),
        ("total", ("Operating result", D(200), D(0))),
        ("grand", ("Result", D(200), D(0))),
    ]


def test_a_balance_sheet_shows_both_sides_equal(env: Env) -> None:
    a_year(env)

    sheet = statements.balance_sheet_sheet(env, YEAR)

    assert [cells for kind, cells in lines(sheet) if kind == "grand"] == [
        ("Total assets", D(600)),
        ("Total liabilities and equity", D(600)),
    ]


def test_aged_receivables_name_the_customer(env: Env) -> None:
    a_year(env)

    sheet = ledgers.aged_sheet(env, Asked(YEAR.start, DAY + timedelta(days=45)))

    assert lines(sheet) == [
        ("", ("Kervran", D(0), D(0), D(400), D(0), D(0), D(400))),
        ("grand", ("Total", D(0), D(0), D(400), D(0), D(0), D(400))),
    ]


def test_ledgers_without_a_choice_list_what_can_be_opened(env: Env) -> None:
    a_year(env)

    accounts, parties = (
        ledgers.general_ledger_sheet(env, YEAR),
        ledgers.partner_ledger_sheet(env, YEAR),
    )

    assert {cells[0] for _kind, cells in lines(accounts)} == {
        "1010 Bank",
        "1100 Customers",
        "2100 Suppliers",
        "2130 Deposits from customers",
        "4200 Sales of services",
        "6300 Services and fees",
    }
    assert ("Kervran", D(400), D(0)) in [cells for _kind, cells in lines(parties)]


def test_a_ledger_page_links_each_line_to_its_entry(env: Env) -> None:
    a_year(env)
    account = an_account(env, "receivable").id

    sheet = ledgers.general_ledger_sheet(env, Asked(YEAR.start, YEAR.end, account=account), limit=1)

    assert [(kind, cells[-1]) for kind, cells in lines(sheet)] == [
        ("group", D(0)),
        ("", D(600)),
        ("grand", D(400)),
    ]
    assert sheet.rows[1].url.startswith("/app/erp_accounting/entry/")
    assert f"account={account}" in sheet.next_url


@pytest.mark.parametrize("name", sorted(SHEETS))
def test_every_report_is_a_workbook_and_a_pdf(env: Env, name: str) -> None:
    a_year(env)

    sheet = printing.whole(env, name, SHEETS[name], YEAR)
    book = load_workbook(BytesIO(workbook(env, sheet)))

    values = list(book.active.values)  # type: ignore[union-attr]  # a workbook just written has a sheet
    assert values[0][0] == sheet.title
    assert len(values) == 4 + len(sheet.rows)
    assert printing.pdf(env, sheet).startswith(b"%PDF-")


@pytest.mark.parametrize("name", sorted(SHEETS))
def test_every_report_is_empty_without_postings(env: Env, name: str) -> None:
    sheet = printing.whole(env, name, SHEETS[name], YEAR)

    assert sheet.rows == []
    assert sheet.empty
    assert printing.pdf(env, sheet).startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("compare", "start", "end", "beside"),
    [
        ("", date(2026, 1, 1), date(2026, 12, 31), []),
        ("year", date(2026, 1, 1), date(2026, 2, 28), [(date(2025, 1, 1), date(2025, 2, 28))]),
        ("year", date(2024, 2, 1), date(2024, 2, 29), [(date(2023, 2, 1), date(2023, 2, 28))]),
        ("year", date(2025, 2, 1), date(2025, 2, 28), [(date(2024, 2, 1), date(2024, 2, 29))]),
        ("previous", date(2026, 1, 1), date(2026, 3, 31), [(date(2025, 10, 1), date(2025, 12, 31))]),
        ("previous", date(2026, 3, 10), date(2026, 3, 19), [(date(2026, 2, 28), date(2026, 3, 9))]),
    ],
)
def test_the_period_beside(compare: str, start: date, end: date, beside: list[tuple[date, date]]) -> None:
    assert periods.compared(Asked(start, end, compare)) == [(start, end), *beside]


def test_nonsense_in_the_address_is_refused_with_a_sentence(env: Env) -> None:
    with pytest.raises(Invalid, match="2026-12-31"):
        periods.asked(env, Fields([("from", "yesterday")]))
    with pytest.raises(Invalid, match="on or after"):
        periods.asked(env, Fields([("from", "2026-02-01"), ("to", "2026-01-01")]))


def test_an_invoice_is_printed_with_taxes_instalments_and_legal_words(env: Env) -> None:
    tax = a_tax(env, "0", exemption_reason="Exempt, article 44", name="Exempt")
    party = a_party(env, name="Hôtel des Tilleuls", vat_number="FR40303265045")
    invoice = an_invoice(env, a_line("2", "50", [tax, a_tax(env, "20")]), party=party)
    party.name = "Renamed"

    data = printing._invoice(env, invoice)
    document = print_report(env, "erp_accounting.invoice", invoice)

    assert data["receiver"] == ["Hôtel des Tilleuls"]
    assert data["reasons"] == ["Exempt, article 44"]
    assert data["totals"][0][0] == "Before tax"
    assert data["totals"][-1][0] == "Total"
    assert document.filename == "INV-2026-0001.pdf"
    assert document.content.startswith(b"%PDF-")


def test_a_draft_says_that_it_is_none(env: Env) -> None:
    data = printing._invoice(env, a_draft(env))

    assert data["draft"] == "Draft, not an invoice"


def test_a_draft_is_warned_about_what_would_refuse_it(env: Env) -> None:
    party = a_party(env)
    an_invoice(env)
    an_invoice(env, kind=InvoiceKind.SUPPLIER_INVOICE, party=party, their_reference="F-77")

    early = a_draft(env, date=DAY - timedelta(days=1))
    twice = a_draft(env, kind=InvoiceKind.SUPPLIER_INVOICE, party=party, their_reference="F-77")

    assert len(documents.warnings(env, early)) == 1
    assert "F-77 was already entered" in documents.warnings(env, twice)[0]
    assert documents.warnings(env, a_draft(env)) == []


def test_the_tabs_of_an_invoice_lead_to_what_settled_it(env: Env) -> None:
    invoice = an_invoice(env)
    payment = a_payment(env, invoice, "40")
    note = invoices.credit(env, invoice, date=DAY, quantities={invoice.lines[0].id: D("0.5")})
    invoices.post(env, note)

    context = documents.payments_context(env, invoice)

    assert [(one.number, one.url, one.settled) for one in context["settlements"]] == [
        ("BNK-2026-0001", f"/app/erp_accounting/payment/{payment.id}", D(40)),
        ("CN-2026-0001", f"/app/erp_accounting/invoice/{note.id}", D(50)),
    ]
    assert documents.settled_context(env, payment)["credit"] == 0
    assert documents.entry_context(env, invoice)["debit"] == D(100)


def test_a_contacts_side_says_what_is_open_and_late(env: Env) -> None:
    party = a_party(env)
    assert documents.party_context(env, party) is None
    an_invoice(env, party=party)

    context = documents.party_context(env, party)

    assert context is not None
    assert (context["open"], context["late"]) == (D(100), D(100))


def test_the_overview_says_where_the_books_stand(env: Env) -> None:
    a_year(env)

    assert [amount for _label, amount, _tone, _url in overview.figures(env)] == [
        D(200),
        D(400),
        D(400),
        D(300),
        D(200),
    ]
