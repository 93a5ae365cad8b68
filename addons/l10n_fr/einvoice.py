"""The French rules for electronic invoices (AFNOR XP Z12-012, BR-FR): SIREN, billing mode, mentions with
codes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from addons.l10n_fr import mentions
from addons.l10n_fr.chart import PCG
from core.api import _

if TYPE_CHECKING:
    from addons.erp_accounting.models import Invoice
    from core.api import Env

SIREN = "0002"
ADDRESS = "0225"
"""Electronic addresses of the French directory."""
CATEGORIES = {True: "B", False: "S", None: "M"}


def siren(registration: str, vat: str = "") -> str:
    """Nine digits from a SIREN, a SIRET or a French VAT number; empty when there are none."""
    digits = re.sub(r"\D", "", registration)
    if len(digits) in {9, 14}:
        return digits[:9]
    found = re.fullmatch(r"FR[0-9A-Z]{2}(\d{9})", re.sub(r"\s", "", vat).upper())
    return found.group(1) if found else ""


def complete(env: Env, invoice: Invoice, terms: dict[str, Any]) -> None:
    """Add what French law wants; nothing for a company elsewhere."""
    if env.company.country not in PCG.countries:
        return
    seller, buyer = terms["BG-4"], terms["BG-7"]
    _identify(seller, invoice.company_registration, invoice.company_vat)
    french = buyer.get("country_code") in PCG.countries
    if french:
        _identify(buyer, invoice.party_registration, invoice.party_vat)
    terms["BT-23"] = _mode(invoice)
    notes = terms.setdefault("BG-1", [])
    notes += [{"BT-21": code, "BT-22": str(text)} for code, text in _mentions(invoice)]
    if not invoice.party.is_organisation:
        notes.append({"BT-21": "BAR", "BT-22": "B2C"})
    elif not french:
        notes.append({"BT-21": "BAR", "BT-22": "B2BINT"})
    elif buyer.get("legal_identifier_schemeid") == SIREN:
        notes.append({"BT-21": "BAR", "BT-22": "B2B"})


def _identify(party: dict[str, Any], registration: str, vat: str) -> None:
    number = siren(registration, vat)
    if number:
        party |= {
            "legal_identifier": number,
            "legal_identifier_schemeid": SIREN,
            "einvoicing_addr": number,
            "einvoicing_addr_schemeid": ADDRESS,
        }


def _mode(invoice: Invoice) -> str:
    """Goods, services or both; 4 for what follows a deposit."""
    after_deposit = any(line.deposit_id for line in invoice.lines)
    return f"{CATEGORIES[mentions.only_goods(invoice)]}{'4' if after_deposit else '1'}"


def _mentions(invoice: Invoice) -> list[tuple[str, str]]:
    """Discount, penalties and recovery costs with their codes (UNTDID 4451)."""
    discount = _("No discount for early payment.")
    if invoice.discount_percent:
        discount = _("A discount is granted for early payment: see the payment terms.")
    return [("AAB", discount), ("PMD", mentions.penalties()), ("PMT", mentions.recovery_costs())]
