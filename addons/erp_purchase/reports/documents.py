"""Purchase orders as PDF, in the vendor's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.base.models import AddressKind, CompanyParty
from addons.base.services import addresses
from addons.catalog.services import amounts
from addons.erp_purchase.models import Order, Quotation
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
    from collections.abc import Sequence
    from decimal import Decimal

    from addons.base.models import Party
    from addons.erp_purchase.models import Line, QuotationLine
    from core.api import Env


def order_data(env: Env, order: Order) -> dict[str, Any]:
    """What the template of a purchase order reads."""
    facts = [
        [_("Date"), format_date(order.order_date)],
        [_("Expected on"), format_date(order.expected_on) if order.expected_on else ""],
        [_("Your reference"), order.vendor_reference or ""],
        [_("Your contact"), order.owner.name if order.owner else ""],
        [_("Deliver to"), delivery_place(env)],
    ]
    dated = any(line.expected_on and line.expected_on != order.expected_on for line in order.products)
    columns = [
        (_("Description"), "wide", "left"),
        (_("Your reference"), "", "left"),
        *([(_("Expected on"), "", "left")] if dated else []),
        (_("Quantity"), "", "right"),
        (_("Unit price"), "", "right"),
        (_("Discount"), "", "right"),
        (_("Before tax"), "", "right"),
    ]
    return {
        "heading": _("Purchase order {number}", number=order.title),
        "sender": sender(env),
        "receiver": receiver(env, order.party),
        "facts": [fact for fact in facts if fact[1]],
        "introduction": "",
        "columns": columns,
        "rows": [
            _row(line, order, total, dated=dated)
            for line, total in zip(order.lines, section_sums(order.lines), strict=True)
        ],
        "totals": _totals(order),
        "closing": order.note or "",
    }


def request_data(env: Env, quotation: Quotation) -> dict[str, Any]:
    """What the template of a request for quotation reads: no prices, room for theirs."""
    request = quotation.request
    facts = [
        [_("Date"), format_date(env.today())],
        [_("Offers until"), format_date(request.answer_by) if request.answer_by else ""],
        [_("Needed on"), format_date(request.needed_on) if request.needed_on else ""],
        [_("Your contact"), request.owner.name if request.owner else ""],
        [_("Deliver to"), delivery_place(env)],
    ]
    return {
        "heading": _("Request for quotation {number}", number=request.number),
        "sender": sender(env),
        "receiver": receiver(env, quotation.party),
        "facts": [fact for fact in facts if fact[1]],
        "introduction": _("Please send us your best price and your lead time."),
        "columns": [
            (_("Description"), "wide", "left"),
            (_("Our reference"), "", "left"),
            (_("Quantity"), "", "right"),
            (_("Unit price"), "", "right"),
            (_("Lead time"), "", "right"),
        ],
        "rows": [
            [
                line.description,
                line.request_line.product.code or "",
                _amount(line),
                "",
                "",
            ]
            for line in quotation.lines
        ],
        "totals": [],
        "closing": request.note or "",
    }


def _amount(line: QuotationLine) -> str:
    unit = f" {line.request_line.unit.name}" if line.request_line.unit else ""
    return f"{format_quantity(line.quantity)}{unit}"


def language_of(env: Env, document: Any) -> str:
    """Documents speak the vendor's language, else the company's."""
    return document.party.locale or env.company.locale


def sender(env: Env) -> list[str]:
    """Name, address and VAT number of the company."""
    company = env.get(CompanyParty, env.company.id)
    found = [company.name]
    if company.party is not None:
        found += (addresses.as_text(env, company.party, AddressKind.MAIN) or "").split("\n")
    if company.vat_number:
        found.append(str(_("VAT {number}", number=company.vat_number)))
    return found


def receiver(env: Env, party: Party) -> list[str]:
    """Name and address of the vendor."""
    written = addresses.as_text(env, party, AddressKind.MAIN) or ""
    lines = [line for line in written.split("\n") if line]
    return lines if lines and lines[0] == party.name else [party.name, *lines]


def delivery_place(env: Env) -> str:
    """Where the company takes goods in."""
    company = env.get(CompanyParty, env.company.id)
    if company.party is None:
        return ""
    return addresses.as_text(env, company.party, AddressKind.DELIVERY) or ""


def _row(line: Line, order: Order, total: Decimal | None, *, dated: bool) -> list[str] | dict[str, str]:
    if not line.is_product:
        return printed_heading(line, format_money(total, order.currency) if total is not None else "")
    unit = f" {line.unit.name}" if line.unit is not None else ""
    due = line.expected_on or order.expected_on
    return [
        line.description,
        line.vendor_code or "",
        *([format_date(due) if due else ""] if dated else []),
        f"{format_quantity(line.quantity)}{unit}",
        format_price(line.unit_price, order.currency),
        f"{format_quantity(line.discount)} %" if line.discount else "",
        format_money(line.net, order.currency),
    ]


def _totals(order: Order) -> Sequence[Sequence[str]]:
    result = amounts.taxed(order)
    found = [[_("Before tax"), format_money(result.net, order.currency)]]
    for part in result.taxes:
        base = format_money(part.base, order.currency)
        label = _("{tax} on {base}", tax=part.tax.name, base=base)
        found.append([label, format_money(part.amount, order.currency)])
    if result.rounding:
        found.append([_("Rounding"), format_money(result.rounding, order.currency)])
    return [*found, [_("Total"), format_money(result.total, order.currency)]]


ORDER = Report(
    name="erp_purchase.order",
    model=Order,
    title=_("Purchase order"),
    template="erp_purchase/document.typ",
    data=order_data,
    filename=lambda _env, order: f"{order.title.replace('/', '-')}.pdf",
    locale=language_of,
)
REQUEST = Report(
    name="erp_purchase.request",
    model=Quotation,
    title=_("Request for quotation"),
    template="erp_purchase/document.typ",
    data=request_data,
    filename=lambda _env, quotation: f"{quotation.request.number}.pdf",
    locale=language_of,
)
REPORTS = (ORDER, REQUEST)
