"""What French law wants on an invoice."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from addons.base.models import PartyKind
from addons.catalog.models import ProductKind
from addons.erp_accounting.models import AccountedTax, InvoiceKind
from addons.erp_accounting.services import ledgers
from core.api import print_report
from tests.catalog.factories import a_product
from tests.erp_accounting.factories import a_line, a_party, an_invoice

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("l10n_fr")
PENALTIES = "Penalties for late payment: refinancing rate of the European Central Bank plus 10 points."
FORTY = "Fixed sum for recovery costs in case of late payment: 40 EUR."
NO_DISCOUNT = "No discount for early payment."


def printed(env: Env, invoice: Any, locale: str = "en") -> str:
    content = print_report(env, "erp_accounting.invoice", invoice, locale=locale).content
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


def mentions(env: Env, invoice: Any) -> list[str]:
    return [one for found in env.hooks.invoice_mentions(env=env, invoice=invoice) for one in found]


def test_a_professional_reads_penalties_the_fixed_sum_and_the_discount(env: Env) -> None:
    ledgers.of(env).legal_note = "SAS au capital de 50 000 €, RCS Annecy"
    invoice = an_invoice(env, party=a_party(env, registration_number="732829320", vat_number="FR44732829320"))

    assert mentions(env, invoice) == [NO_DISCOUNT, PENALTIES, FORTY]
    text = printed(env, invoice)
    for wanted in (PENALTIES, FORTY, "732829320", "FR44732829320", "RCS Annecy"):
        assert wanted in text
    assert "Indemnité forfaitaire pour frais de recouvrement" in printed(env, invoice, "fr")


def test_a_private_person_and_a_credit_note_have_fewer(env: Env) -> None:
    person = an_invoice(env, party=a_party(env, kind=PartyKind.PERSON))
    note = an_invoice(env, kind=InvoiceKind.CUSTOMER_CREDIT_NOTE)
    bill = an_invoice(env, kind=InvoiceKind.SUPPLIER_INVOICE)

    assert [mentions(env, one) for one in (person, note, bill)] == [[NO_DISCOUNT], [], []]


def test_the_category_of_the_operation_follows_the_products(env: Env) -> None:
    lamp = a_product(env, kind=ProductKind.GOODS)
    work = a_product(env, kind=ProductKind.SERVICE)

    found = [
        mentions(env, an_invoice(env, *(a_line(product=one) for one in products)))[0]
        for products in ((lamp,), (work,), (lamp, work))
    ]

    assert found == ["Supply of goods.", "Supply of services.", "Supply of goods and of services."]


def test_a_reverse_charge_says_so_in_print(env: Env) -> None:
    model = env[AccountedTax]
    tax = env.session.scalars(select(model).where(model.code == "FR-PSI")).one()

    assert "Autoliquidation, article 283-2" in printed(env, an_invoice(env, a_line(taxes=[tax])))
