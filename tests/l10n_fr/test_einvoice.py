"""Electronic invoices of a French company: sound by EN 16931 and BR-FR, as CII, UBL and Factur-X."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

import facturx
import pytest
from pypdf import PdfReader
from sqlalchemy import select

from addons.base.models import Address
from addons.erp_accounting.models import AccountedTax, BankAccount, JournalKind
from addons.erp_accounting.reports import payment_details
from addons.erp_accounting.services import deposits, entries, invoices
from addons.erp_accounting.services.einvoice import checking, terms, writing
from addons.l10n_fr.einvoice import siren
from core.api import RuleBroken, print_report
from tests.catalog.factories import a_product
from tests.erp_accounting.factories import DAY, a_draft, a_line, a_party, a_rate, an_invoice

if TYPE_CHECKING:
    from addons.base.models import Party
    from addons.erp_accounting.models import Invoice
    from core.api import Env
    from core.testing.plugin import LiveWorkspace
    from core.testing.web import Visitor

pytestmark = pytest.mark.addons("l10n_fr")
D = Decimal


def french_tax(env: Env, code: str) -> AccountedTax:
    return env.session.scalars(select(env[AccountedTax]).where(env[AccountedTax].code == code)).one()


def a_seller(env: Env) -> None:
    """The company with everything that an electronic invoice names."""
    company: Any = env.company
    company.name, company.vat_number, company.registration_number = (
        "Atelier Lumen",
        "FR44732829320",
        "732829320",
    )
    party = a_party(env, name="Atelier Lumen")
    env.add(
        Address, party_id=party.id, street="3 rue des Forges", postcode="74000", city="Annecy", country="FR"
    )
    company.party_id = party.id
    journal = entries.journal_of(env, JournalKind.BANK)
    env.add(
        BankAccount,
        company_id=env.company_id,
        name="Banque",
        journal_id=journal.id,
        iban="FR7630006000011234567890189",
    )


def a_buyer(env: Env, country: str = "FR", **values: Any) -> Party:
    known = {
        "FR": {"vat_number": "FR61552100554", "registration_number": "552 100 554"},
        "DE": {"vat_number": "DE123456789"},
        "US": {"email": "billing@example.com"},
    }
    party = a_party(env, **({"name": f"Kunde {country}"} | known[country] | values))
    env.add(Address, party_id=party.id, street="1 Main St", postcode="10115", city="Berlin", country=country)
    return party


def taxed(env: Env, code: str, *, country: str = "FR", **values: Any) -> Invoice:
    a_seller(env)
    lines = (
        a_line("3", "120", [french_tax(env, code)], product=a_product(env)),
        a_line("2", "19.99", [french_tax(env, code)], discount=D("12.5")),
    )
    return an_invoice(env, *lines, party=a_buyer(env, country), **values)


def problems(env: Env, invoice: Invoice) -> dict[str, list[str]]:
    return {
        "cii": checking.findings(writing.cii(env, invoice), "cii"),
        "ubl": checking.findings(writing.ubl(env, invoice), "ubl"),
    }


SOUND: dict[str, list[str]] = {"cii": [], "ubl": []}


def test_an_invoice_is_sound(env: Env) -> None:
    invoice = taxed(env, "FR-C20", their_reference="PO 4711")

    assert problems(env, invoice) == SOUND
    assert terms.of(env, invoice)["BT-3"] == "380"


def test_a_credit_note_is_sound_and_names_its_invoice(env: Env) -> None:
    invoice = taxed(env, "FR-C20")
    note = invoices.credit(env, invoice, date=DAY)
    invoices.post(env, note)

    assert problems(env, note) == SOUND
    assert terms.of(env, note)["BG-3"] == [{"BT-25": invoice.number, "BT-26": DAY}]


def test_a_deposit_and_what_deducts_it_are_sound(env: Env) -> None:
    a_seller(env)
    final = a_draft(env, a_line("10", "100", [french_tax(env, "FR-C20")]), party=a_buyer(env))
    deposit = deposits.invoice_deposit(env, final, percent=D(30), date=DAY)
    invoices.post(env, deposit)
    deposits.deduct(env, final)
    invoices.post(env, final)

    assert (problems(env, deposit), problems(env, final)) == (SOUND, SOUND)
    assert [terms.of(env, one)["BT-3"] for one in (deposit, final)] == ["386", "380"]
    assert [terms.of(env, one)["BT-23"] for one in (deposit, final)] == ["M1", "M4"]


def test_an_intra_community_supply_is_sound(env: Env) -> None:
    assert problems(env, taxed(env, "FR-LIC", country="DE")) == SOUND


def test_a_reverse_charge_is_sound(env: Env) -> None:
    assert problems(env, taxed(env, "FR-PSI", country="DE")) == SOUND


def test_an_export_is_sound(env: Env) -> None:
    assert problems(env, taxed(env, "FR-EXP", country="US")) == SOUND


def test_an_exempt_supply_is_sound(env: Env) -> None:
    assert problems(env, taxed(env, "FR-EXO")) == SOUND


def test_prices_with_tax_their_rounding_and_two_rates_are_sound(env: Env) -> None:
    a_seller(env)
    high, low = french_tax(env, "FR-C20-TTC"), french_tax(env, "FR-C5.5")
    lines = (a_line("7", "1.13", [high]), a_line("1", "24900", [low]), a_line("3", "9.99", [high]))

    assert problems(env, an_invoice(env, *lines, party=a_buyer(env))) == SOUND


def test_odd_values_are_sound_and_say_the_tax_in_euros(env: Env) -> None:
    a_seller(env)
    a_rate(env, "USD", "0.913")
    goods, paid, low = (french_tax(env, code) for code in ("FR-C20", "FR-E20", "FR-C5.5"))
    lines = (
        a_line("1", "10.03", [goods], description="Vis\x0b <M4> & \u2603" + "x" * 300),
        a_line("1", "10.03", [paid]),
        a_line("0", "33", [goods], discount=D(10)),
        a_line("0.333333", "1.333333", [goods], discount=D("3.333")),
        a_line("-1", "4", [low], description="Remise"),
    )
    invoice = an_invoice(env, *lines, party=a_buyer(env), currency="USD", note="\x01")

    found = terms.of(env, invoice)

    assert [(one["BT-116"], one["BT-117"]) for one in found["BG-23"]] == [
        ("20.49", "4.10"),
        ("-4.00", "-0.22"),
    ]
    assert (found["BT-110"], found["BT-6"], found["BT-111"]) == ("3.88", "EUR", "3.55")
    assert payment_details.sentences(env, invoice)[0] == "Tax in EUR: €3.55."
    assert problems(env, invoice) == SOUND


def test_what_is_outside_of_vat_names_no_vat_number(env: Env) -> None:
    a_seller(env)

    assert problems(env, an_invoice(env, a_line(), party=a_buyer(env))) == SOUND


def test_the_printed_invoice_carries_the_file(env: Env) -> None:
    invoice = taxed(env, "FR-C20")

    made = writing.factur_x(env, invoice)

    name, xml = facturx.get_facturx_xml_from_pdf(made, check_xsd=True, check_schematron=False)
    assert (name, xml) == ("factur-x.xml", writing.cii(env, invoice))
    metadata = PdfReader(BytesIO(made)).metadata
    assert metadata is not None
    packet = PdfReader(BytesIO(made)).trailer["/Root"]["/Metadata"].get_data().decode()  # type: ignore[index]  # a root is there
    assert "<pdfaid:part>3</pdfaid:part>" in packet
    assert "EN 16931" in packet


def test_a_file_that_breaks_a_rule_is_told_in_words(env: Env) -> None:
    xml = writing.cii(env, taxed(env, "FR-C20"))
    wrong = xml.replace(b"<ram:DuePayableAmount>", b"<ram:DuePayableAmount>1", 1)

    found = checking.findings(wrong, "cii")

    assert [line for line in found if "BR-CO-16" in line]


def test_what_cannot_be_said_in_the_standard_is_refused(env: Env) -> None:
    a_seller(env)
    two = [french_tax(env, "FR-C20"), french_tax(env, "FR-C10")]
    several = an_invoice(env, a_line(taxes=two), party=a_buyer(env))
    a_rate(env, "TND", "0.3")
    finer = an_invoice(env, a_line(taxes=two[:1]), party=a_buyer(env), currency="TND")
    nameless = an_invoice(env, a_line(taxes=two[:1]), party=a_buyer(env, "US", email=None))

    for invoice in (several, finer, nameless, a_draft(env)):
        with pytest.raises(terms.NotElectronic):
            writing.cii(env, invoice)


@pytest.mark.parametrize(
    ("registration", "vat", "number"),
    [
        ("552 100 554", "", "552100554"),
        ("55210055400013", "", "552100554"),
        ("", "FR 61 552100554", "552100554"),
        ("RCS Paris", "", ""),
        ("123", "DE123456789", ""),
    ],
)
def test_a_siren_is_found(registration: str, vat: str, number: str) -> None:
    assert siren(registration, vat) == number


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("3 rue X\n74000 Annecy\nFR", {"addr_l1": "3 rue X", "postcode": "74000", "city": "Annecy"}),
        ("Dorfstr. 1\nHof 2\nD-10115 Berlin\nDE", {"postcode": "D-10115", "addr_l2": "Hof 2"}),
        ("10 Downing St\nSW1A 2AA London\nGB", {"addr_l1": "10 Downing St"}),
        ("", {}),
    ],
)
def test_an_address_is_read_from_its_lines(written: str, place: dict[str, str]) -> None:
    found = terms.place_of(written, "FR")

    assert {key: found.get(key) for key in place} == place
    assert found["country_code"] == (written[-2:] or "FR")


def test_a_missing_checker_never_says_that_a_file_is_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "find_spec", lambda _name: None)

    with pytest.raises(RuleBroken, match="could not be checked"):
        checking.findings(b"<x/>", "cii")


def test_a_rule_of_france_that_is_broken_is_told(env: Env) -> None:
    invoice = taxed(env, "FR-C20")
    cii = writing.cii(env, invoice).replace(b"PMD", b"AAI")
    ubl = writing.ubl(env, invoice).replace(b"#PMD#", b"")

    found = [checking.findings(cii, "cii"), checking.findings(ubl, "ubl")]

    assert [any("BR-FR-05" in line for line in lines) for lines in found] == [True, True]
    assert checking.findings(cii, "cii", french=False) == []


def test_the_files_are_taken_away_from_the_invoice(workspace: LiveWorkspace, client: Visitor) -> None:
    with workspace.env() as env:
        invoice_id, draft_id = taxed(env, "FR-C20").id, a_draft(env).id

    for form, begin in (("factur-x", b"%PDF-"), ("cii", b"<?xml"), ("ubl", b"<?xml")):
        answer = client.get(f"/accounting/einvoice/{invoice_id}/{form}?check=1")
        assert (answer.status_code, answer.content[:5]) == (200, begin)
    assert client.get(f"/accounting/einvoice/{invoice_id}/edifact").status_code == 404
    assert client.get(f"/accounting/einvoice/{draft_id}/ubl").status_code == 409


def test_what_is_printed_is_factur_x_where_it_can_be(env: Env) -> None:
    a_seller(env)
    two = [french_tax(env, "FR-C20"), french_tax(env, "FR-C10")]
    good = an_invoice(env, a_line(taxes=two[:1]), party=a_buyer(env))
    plain = [an_invoice(env, a_line(taxes=two), party=a_buyer(env)), a_draft(env, party=a_buyer(env))]

    inside = [
        list(PdfReader(BytesIO(print_report(env, "erp_accounting.invoice", one).content)).attachments)
        for one in (good, *plain)
    ]

    assert inside == [["factur-x.xml"], [], []]
