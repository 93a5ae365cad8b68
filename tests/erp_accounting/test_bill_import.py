"""Suppliers' electronic invoices come in: the published examples, and what must be refused."""

from __future__ import annotations

import json
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter
from sqlalchemy import func, select

from addons.base.models import File, Party
from addons.catalog.models import TaxCategory, TaxKind
from addons.erp_accounting.models import Invoice, InvoiceKind
from addons.erp_accounting.services import invoices, verification
from addons.erp_accounting.services.einvoice import importing, reading
from addons.erp_accounting.services.einvoice.importing import ForSomeoneElse, NoSuchTax, UnknownSupplier
from addons.erp_accounting.services.einvoice.reading import NotReadable, WrongTotals
from tests.erp_accounting.factories import a_party, a_tax, an_account

if TYPE_CHECKING:
    from core.api import Env, RuleBroken
    from core.testing.plugin import LiveWorkspace
    from core.testing.web import Visitor

pytestmark = pytest.mark.addons("erp_accounting")
D = Decimal
SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "public"
FOLDER = SHARED / "einvoices"
UBL = FOLDER / "akretion_facturx/xml/ubl-21-en16931.xml"
NOT_INVOICES = ("order-x", "zugferd", "minimum")
SPLIT_PAYMENT = "FT G2G_TD01"
"""Its category B (Italian split payment) has no tax here."""

pytestmark = [
    pytest.mark.addons("erp_accounting"),
    pytest.mark.skipif(not FOLDER.is_dir(), reason="The published invoices are not beside the project."),
]


def known() -> dict[str, Any]:
    if not FOLDER.is_dir():
        return {}
    found: dict[str, Any] = json.loads((SHARED / "known_totals.json").read_text())["einvoices"]
    return {
        name: totals
        for name, totals in found.items()
        if (FOLDER / name).is_file() and not any(word in name for word in (*NOT_INVOICES, SPLIT_PAYMENT))
    }


def purchase_taxes(env: Env) -> None:
    """A purchase tax for every rate of the examples."""
    for rate in ("2.1", "5.5", "6", "12", "15", "19", "21", "25", "27"):
        a_tax(env, rate, kind=TaxKind.PURCHASE)
    for category in (TaxCategory.ZERO, TaxCategory.EXEMPT, TaxCategory.INTRA_COMMUNITY):
        a_tax(env, "0", kind=TaxKind.PURCHASE, category=category)


def count(env: Env, model: Any) -> int:
    return env.session.scalar(select(func.count()).select_from(env[model])) or 0


@pytest.mark.parametrize("name", sorted(known()))
def test_a_published_example_becomes_a_draft_with_its_known_totals(env: Env, name: str) -> None:
    purchase_taxes(env)
    content = (FOLDER / name).read_bytes()

    made = importing.bring_in(env, Path(name).name, content, create_supplier=True)

    bill, wanted = made.invoice, known()[name]
    assert made.is_new
    assert (bill.is_draft, bill.kind.is_sale) == (True, False)
    rounding = an_account(env, "rounding").id
    net = sum((line.net for line in bill.lines if line.account_id != rounding), D(0))
    assert net == D(wanted["without_tax"][0])
    assert bill.total == D(wanted["with_tax"][0])
    assert bill.currency == wanted["currency"][0]
    file = env.session.scalars(select(env[File]).where(env[File].record_id == bill.id)).one()
    assert file.content == content


def test_lines_partner_and_taxes_come_from_the_file(env: Env) -> None:
    purchase_taxes(env)
    vat = reading.read("a.xml", UBL.read_bytes()).seller.vat
    supplier = a_party(env, name="Another name", vat_number=vat)

    bill = importing.bring_in(env, "a.xml", UBL.read_bytes()).invoice

    assert bill.party_id == supplier.id
    assert supplier.is_supplier
    assert (bill.net, bill.tax, bill.total) == (D("273.00"), D("35.03"), D("308.03"))
    assert {tax.rate for line in bill.lines for tax in line.taxes} == {D(20), D("5.5")}
    invoices.post(env, bill)
    assert not list(verification.findings(env))


def test_importing_twice_adds_nothing(env: Env) -> None:
    purchase_taxes(env)
    first = importing.bring_in(env, "a.xml", UBL.read_bytes(), create_supplier=True)
    before = [count(env, model) for model in (Invoice, File, Party)]

    again = importing.bring_in(env, "renamed.xml", UBL.read_bytes())

    assert (again.invoice.id, again.is_new) == (first.invoice.id, False)
    assert [count(env, model) for model in (Invoice, File, Party)] == before


def test_the_same_invoice_in_another_file_is_refused(env: Env) -> None:
    purchase_taxes(env)
    importing.bring_in(env, "a.xml", UBL.read_bytes(), create_supplier=True)

    with pytest.raises(invoices.AlreadyEntered):
        importing.bring_in(env, "b.xml", UBL.read_bytes() + b"\n<!-- sent again -->\n")


def test_an_unknown_supplier_is_proposed_and_nothing_is_written(env: Env) -> None:
    purchase_taxes(env)
    before = [count(env, model) for model in (Invoice, File, Party)]

    with pytest.raises(UnknownSupplier) as refused:
        importing.bring_in(env, "a.xml", UBL.read_bytes())

    assert refused.value.proposed.name
    assert refused.value.proposed.place["country_code"] == "FR"
    assert [count(env, model) for model in (Invoice, File, Party)] == before


