"""What a quote says, as data: shown to the customer, printed, and fingerprinted when it is sent."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect, select

from addons.catalog.models import Product, Unit
from addons.catalog.services.taxed import lines_of
from addons.crm_sales.services.lines import agreed_taxes, tax_names

if TYPE_CHECKING:
    from addons.crm_sales.models import Quote
    from core.api import Env


def of(env: Env, quote: Quote) -> dict[str, Any]:
    """Everything the customer agrees to. Amounts are exact texts, so that the fingerprint is stable."""
    lines = lines_of(env, quote)
    units, codes = _names(env, lines)
    agreed = agreed_taxes(quote)
    return {
        "quote": quote.reference,
        "company": env.company.name,
        "company_vat": env.company.vat_number or "",
        "customer": quote.party.name,
        "customer_vat": quote.party.vat_number or "",
        "contact": quote.contact.name if quote.contact else "",
        "customer_reference": quote.customer_reference or "",
        "invoice_address": quote.invoice_address or "",
        "delivery_address": quote.delivery_address or "",
        "quoted_on": quote.quoted_on.isoformat(),
        "valid_until": quote.valid_until.isoformat(),
        "requested_date": quote.requested_date.isoformat() if quote.requested_date else "",
        "currency": quote.currency,
        "introduction": quote.introduction or "",
        "terms": quote.terms or "",
        "lines": [
            {
                "kind": str(line.kind),
                "code": codes.get(line.product_id, ""),
                "description": line.description,
                "quantity": f"{line.quantity.normalize():f}",
                "unit": units.get(line.unit_id, ""),
                "unit_price": f"{line.unit_price.normalize():f}",
                "discount": f"{line.discount.normalize():f}",
                "taxes": tax_names(line, agreed),
                "net": f"{line.net.normalize():f}",
            }
            for line in lines
        ],
        "net": f"{quote.net.normalize():f}",
        "taxes": [
            {"name": row["name"], "base": row["base"], "amount": row["amount"]} for row in quote.tax_summary
        ],
        "rounding": f"{quote.rounding.normalize():f}",
        "total": f"{quote.total.normalize():f}",
    }


def fingerprint(content: dict[str, Any]) -> str:
    """SHA-256 of the content in its one canonical form, 64 hexadecimal digits."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _names(env: Env, lines: Any) -> tuple[dict[int, str], dict[int, str]]:
    codes: dict[int, str] = {}
    wanted = set()
    for line in lines:
        if line.product_id is None:
            continue
        if "product" in inspect(line).unloaded:
            wanted.add(line.product_id)
        elif line.product is not None:
            codes[line.product_id] = line.product.code or ""
    if wanted:
        product = env[Product]
        rows = env.session.execute(select(product.id, product.code).where(product.id.in_(wanted)))
        codes |= {row.id: row.code or "" for row in rows}
    return unit_names(env), codes


def unit_names(env: Env) -> dict[int, str]:
    """The names of all units: there are few."""
    return {unit.id: unit.name for unit in env.kept(Unit)}
