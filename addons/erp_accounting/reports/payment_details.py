"""How an invoice says it is to be paid: discount, legal mentions, bank account and the code a phone scans."""

from __future__ import annotations

from io import BytesIO
from itertools import chain
from typing import TYPE_CHECKING

import segno.helpers

from addons.erp_accounting.queries.own_bank import account_for
from addons.erp_accounting.services import discounts
from addons.erp_accounting.services.einvoice import terms
from core.api import ZERO, _, format_money

if TYPE_CHECKING:
    from decimal import Decimal

    from addons.erp_accounting.models import BankAccount, Invoice
    from core.api import Env

LARGEST = 999_999_999


def sentences(env: Env, invoice: Invoice) -> list[str]:
    """The tax in the company's currency, discount terms, and what the law of its country wants."""
    if not invoice.kind.is_sale:
        return []
    mentions = env.hooks.invoice_mentions(env=env, invoice=invoice)
    return [*_tax_at_home(env, invoice), *discounts.sentence(invoice), *chain.from_iterable(mentions)]


def _tax_at_home(env: Env, invoice: Invoice) -> list[str]:
    booked = terms.tax_at_home(env, invoice)
    if not booked:
        return []
    home = env.company.currency
    return [str(_("Tax in {currency}: {amount}.", currency=home, amount=format_money(booked, home)))]


def bank_of(env: Env, invoice: Invoice) -> BankAccount | None:
    """The account a customer's invoice is to be paid to."""
    if not invoice.kind.is_sale or invoice.kind.is_credit_note:
        return None
    return account_for(env, invoice.currency)


def bank_facts(bank: BankAccount | None, invoice: Invoice) -> list[list[str]]:
    """IBAN, BIC and what to write on the transfer."""
    if bank is None:
        return []
    facts = [
        [str(_("IBAN")), bank.iban_text],
        [str(_("BIC")), bank.bic or ""],
        [str(_("Reference")), invoice.number or ""],
    ]
    return [fact for fact in facts if fact[1]]


def payable(invoice: Invoice) -> Decimal:
    """What a customer should pay now: the open amount once posted."""
    return invoice.open_amount if invoice.is_posted else invoice.total


def epc_code(bank: BankAccount | None, invoice: Invoice, name: str) -> str:
    """The SVG of an EPC QR code (EPC069-12), or nothing: euros, an IBAN and something to pay give one."""
    amount = payable(invoice)
    if (
        bank is None
        or not bank.iban
        or not invoice.number
        or invoice.currency != "EUR"
        or not ZERO < amount <= LARGEST
    ):
        return ""
    code = segno.helpers.make_epc_qr(
        name=name[:70], iban=bank.iban, bic=bank.bic or None, amount=amount, text=invoice.number[:140]
    )
    made = BytesIO()
    code.save(made, kind="svg", border=0, xmldecl=False, svgns=True)
    return made.getvalue().decode()


def instruction(bank: BankAccount | None, invoice: Invoice) -> str:
    """A sentence beside the code."""
    if bank is None:
        return ""
    amount = format_money(payable(invoice), invoice.currency)
    return str(_("Scan to pay {amount} with your bank's app.", amount=amount))
