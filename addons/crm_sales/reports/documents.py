"""Quotes and order confirmations as PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.base.models import AddressKind, CompanyParty
from addons.base.services import addresses
from addons.catalog.services.taxed import lines_of
from addons.crm_sales.models import Order, Quote
from addons.crm_sales.services import lines
from core.api import (
    Report,
    _,
    format_date,
    format_money,
    format_price,
    format_quantity,
    printed_heading,
    section_sums,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from core.api import Env


def quote_data(env: Env, quote: Quote) -> dict[str, Any]:
    """What the template of a quote reads."""
    heading = _("Quote {number}", number=quote.reference)
    facts = [
        [_("Date"), format_date(quote.quoted_on)],
        [_("Valid until"), format_date(quote.valid_until)],
        [_("Delivery date"), format_date(quote.requested_date) if quote.requested_date else ""],
        [_("Your reference"), quote.customer_reference or ""],
        [_("Your contact"), quote.owner.name if quote.owner else ""],
    ]
    data = _document(env, quote, heading, facts, lines_of(env, quote))
    data["introduction"] = quote.introduction or ""
    if quote.document_hash:
        data["footer"] = _(
            "{company} · fingerprint {hash}", company=env.company.name, hash=quote.document_hash[:16]
        )
    return data


def order_data(env: Env, order: Order) -> dict[str, Any]:
    """What the template of an order confirmation reads."""
    heading = (
        _("Order confirmation {number}", number=order.number)
        if order.is_confirmed
        else _("Order {number}", number=order.number)
    )
    facts = [
        [_("Date"), format_date(order.order_date)],
        [_("Delivery date"), format_date(order.requested_date) if order.requested_date else ""],
        [_("Your reference"), order.customer_reference or ""],
        [_("Your contact"), order.owner.name if order.owner else ""],
    ]
    return _document(env, order, heading, facts, lines_of(env, order))


def language_of(env: Env, document: Any) -> str:
    """Documents speak the customer's language, else the company's."""
    return document.party.locale or env.company.locale


def _document(env: Env, document: Any, heading: str, facts: Any, rows: Sequence[Any]) -> dict[str, Any]:
    currency, agreed = document.currency, lines.agreed_taxes(document)
    return {
        "heading": heading,
        "facts": facts,
        "sender": _sender(env),
        "receiver": _receiver(document),
        "columns": [
            _("Description"),
            _("Quantity"),
            _("Unit price"),
            _("Discount"),
            _("Tax"),
            _("Before tax"),
        ],
        "rows": [
            _row(line, currency, total, agreed) for line, total in zip(rows, section_sums(rows), strict=True)
        ],
        "totals": _totals(document, rows),
        "deliver_to": [_("Deliver to"), document.delivery_address]
        if document.delivery_address and document.delivery_address != document.invoice_address
        else None,
        "terms": document.terms or "",
    }


def _sender(env: Env) -> list[str]:
    company = env.get(CompanyParty, env.company.id)
    found = [company.name]
    if company.party is not None:
        found += (addresses.as_text(env, company.party, AddressKind.MAIN) or "").split("\n")
    if company.vat_number:
        found.append(str(_("VAT {number}", number=company.vat_number)))
    return found


def _receiver(document: Any) -> list[str]:
    found = [document.party.name]
    if document.contact is not None:
        found.append(document.contact.name)
    return found + (document.invoice_address or "").split("\n")


def _row(
    line: Any, currency: str, total: Decimal | None, agreed: Mapping[int, Any]
) -> list[str] | dict[str, str]:
    if not line.is_product:
        return printed_heading(line, format_money(total, currency) if total is not None else "")
    unit = f" {line.unit.name}" if line.unit is not None else ""
    return [
        line.description,
        f"{format_quantity(line.quantity)}{unit}",
        format_price(line.unit_price, currency),
        f"{format_quantity(line.discount)} %" if line.discount else "",
        ", ".join(lines.tax_names(line, agreed)),
        format_money(line.net, currency),
    ]


def _totals(document: Any, rows: Sequence[Any]) -> list[list[str]]:
    currency = document.currency
    saved = lines.discounts(rows, currency)
    found = [[_("Discounts included"), format_money(-saved, currency)]] if saved else []
    found.append([_("Before tax"), format_money(document.net, currency)])
    for row in document.tax_summary:
        base = format_money(lines.decimal(row["base"]), currency)
        label = _("{tax} on {base}", tax=row["name"], base=base)
        found.append([label, format_money(lines.decimal(row["amount"]), currency)])
    if document.rounding:
        found.append([_("Rounding"), format_money(document.rounding, currency)])
    return [*found, [_("Total"), format_money(document.total, currency)]]


REPORTS = (
    Report(
        "crm_sales.quote",
        Quote,
        _("Quote"),
        "crm_sales/document.typ",
        quote_data,
        lambda env, quote: f"{quote.reference.replace('/', '-')}.pdf",
        locale=language_of,
    ),
    Report(
        "crm_sales.order",
        Order,
        _("Order confirmation"),
        "crm_sales/document.typ",
        order_data,
        lambda env, order: f"{order.number}.pdf",
        locale=language_of,
    ),
)
