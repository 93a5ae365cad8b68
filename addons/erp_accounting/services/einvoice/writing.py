"""Write a posted invoice as CII, UBL or Factur-X (a PDF/A-3 that carries the CII)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from addons.erp_accounting.services.einvoice import terms
from core.api import print_report, using

if TYPE_CHECKING:
    from addons.erp_accounting.models import Invoice
    from core.api import Env

LEVEL = "en16931"


def cii(env: Env, invoice: Invoice) -> bytes:
    """UN/CEFACT Cross Industry Invoice in the profile EN 16931, valid by its schema."""
    import facturx  # it brings a PDF library, and is only needed for such files

    with using(invoice.party.locale or env.locale):
        given = terms.of(env, invoice)
    return cast("bytes", facturx.generate_cii_xml(given, level=LEVEL, check_xsd=True, check_schematron=False))


def ubl(env: Env, invoice: Invoice) -> bytes:
    """UBL 2.1 Invoice or CreditNote after EN 16931, valid by its schema."""
    import facturx  # it brings a PDF library, and is only needed for such files

    with using(invoice.party.locale or env.locale):
        given = terms.of(env, invoice)
    return cast("bytes", facturx.generate_ubl_xml(given, level=LEVEL, check_xsd=True, check_schematron=False))


def factur_x(env: Env, invoice: Invoice) -> bytes:
    """The printed invoice with its CII inside; NotElectronic where the standard cannot say it."""
    cii(env, invoice)
    return print_report(env, "erp_accounting.invoice", invoice).content


def marked(env: Env, invoice: Invoice, printed: bytes) -> bytes:
    """A printed customer invoice made Factur-X, profile EN 16931. A draft, and what the standard cannot say,
    stays a plain PDF: it is no less an invoice."""
    if not invoice.is_posted or not invoice.kind.is_sale:
        return printed
    try:
        xml = cii(env, invoice)
    except terms.NotElectronic:
        return printed
    import facturx  # it brings a PDF library, and is only needed for such files

    return cast(
        "bytes",
        facturx.generate_from_binary(
            printed,
            xml,
            flavor="factur-x",
            level=LEVEL,
            check_xsd=False,
            check_schematron=False,
            lang=(invoice.party.locale or env.locale)[:2],
            afrelationship="alternative",
        ),
    )