def test_an_invoice_for_another_company_is_refused(env: Env) -> None:
    purchase_taxes(env)
    env.company.vat_number = "FR44732829320"

    with pytest.raises(ForSomeoneElse, match="FR19787878784"):
        importing.bring_in(env, "a.xml", UBL.read_bytes(), create_supplier=True)
    env.company.vat_number = "FR 19 787 878 784"
    assert importing.bring_in(env, "a.xml", UBL.read_bytes(), create_supplier=True).is_new


def test_a_rate_that_is_not_known_is_refused_with_the_way_out(env: Env) -> None:
    with pytest.raises(NoSuchTax, match="25%"):
        importing.bring_in(
            env,
            "x.xml",
            (FOLDER / "en16931/ubl/examples/guide-example3.xml").read_bytes(),
            create_supplier=True,
        )


BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><Invoice>&c;</Invoice>"""
THIEF = (
    b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><Invoice>&e;</Invoice>"""
)


def an_empty_pdf() -> bytes:
    writer, made = PdfWriter(), BytesIO()
    writer.add_blank_page(100, 100)
    writer.write(made)
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (BOMB, "entities"),
        (THIEF, "entities"),
        (b"<Invoice>", "well-formed"),
        (b"", "well-formed"),
        (b"\x00\xff\xfe", "well-formed"),
        (b"<html><body/></html>", "neither CII nor UBL"),
        (b"%PDF-1.7 broken", "PDF carries"),
        (an_empty_pdf(), "PDF carries"),
    ],
)
def test_a_hostile_or_wrong_file_is_refused_with_a_sentence(env: Env, content: bytes, why: str) -> None:
    with pytest.raises(NotReadable, match=why):
        importing.bring_in(env, "x.xml", content, create_supplier=True)

    assert (count(env, Invoice), count(env, File)) == (0, 0)


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        (b"308.03</cbc:TaxInclusiveAmount>", b"309.03</cbc:TaxInclusiveAmount>", WrongTotals),
        (b"273.00</cbc:TaxExclusiveAmount>", b"272.00</cbc:TaxExclusiveAmount>", WrongTotals),
        (b"<cbc:ID>", b"<cbc:Nothing>", NotReadable),
    ],
)
def test_wrong_totals_are_refused(env: Env, old: bytes, new: bytes, error: type[RuleBroken]) -> None:
    purchase_taxes(env)
    content = UBL.read_bytes()
    assert old in content

    with pytest.raises(error):
        importing.bring_in(env, "x.xml", content.replace(old, new, 1), create_supplier=True)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 12_000), gone=st.integers(1, 60), put=st.binary(max_size=12))
def test_a_damaged_file_is_read_or_refused_and_never_breaks(at: int, gone: int, put: bytes) -> None:
    content = UBL.read_bytes()
    at %= len(content)

    try:
        reading.read("x.xml", content[:at] + put + content[at + gone :])
    except (NotReadable, WrongTotals):
        return  # with a sentence; anything else fails the test


def test_a_credit_note_comes_in_as_one(env: Env) -> None:
    purchase_taxes(env)
    path = FOLDER / "en16931/ubl/examples/ubl-tc434-creditnote1.xml"

    bill = importing.bring_in(env, path.name, path.read_bytes(), create_supplier=True).invoice

    assert (bill.kind, bill.total) == (InvoiceKind.SUPPLIER_CREDIT_NOTE, D("100.11"))


def test_the_due_date_of_the_file_is_kept(env: Env) -> None:
    purchase_taxes(env)
    found = reading.read("a.xml", UBL.read_bytes())

    bill = importing.bring_in(env, "a.xml", UBL.read_bytes(), create_supplier=True).invoice
    invoices.post(env, bill)

    assert found.due is not None
    assert bill.due_date == max(found.due, found.day)


def test_on_screen_an_unknown_supplier_is_chosen_first(workspace: LiveWorkspace, client: Visitor) -> None:
    with workspace.env() as env:
        purchase_taxes(env)
    here = "/accounting/bills/import"

    asked = client.post(here, {}, files={"file": ("a.xml", UBL.read_bytes(), "application/xml")})
    hidden = asked.text.split('name="content" value="', 1)[1].split('"', 1)[0]
    made = client.post(here, {"name": "a.xml", "content": hidden, "supplier": "new"})
    again = client.post(here, {}, files={"file": ("a.xml", UBL.read_bytes(), "application/xml")})
    hostile = client.post(here, {}, files={"file": ("x.xml", BOMB, "application/xml")})
    nothing = client.post(here, {})

    bills = "/app/erp_accounting/invoice/?list=suppliers"
    bill = client.get(made.headers["location"], headers={"referer": f"http://x.localhost{bills}"}).text
    marked = next(part for part in bill.split("<a ") if part.startswith(f'href="{bills}"'))

    assert client.get(here).status_code == 200
    assert "aria-current" in marked
    assert ">Supplier invoices</a>" in bill
    assert (asked.status_code, made.status_code, again.status_code) == (200, 303, 303)
    assert (hostile.status_code, nothing.status_code) == (422, 422)
    assert "entities" in hostile.text
    with workspace.env() as env:
        assert count(env, Invoice) == 1
