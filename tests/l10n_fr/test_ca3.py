"""The French VAT return: boxes, payments, whole euros, credit carried forward, settlement."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError

from addons.erp_accounting.models import InvoiceKind, ReturnState
from addons.erp_accounting.reports.sheet import Asked
from addons.erp_accounting.reports.taxes import lines_sheet, return_sheet
from addons.erp_accounting.services import invoices, reversals, settlement, tax_returns, verification
from addons.l10n_fr.ca3 import CA3
from addons.l10n_fr.taxes import TAXES
from tests.erp_accounting.factories import a_line, a_party, a_payment, amounts, an_invoice, balance
from tests.erp_accounting.test_guards import sql
from tests.l10n_fr.test_french_books import french_tax

if TYPE_CHECKING:
    from addons.erp_accounting.models import Entry
    from addons.erp_accounting.services.tax_returns import Declaration
    from core.api import Env
    from core.testing.plugin import LiveWorkspace
    from core.testing.web import Visitor

pytestmark = pytest.mark.addons("l10n_fr")
D = Decimal
BILL = InvoiceKind.SUPPLIER_INVOICE
MARCH = (date(2026, 3, 1), date(2026, 3, 31))
APRIL = (date(2026, 4, 1), date(2026, 4, 30))


def filled(found: Declaration) -> dict[str, tuple[Decimal | None, Decimal | None]]:
    """Boxes that are not zero: (base, tax)."""
    return {one.box: (one.base, one.tax) for one in found.boxes if one.base or one.tax}


def sold(env: Env, code: str, net: str, **values: object) -> object:
    return an_invoice(env, a_line("1", net, [french_tax(env, code)]), **{"date": MARCH[0]} | values)


def test_every_box_of_a_tax_is_one_of_the_form() -> None:
    bases = {box for box, _label in (*CA3.taxed, *CA3.untaxed)}
    due, deductible = {box for box, _l in CA3.due}, {box for box, _l in CA3.deductible}

    assert {tax.base_box for tax in TAXES if tax.base_box} <= bases
    assert {tax.due_box for tax in TAXES if tax.due_box} <= due
    assert {tax.deductible_box for tax in TAXES if tax.deductible_box} <= deductible
    assert {tax.code for tax in TAXES if not (tax.base_box or tax.deductible_box)} == {
        "FR-FRANCHISE",
        "FR-A0",
    }


@pytest.mark.parametrize(
    ("code", "kind", "boxes"),
    [
        ("FR-C20", InvoiceKind.CUSTOMER_INVOICE, {"A1": (1000, None), "08": (1000, 200), "16": (None, 200)}),
        ("FR-C10", InvoiceKind.CUSTOMER_INVOICE, {"A1": (1000, None), "9B": (1000, 100), "16": (None, 100)}),
        ("FR-C5.5", InvoiceKind.CUSTOMER_INVOICE, {"A1": (1000, None), "09": (1000, 55), "16": (None, 55)}),
        ("FR-C2.1", InvoiceKind.CUSTOMER_INVOICE, {"A1": (1000, None), "T6": (1000, 21), "16": (None, 21)}),
        ("FR-LIC", InvoiceKind.CUSTOMER_INVOICE, {"F2": (1000, None)}),
        ("FR-EXP", InvoiceKind.CUSTOMER_INVOICE, {"E1": (1000, None)}),
        ("FR-EXO", InvoiceKind.CUSTOMER_INVOICE, {"E2": (1000, None)}),
        ("FR-PSI", InvoiceKind.CUSTOMER_INVOICE, {"E2": (1000, None)}),
        ("FR-AUTO-V", InvoiceKind.CUSTOMER_INVOICE, {"E2": (1000, None)}),
        ("FR-FRANCHISE", InvoiceKind.CUSTOMER_INVOICE, {}),
        ("FR-D20", BILL, {"20": (None, 200), "23": (None, 200)}),
        ("FR-IMMO20", BILL, {"19": (None, 200), "23": (None, 200)}),
        (
            "FR-AIC20",
            BILL,
            {"B2": (1000, None), "08": (1000, 200), "16": (None, 200), "17": (None, 200)}
            | {"20": (None, 200), "23": (None, 200)},
        ),
        (
            "FR-API20",
            BILL,
            {"A3": (1000, None), "08": (1000, 200), "16": (None, 200)}
            | {"20": (None, 200), "23": (None, 200)},
        ),
        (
            "FR-AUTO10",
            BILL,
            {"A2": (1000, None), "9B": (1000, 100), "16": (None, 100)}
            | {"20": (None, 100), "23": (None, 100)},
        ),
        (
            "FR-IMP20",
            BILL,
            {"A4": (1000, None), "I1": (1000, 200), "16": (None, 200)}
            | {"20": (None, 200), "23": (None, 200), "24": (None, 200)},
        ),
    ],
)
def test_each_operation_stands_in_its_boxes(
    env: Env, code: str, kind: InvoiceKind, boxes: dict[str, tuple[int | None, int | None]]
) -> None:
    sold(env, code, "1000", kind=kind)

    found = filled(tax_returns.declare(env, *MARCH))

    results = {"25", "27", "28"}
    assert {box: pair for box, pair in found.items() if box not in results} == boxes


def test_each_figure_is_rounded_to_the_euro_and_totals_add_up_the_rounded_ones(env: Env) -> None:
    sold(env, "FR-C20", "102.49")  # 102.49 and 20.50
    sold(env, "FR-C10", "44.90")  # 44.90 and 4.49
    sold(env, "FR-D20", "12.45", kind=BILL)  # 2.49

    found = filled(tax_returns.declare(env, *MARCH))

    assert found == {
        "A1": (D(147), None),
        "08": (D(102), D(21)),
        "9B": (D(45), D(4)),
        "16": (None, D(25)),
        "20": (None, D(2)),
        "23": (None, D(2)),
        "28": (None, D(23)),
    }


def test_filing_settles_the_accounts_and_keeps_the_cents_as_rounding(env: Env) -> None:
    sold(env, "FR-C20", "102.49")
    sold(env, "FR-D20", "12.45", kind=BILL)

    declared = tax_returns.file(env, *MARCH)

    assert (declared.payable, declared.credit) == (D(19), D(0))
    assert amounts(env, declared.entry_id) == [
        ("445510", D(0), D(19)),
        ("445660", D(0), D("2.49")),
        ("445710", D("20.50"), D(0)),
        ("658000", D("0.99"), D(0)),
    ]
    assert balance(env, "445710") == balance(env, "445660") == 0
    assert list(verification.findings(env)) == []


def test_a_credit_is_carried_to_the_next_return(env: Env) -> None:
    sold(env, "FR-D20", "1000", kind=BILL)
    sold(env, "FR-C20", "100")
    first = tax_returns.file(env, *MARCH)
    sold(env, "FR-C20", "3000", date=APRIL[0])

    found = tax_returns.declare(env, *APRIL)
    second = tax_returns.file(env, *APRIL)

    assert (first.credit, found.box("22").tax, found.box("23").tax, second.payable) == (
        D(180),
        D(180),
        D(180),
        D(420),
    )
    assert balance(env, "445670") == 0
    assert balance(env, "445510") == D(-420)


def test_tax_on_payments_is_declared_as_it_is_paid_and_the_last_payment_carries_the_cent(env: Env) -> None:
    invoice = an_invoice(env, a_line("1", "100.01", [french_tax(env, "FR-E20")]), date=MARCH[0])
    assert filled(tax_returns.declare(env, *MARCH)) == {}
    for day in (10, 20):
        a_payment(env, invoice, "40", date=date(2026, 3, day))
    a_payment(env, invoice, date=date(2026, 4, 5))

    march, april = tax_returns.declare(env, *MARCH), tax_returns.declare(env, *APRIL)

    both = [found.taxes.figures["FR-E20"] for found in (march, april)]
    assert [(one.base, one.due) for one in both] == [
        (D("66.67"), D("13.33")),
        (D("33.34"), D("6.67")),
    ]
    assert sum(one.due for one in both) == invoice.tax


def test_a_purchase_on_payment_is_deducted_when_it_is_paid(env: Env) -> None:
    bill = an_invoice(env, a_line("1", "100", [french_tax(env, "FR-DE20")]), kind=BILL, date=MARCH[0])

    assert filled(tax_returns.declare(env, *MARCH)) == {}
    a_payment(env, bill, date=date(2026, 4, 2))

    assert filled(tax_returns.declare(env, *APRIL))["20"] == (None, D(20))


def test_what_is_undone_or_posted_late_enters_the_next_return(env: Env) -> None:
    invoice = an_invoice(env, a_line("1", "100", [french_tax(env, "FR-E20")]), date=MARCH[0])
    payment = a_payment(env, invoice, date=date(2026, 3, 9))
    assert tax_returns.file(env, *MARCH).payable == D(20)
    assert payment.entry_id is not None
    settlement.undo(env, settlement.allocations_of(env, [payment.entry_id]))
    sold(env, "FR-C10", "1000", date=MARCH[1])

    found = filled(tax_returns.declare(env, *APRIL))

    assert found == {
        "A1": (D(900), None),
        "9B": (D(1000), D(100)),
        "16": (None, D(100)),
        "21": (None, D(20)),
        "23": (None, D(20)),
        "28": (None, D(80)),
    }


def test_a_credit_note_larger_than_the_sales_is_taken_back_where_the_form_allows(env: Env) -> None:
    invoice = sold(env, "FR-C20", "500", date=date(2026, 2, 10))
    note = invoices.credit(env, invoice, date=MARCH[0])  # type: ignore[arg-type]  # an invoice
    invoices.post(env, note)
    bill = sold(env, "FR-D20", "300", kind=BILL, date=date(2026, 2, 10))
    back = invoices.credit(env, bill, date=MARCH[0])  # type: ignore[arg-type]  # an invoice
    invoices.post(env, back)

    found = filled(tax_returns.declare(env, *MARCH))

    assert found == {
        "F8": (D(500), None),
        "15": (None, D(60)),
        "16": (None, D(60)),
        "21": (None, D(100)),
        "23": (None, D(100)),
        "25": (None, D(40)),
        "27": (None, D(40)),
    }


def test_an_export_that_is_taken_back_later_is_declared_too(env: Env) -> None:
    invoice = sold(env, "FR-EXP", "500", date=date(2026, 2, 10))
    acquired = sold(env, "FR-AIC20", "300", kind=BILL, date=date(2026, 2, 10))
    for one in (invoice, acquired):
        invoices.post(env, invoices.credit(env, one, date=MARCH[0]))  # type: ignore[arg-type]  # invoices

    assert filled(tax_returns.declare(env, *MARCH)) == {
        "B5": (D(500), None),
        "F8": (D(300), None),
        "15": (None, D(60)),
        "16": (None, D(60)),
        "21": (None, D(60)),
        "23": (None, D(60)),
    }


def test_a_filed_return_is_final_and_only_the_last_is_cancelled(env: Env) -> None:
    sold(env, "FR-C20", "1000")
    first = tax_returns.file(env, *MARCH)
    with pytest.raises(tax_returns.AlreadyFiled):
        tax_returns.file(env, date(2026, 3, 15), date(2026, 4, 14))
    second = tax_returns.file(env, *APRIL)
    assert second.entry_id is None
    with pytest.raises(tax_returns.NotTheLastReturn):
        tax_returns.cancel(env, first)
    entry: Entry | None = first.entry
    assert entry is not None
    with pytest.raises(reversals.BelongsToReturn):
        reversals.reverse(env, entry)
    with pytest.raises(DBAPIError, match="is filed"):
        sql(env, "UPDATE erp_accounting_tax_return SET payable = 1")

    tax_returns.cancel(env, second)
    tax_returns.cancel(env, first)

    assert (first.state, second.state) == (ReturnState.CANCELLED, ReturnState.CANCELLED)
    assert balance(env, "445710") == D(-200)
    assert tax_returns.file(env, *MARCH).payable == D(200)
    assert list(verification.findings(env)) == []


@pytest.mark.parametrize("box", ["A1", "08", "9B", "B2", "17", "20"])
def test_the_lines_behind_a_box_add_up_to_it(env: Env, box: str) -> None:
    party = a_party(env)
    for code, net, kind in (
        ("FR-C20", "1000", InvoiceKind.CUSTOMER_INVOICE),
        ("FR-E10", "500", InvoiceKind.CUSTOMER_INVOICE),
        ("FR-AIC20", "300", BILL),
        ("FR-D20", "100", BILL),
    ):
        a_payment(env, sold(env, code, net, kind=kind, party=party))  # type: ignore[arg-type]  # an invoice

    wanted = Asked(*MARCH, box=box)
    total = lines_sheet(env, wanted).rows[-1].cells
    line = next(row for row in return_sheet(env, wanted).rows if row.cells[0] == box)

    base, tax = line.cells[2] or D(0), line.cells[3] or D(0)
    if box in ("08", "9B"):
        base = D(0)
    assert (total[4] or D(0), total[5] or D(0)) == (base, tax)
    assert line.url.startswith("/accounting/vat-lines?box=")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    story=st.lists(
        st.tuples(
            st.sampled_from(["FR-C20", "FR-C5.5", "FR-E20", "FR-D20", "FR-DE10", "FR-AIC20"]),
            st.integers(1, 4),
            st.decimals("0.05", 900, places=2),
            st.sampled_from(["", "part", "whole"]),
        ),
        max_size=8,
    )
)
def test_months_add_up_to_their_quarter_whatever_was_posted(
    env: Env, story: list[tuple[str, int, Decimal, str]]
) -> None:
    savepoint = env.scope.connection.begin_nested()
    env.cache.clear()
    for code, month, net, paid in sorted(story, key=lambda step: step[1]):
        kind = BILL if code.startswith(("FR-D", "FR-A")) else InvoiceKind.CUSTOMER_INVOICE
        invoice = an_invoice(
            env, a_line("1", str(net), [french_tax(env, code)]), date=date(2026, month, 9), kind=kind
        )
        if paid:
            part = None if paid == "whole" else str((invoice.total / 3).quantize(D("0.01")) or D("0.01"))
            a_payment(env, invoice, part, date=date(2026, month + 1, 5))
    whole = tax_returns.declare(env, date(2026, 1, 1), date(2026, 6, 30)).taxes
    sums: dict[str, list[Decimal]] = {}
    for month in range(1, 7):
        last = date(2026, month + 1, 1) - (date(2026, 1, 2) - date(2026, 1, 1))
        returned = tax_returns.file(env, date(2026, month, 1), last)
        for code, figures in returned.figures.items():
            known = sums.setdefault(code, [D(0), D(0), D(0)])
            sums[code] = [one + D(more) for one, more in zip(known, figures, strict=True)]

    assert {code: values for code, values in sums.items() if any(values)} == {
        code: [one.base, one.due, one.deductible]
        for code, one in whole.figures.items()
        if one.base or one.due or one.deductible
    }
    assert list(verification.findings(env)) == []
    savepoint.rollback()
    env.session.expunge_all()


def test_the_return_is_filed_on_screen(workspace: LiveWorkspace, client: Visitor) -> None:
    with workspace.env() as env:
        sold(env, "FR-C20", "1000")
    period = "from=2026-03-01&to=2026-03-31"

    page = client.get(f"/accounting/vat-return?{period}")
    lines = client.get(f"/accounting/vat-lines?box=08&{period}")
    files = [client.get(f"/accounting/vat-return?{period}&format={form}") for form in ("pdf", "xlsx")]
    filed = client.post("/accounting/vat-return", {"from": "2026-03-01", "to": "2026-03-31"})
    again = client.post("/accounting/vat-return", {"from": "2026-03-01", "to": "2026-03-31"})

    assert "TVA nette due" in page.text
    assert lines.status_code == 200, lines.text[-3000:]
    assert "FA-2026-0001" in lines.text
    assert [one.content[:4] for one in files] == [b"%PDF", b"PK\x03\x04"]
    assert (filed.status_code, again.status_code) == (303, 409)
    shown = client.get(filed.headers["location"]).text
    assert "TVA nette due" in shown
