"""What French law wants on an invoice beside names, numbers and amounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.erp_accounting.models import LineKind
from addons.l10n_fr.chart import PCG
from core.api import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from addons.erp_accounting.models import Invoice
    from core.api import Env


def of(env: Env, invoice: Invoice) -> list[str]:
    """The mentions of a customer's document; none for a company elsewhere."""
    if env.company.country not in PCG.countries or not invoice.kind.is_sale:
        return []
    return [str(sentence) for sentence in _sentences(invoice)]


def _sentences(invoice: Invoice) -> Iterator[str]:
    """Category of the operation (CGI, annexe II, art. 242 nonies A, I, 8° bis); discount, penalties and
    the fixed sum of 40 EUR between professionals (Code de commerce, art. L441-9, L441-10, D441-5)."""
    if category := _category(invoice):
        yield category
    if invoice.kind.is_credit_note:
        return
    if not invoice.discount_percent:
        yield _("No discount for early payment.")
    if invoice.party.is_organisation:
        yield penalties()
        yield recovery_costs()


def penalties() -> str:
    """Where the contract names no rate (Code de commerce, art. L441-10, II)."""
    return _("Penalties for late payment: refinancing rate of the European Central Bank plus 10 points.")


def recovery_costs() -> str:
    """Due without notice (Code de commerce, art. D441-5)."""
    return _("Fixed sum for recovery costs in case of late payment: 40 EUR.")


def only_goods(invoice: Invoice) -> bool | None:
    """True for goods, False for services, None for both or where no product says it."""
    kinds = _kinds(invoice)
    return kinds.pop() if len(kinds) == 1 else None


def _kinds(invoice: Invoice) -> set[bool]:
    return {
        line.product.is_goods
        for line in invoice.lines
        if line.kind is LineKind.PRODUCT and line.product is not None
    }


def _category(invoice: Invoice) -> str:
    """Goods, services or both, as far as the products of the lines say it."""
    kinds = _kinds(invoice)
    if len(kinds) == 2:
        return _("Supply of goods and of services.")
    if not kinds:
        return ""
    return _("Supply of goods.") if kinds == {True} else _("Supply of services.")
