"""What France adds to accounting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.erp_accounting.services import charts
from addons.l10n_fr import einvoice, mentions, web
from addons.l10n_fr.ca3 import CA3
from addons.l10n_fr.chart import PCG
from addons.l10n_fr.menus import MENUS
from core.api import hookimpl

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from addons.erp_accounting.charting import Chart
    from addons.erp_accounting.models import Invoice
    from addons.erp_accounting.taxforms import TaxForm
    from core.api import Env, Menu


@hookimpl
def declare_charts() -> Sequence[Chart]:
    """Offer the PCG."""
    return (PCG,)


@hookimpl
def declare_tax_forms() -> Sequence[TaxForm]:
    """Offer the CA3."""
    return (CA3,)


@hookimpl
def declare_menus() -> Sequence[Menu]:
    """List the entries of the side bar."""
    return MENUS


@hookimpl
def declare_routes() -> Sequence[Any]:
    """List the pages of the FEC."""
    return web.ROUTES


@hookimpl
def seed_data(env: Env) -> None:
    """Give a French company the PCG, also when it began with the generic chart and posted nothing yet."""
    charts.prefer(env, PCG)


@hookimpl
def invoice_mentions(env: Env, invoice: Invoice) -> Sequence[str]:
    return mentions.of(env, invoice)


@hookimpl
def einvoice_terms(env: Env, invoice: Invoice, terms: dict[str, Any]) -> None:
    einvoice.complete(env, invoice, terms)
