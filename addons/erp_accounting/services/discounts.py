"""What a customer or the company may deduct for paying early, and which taxes go down with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from addons.erp_accounting.models import DiscountTax, LineKind
from core.api import HUNDRED, ZERO, _, format_date, format_percent, round_money

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from addons.erp_accounting.models import AccountedTax, Invoice


@dataclass(frozen=True, slots=True)
class Part:
    """A share of a discount. `tax`: an amount of that tax; else a share of the net, with the code of the tax
    whose base it reduces, if any."""

    code: str
    amount: Decimal
    tax: bool = False
    base: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Owed:
    """One of the two sides of a reverse charge that goes down with a discount; both add up to nothing."""

    account: int
    tax: int
    code: str
    amount: Decimal
    base: Decimal


@dataclass(frozen=True, slots=True)
class Discount:
    """Positive amounts in the document's currency; the parts add up to the total."""

    total: Decimal
    parts: tuple[Part, ...]


NONE = Discount(ZERO, ())


def terms_on(invoice: Invoice, day: date) -> dict[str, Any]:
    """The columns that keep the discount of the payment terms on an invoice posted that day."""
    term = invoice.payment_term
    if term is None or not term.discount_percent or invoice.kind.is_credit_note:
        return {}
    return {
        "discount_percent": term.discount_percent,
        "discount_until": day + timedelta(days=term.discount_days),
        "discount_tax": term.discount_tax,
    }


def available(invoice: Invoice, day: date) -> bool:
    """Whether a payment of that day is early enough."""
    until = invoice.discount_until
    return bool(invoice.discount_percent and until is not None and day <= until)


def of_instalment(invoice: Invoice, amount: Decimal) -> Discount:
    """The discount on an instalment of a posted invoice, in proportion to its total.

    Where the tax goes down with the discount, each tax gives its share and the rest is net; where it does
    not, only the part before tax is reduced (CGI, art. 283-3: tax that stands on the invoice is owed).
    """
    if not invoice.total or not invoice.discount_percent:
        return NONE
    share = amount / invoice.total * invoice.discount_percent / HUNDRED
    money = invoice.currency
    if invoice.discount_tax is DiscountTax.KEPT:
        total = round_money(invoice.net * share, money)
        return Discount(total, (Part("", total),) if total else ())
    total = round_money(invoice.total * share, money)
    taxes = [
        Part(tax["code"], round_money(Decimal(tax["amount"]) * share, money), True, _base(tax, share, money))
        for tax in invoice.taxes
    ]
    net = total - sum((part.amount for part in taxes), ZERO)
    parts = (*_bases(invoice, net, share), *(part for part in taxes if part.amount))
    return Discount(total, tuple(part for part in parts if part.amount))


def _base(tax: dict[str, Any], share: Decimal, currency: str) -> Decimal:
    return round_money(Decimal(tax["base"]) * share, currency)


def _bases(invoice: Invoice, net: Decimal, share: Decimal) -> list[Part]:
    """The net by the taxes that it is the base of, as lines carry them; the last part takes the cent."""
    sums: dict[str, Decimal] = {}
    for line in invoice.lines:
        if line.kind is LineKind.PRODUCT:
            codes = " ".join(sorted(tax.code for tax in line.taxes))
            sums[codes] = sums.get(codes, ZERO) + line.net
    found = [Part(codes, round_money(base * share, invoice.currency)) for codes, base in sorted(sums.items())]
    last = found.pop()
    return [*found, Part(last.code, net - sum((part.amount for part in found), ZERO))]


def owed_on(part: Part, taxes: Mapping[str, AccountedTax], currency: str) -> list[Owed]:
    """What is owed and deducted less, where the net of a discount is under a reverse charge."""
    found = []
    for tax in (taxes[code] for code in part.code.split()):
        amount = round_money(part.amount * (tax.reverse_rate or ZERO) / HUNDRED, currency)
        if amount and tax.account_id and tax.reverse_account_id:
            found.append(Owed(tax.account_id, tax.id, tax.code, amount, part.amount))
            found.append(Owed(tax.reverse_account_id, tax.id, tax.code, -amount, -part.amount))
    return found


def sentence(invoice: Invoice) -> list[str]:
    """The terms of its early-payment discount in words, if any."""
    if not invoice.discount_percent or not invoice.discount_until:
        return []
    words = _(
        "Discount of {percent} for payment until {day}.",
        percent=format_percent(invoice.discount_percent),
        day=format_date(invoice.discount_until),
    )
    return [str(words)]
