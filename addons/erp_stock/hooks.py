"""What erp_stock tells the core."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.erp_stock import models, roles, views, web
from addons.erp_stock.queries import soundness
from addons.erp_stock.reports import slip, worth
from addons.erp_stock.services import background, demo, letters, personal, reordering, warehouses
from core.api import hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from addons.base.models import Party
    from core.api import Env, Finding, Model


@hookimpl
def declare_models() -> Sequence[type[Model]]:
    return (
        models.Location,
        models.Warehouse,
        models.OperationType,
        models.Lot,
        models.Shipment,
        models.Move,
        models.Quant,
        models.Valuation,
        models.Layer,
        models.StockedProduct,
        models.Count,
        models.CountLine,
        models.Scrap,
        models.ReorderRule,
        models.SupplyRequest,
        models.Revaluation,
        models.LandedCost,
        models.LandedCostLine,
        models.LandedReceipt,
        models.LandedShare,
    )


@hookimpl
def declare_views() -> Sequence[Any]:
    return views.VIEWS


@hookimpl
def declare_menus() -> Sequence[Any]:
    return views.MENUS


@hookimpl
def declare_routes() -> Sequence[Any]:
    return web.ROUTES


@hookimpl
def declare_jobs() -> Sequence[Any]:
    return (background.revalue, reordering.nightly)


@hookimpl
def declare_roles() -> Sequence[Any]:
    return roles.ROLES


@hookimpl
def declare_reports() -> Sequence[Any]:
    return (slip.DELIVERY_SLIP, worth.REPORT)


@hookimpl
def seed_data(env: Env) -> None:
    warehouses.set_up(env)
    letters.seed(env)


@hookimpl
def demo_data(env: Env) -> None:
    demo.stock(env)


@hookimpl
def verify(env: Env) -> Iterable[Finding]:
    return soundness.findings(env)


@hookimpl
def open_business(env: Env, party: Party) -> Sequence[str]:
    return list(personal.still_open(env, party))


@hookimpl
def person_anonymised(env: Env, party: Party) -> None:
    personal.forget(env, party)
