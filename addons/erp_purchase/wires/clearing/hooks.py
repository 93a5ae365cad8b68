"""Clear what was received and billed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.erp_purchase.wires.clearing import clearing, proof, roles, screens
from addons.erp_purchase.wires.clearing.models import PriceDifference, PurchasingLedger
from core.api import hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from addons.erp_accounting.models import Invoice
    from addons.erp_stock.models import Shipment
    from addons.erp_stock.services.recosting import Revaluation
    from core.api import Env, Finding, Model


@hookimpl
def declare_models() -> Sequence[type[Model]]:
    return (PriceDifference, PurchasingLedger)


@hookimpl
def declare_roles() -> Sequence[Any]:
    return roles.ROLES


@hookimpl
def declare_views() -> Sequence[Any]:
    return screens.VIEWS


@hookimpl
def invoice_posted(env: Env, invoice: Invoice) -> None:
    clearing.after_bill(env, invoice)


@hookimpl
def credit_note_posted(env: Env, invoice: Invoice) -> None:
    clearing.after_bill(env, invoice)


@hookimpl
def receipt_done(env: Env, shipment: Shipment) -> None:
    clearing.after_moves(env, shipment.moves)


@hookimpl
def return_done(env: Env, shipment: Shipment) -> None:
    clearing.after_moves(env, shipment.moves)


@hookimpl
def stock_revalued(env: Env, revaluations: Sequence[Revaluation]) -> None:
    clearing.after_revaluation(env, revaluations)


@hookimpl
def verify(env: Env) -> Iterable[Finding]:
    return proof.findings(env)
