"""An invoice in the business terms of EN 16931 (BT and BG numbers), before it is written as CII or UBL."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from addons.catalog.models import TaxCategory
from addons.erp_accounting.models import EntryLine, Invoice, InvoiceKind, LineKind
from addons.erp_accounting.queries.own_bank import account_for
from addons.erp_accounting.services import discounts
from addons.erp_accounting.services import terms as payment_terms
from addons.erp_accounting.services.invoices import rules_of
from core.api import (
    ZERO,
    RuleBroken,
    _,
    currency_quantum,
    format_date,
    format_money,
    round_half_up,
    round_money,
)

if TYPE_CHECKING:
    from addons.erp_accounting.models import InvoiceLine
    from core.api import Env

PIECE = "C62"
CENT = Decimal("0.01")
FINEST = 4
"""Decimals of a quantity (BR-FR-DEC-02)."""
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
VATEX = {
    "AE": "VATEX-EU-AE",
    "K": "VATEX-EU-IC",
    "G": "VATEX-EU-G",
    "O": "VATEX-EU-O",
}
"""Codes of the reason (CEF VATEX list) where the category alone names it."""
VAT_SCHEMES = {
    "AT": "9914",
    "BE": "9925",
    "BG": "9926",
    "CY": "9928",
    "CZ": "9929",
    "DE": "9930",
    "EE": "9931",
    "EL": "9933",
    "ES": "9920",
    "FR": "9957",
    "GB": "9932",
    "GR": "9933",
    "HR": "9934",
    "HU": "9910",
    "IE": "9935",
    "IT": "0211",
    "LT": "9937",
    "LU": "9938",
    "LV": "9939",
    "MT": "9943",
    "NL": "9944",
    "PL": "9945",
    "PT": "9946",
    "RO": "9947",
    "SE": "9955",
    "SI": "9949",
    "SK": "9950",
    "CH": "9927",
}
"""Electronic address by VAT number (CEF EAS list), where a party has no other."""


class NotElectronic(RuleBroken):
    def __init__(self, invoice: Invoice, missing: str) -> None:
        super().__init__(
            _("{invoice} cannot be an electronic invoice: {missing}", invoice=invoice.title, missing=missing),
            hint=_("Complete it and try again; for a posted invoice, credit it and write it anew."),
        )


def of(env: Env, invoice: Invoice) -> dict[str, Any]:
    """The terms of a posted customer invoice or credit note, completed by the addon of the country."""
    if not invoice.is_posted or not invoice.kind.is_sale:
        raise NotElectronic(invoice, str(_("only posted customer invoices and credit notes are.")))
    if currency_quantum(invoice.currency) < CENT:
        raise NotElectronic(
            invoice, str(_("the standard has no third decimal for {currency}.", currency=invoice.currency))
        )
    found = _head(env, invoice) | _totals(invoice) | _tax_at_home(env, invoice)
    found["BG-4"], found["BG-7"] = _seller(env, invoice), _buyer(env, invoice)
    found["BG-23"] = [_breakdown(one) for one in _categories(invoice)]
    lines = [line for line in invoice.lines if line.kind is LineKind.PRODUCT]
    found["BG-25"] = [_line(env, invoice, number, line) for number, line in enumerate(lines, start=1)]
    if any(one["BT-118"] == "K" for one in found["BG-23"]):
        found["BG-13"] = {"country_code": found["BG-7"]["country_code"], "name": invoice.party_name}
    found["BT-72"] = invoice.date
    env.hooks.einvoice_terms(env=env, invoice=invoice, terms=found)
    if {one["BT-118"] for one in found["BG-23"]} == {"O"}:  # BR-O-02: no VAT number where there is no VAT
        found["BG-4"].pop("vat_identifier", None)
        found["BG-7"].pop("vat_identifier", None)
    for side, name in (("BG-4", invoice.company_name), ("BG-7", invoice.party_name)):
        if not found[side].get("einvoicing_addr"):
            raise NotElectronic(invoice, str(_("{name} has no electronic address.", name=name)))
    cleaned: dict[str, Any] = _clean(found)
    return cleaned


def _clean(value: Any) -> Any:
    """Without the control characters that XML cannot hold and no reader misses."""
    if isinstance(value, str):
        return _UNSPEAKABLE.sub("", value)
    if isinstance(value, dict):
        return {key: _clean(one) for key, one in value.items()}
    return [_clean(one) for one in value] if isinstance(value, list) else value


def _head(env: Env, invoice: Invoice) -> dict[str, Any]:
    found: dict[str, Any] = {
        "BT-1": invoice.number,
        "BT-2": invoice.date,
        "BT-3": _type_code(invoice),
        "BT-5": invoice.currency,
        "BT-9": invoice.due_date,
        "BT-20": _payment_terms(env, invoice),
        "BT-13": invoice.their_reference or None,
        "BG-1": [{"BT-22": invoice.note}] if invoice.note else [],
        "BG-3": _preceding(env, invoice),
    }
    bank = account_for(env, invoice.currency)
    if bank is not None and bank.iban:
        found |= {
            "BT-81": "58" if invoice.currency == "EUR" else "30",
            "BT-83": invoice.number,
            "BT-84": bank.iban,
            "BT-86": bank.bic,
        }
    return {key: value for key, value in found.items() if value}


def _type_code(invoice: Invoice) -> str:
    """UNTDID 1001."""
    if invoice.kind is InvoiceKind.CUSTOMER_CREDIT_NOTE:
        return "381"
    return "386" if invoice.is_deposit else "380"


def _payment_terms(env: Env, invoice: Invoice) -> str:
    parts = [invoice.payment_term.note if invoice.payment_term else ""]
    if invoice.date and not invoice.kind.is_credit_note:
        due = payment_terms.instalments(invoice.total, invoice.currency, invoice.date, rules_of(invoice))
        if len(due) > 1:
            parts += [f"{format_money(one.amount, invoice.currency)}: {format_date(one.due)}" for one in due]
    parts += discounts.sentence(invoice)
    return "\n".join(part for part in parts if part)


def _preceding(env: Env, invoice: Invoice) -> list[dict[str, Any]]:
    """The invoice that is credited, the deposits that are deducted."""
    ids = {invoice.credit_of_id, *(line.deposit_id for line in invoice.lines)}
    documents = [env.get(Invoice, one) for one in sorted(one for one in ids if one)]
    return [{"BT-25": one.number, "BT-26": one.date} for one in documents]


def _totals(invoice: Invoice) -> dict[str, Any]:
    money = invoice.currency
    total = invoice.net + invoice.tax
    found = {
        "BT-106": invoice.net,
        "BT-109": invoice.net,
        "BT-110": invoice.tax,
        "BT-112": total,
        "BT-115": invoice.total,
    }
    if invoice.rounding:
        found["BT-114"] = invoice.rounding
    return {key: text(round_money(value, money)) for key, value in found.items()}


def tax_at_home(env: Env, invoice: Invoice) -> Decimal:
    """The tax as it was booked, which a document in another currency says too (directive 2006/112/EC, art.
    230); zero where there is nothing to say."""
    home = env.company.currency
    if invoice.currency == home or not invoice.tax or not invoice.is_posted:
        return ZERO
    line = env[EntryLine]
    booked = (
        env.session.scalars(
            select(func.sum(line.credit - line.debit)).where(
                line.entry_id == invoice.entry_id, line.tax_id.is_not(None)
            )
        ).one()
        or ZERO
    )
    return round_money(invoice.kind.party_sign * booked, home)


def _tax_at_home(env: Env, invoice: Invoice) -> dict[str, Any]:
    booked = tax_at_home(env, invoice)
    return {"BT-6": env.company.currency, "BT-111": text(booked)} if booked else {}


def text(value: Decimal) -> str:
    """A number as XML writes it."""
    return format(value, "f")


def _short(value: Decimal, digits: int) -> str:
    rounded = value.quantize(Decimal(1).scaleb(-digits))
    return format(rounded.normalize(), "f")


def _seller(env: Env, invoice: Invoice) -> dict[str, Any]:
    place = place_of(invoice.company_address, env.company.country)
    return _party(invoice.company_name, place, invoice.company_vat, invoice.company_registration)


def _buyer(env: Env, invoice: Invoice) -> dict[str, Any]:
    place = place_of(invoice.party_address, _country_of_vat(invoice.party_vat) or env.company.country)
    found = _party(invoice.party_name, place, invoice.party_vat, invoice.party_registration)
    if not found.get("einvoicing_addr") and invoice.party.email:
        found |= {"einvoicing_addr": invoice.party.email, "einvoicing_addr_schemeid": "EM"}
    return found


def _country_of_vat(number: str) -> str:
    code = number[:2].upper()
    return {"EL": "GR"}.get(code, code) if code in VAT_SCHEMES else ""


def _party(name: str, place: dict[str, str], vat: str, registration: str) -> dict[str, Any]:
    number = re.sub(r"[\s.]", "", vat).upper()
    scheme = VAT_SCHEMES.get(number[:2], "")
    found = {
        "name": name,
        "vat_identifier": number,
        "legal_identifier": re.sub(r"\s", "", registration),
        "einvoicing_addr": number if scheme else "",
        "einvoicing_addr_schemeid": scheme,
        **place,
    }
    return {key: value for key, value in found.items() if value}


def place_of(written: str, country: str) -> dict[str, str]:
    """Street, postcode, town and country of an address as documents keep it: a line each, country last."""
    lines = [line.strip() for line in written.splitlines() if line.strip()]
    if lines and re.fullmatch(r"[A-Z]{2}", lines[-1]):
        country = lines.pop()
    town = {}
    for position in range(len(lines) - 1, -1, -1):
        if found := re.fullmatch(r"([A-Z]{0,2}[ -]?\d[\dA-Z -]{1,8}?)\s+(\D.*)", lines[position]):
            town = {"postcode": found.group(1), "city": found.group(2)}
            del lines[position:]
            break
    streets = {f"addr_l{number}": line for number, line in enumerate(lines[:3], start=1)}
    return streets | town | {"country_code": country}


def _categories(invoice: Invoice) -> list[dict[str, Any]]:
    """Taxes by category and rate; what carries no tax at all is outside its scope."""
    found: dict[tuple[str, Decimal], dict[str, Any]] = {}
    for tax in invoice.taxes:
        rate = Decimal(tax["rate"])
        key = (tax["category"], rate)
        one = found.setdefault(
            key, {"category": key[0], "rate": rate, "base": ZERO, "amount": ZERO, "reason": tax["reason"]}
        )
        one["base"] += Decimal(tax["base"])
        one["amount"] += Decimal(tax["amount"])
    untaxed = sum(
        (line.net for line in invoice.lines if line.kind is LineKind.PRODUCT and not line.taxes), ZERO
    )
    if untaxed or not found:
        reason = str(_("Outside the scope of VAT"))
        category = "E" if found else "O"
        one = found.setdefault(
            (category, ZERO),
            {"category": category, "rate": ZERO, "base": ZERO, "amount": ZERO, "reason": reason},
        )
        one["base"] += untaxed
    return list(found.values())


def _breakdown(one: dict[str, Any]) -> dict[str, Any]:
    category = one["category"]
    found = {
        "BT-116": text(one["base"]),
        "BT-117": text(one["amount"]),
        "BT-118": category,
    }
    if category != "O":
        found["BT-119"] = _short(one["rate"], 2)
    if category not in {"S", "Z"}:
        found["BT-120"] = one["reason"] or str(TaxCategory(category).label)
        if category in VATEX:
            found["BT-121"] = VATEX[category]
    return found


def _line(env: Env, invoice: Invoice, number: int, line: InvoiceLine) -> dict[str, Any]:
    if len(line.taxes) > 1:
        raise NotElectronic(invoice, str(_("line {number} carries several taxes.", number=number)))
    tax = line.taxes[0] if line.taxes else None
    quantity, price = line.quantity, line.unit_price
    if quantity and (line.discount or (tax is not None and tax.included)):
        price = line.net / quantity
    if round_half_up(quantity, FINEST) != quantity:
        quantity = round_half_up(quantity, FINEST) or Decimal(1)
        price = line.net / quantity
    if price < 0:
        quantity, price = -quantity, -price
    category = str(tax.category) if tax else ("E" if invoice.taxes else "O")
    found: dict[str, Any] = {
        "BT-126": str(number),
        "BT-129": _short(quantity, 6),
        "BT-130": (line.unit.code if line.unit else "") or PIECE,
        "BT-131": text(round_money(line.net, invoice.currency)),
        "BT-146": _short(price, 6),
        "BT-151": category,
        "BT-153": (line.product.name if line.product else line.description)[:200] or str(number),
        "BT-154": line.description if line.product and line.description != line.product.name else None,
        "BT-155": line.product.code if line.product else None,
    }
    if category != "O":
        found["BT-152"] = _short(tax.rate if tax else ZERO, 2)
    return {key: value for key, value in found.items() if value}
