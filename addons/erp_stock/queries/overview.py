"""The work of the warehouse at a glance: by kind of work, what is late and what is ready."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from sqlalchemy import case, func, select

from addons.erp_stock.models import (
    Count,
    CountState,
    Lot,
    OperationKind,
    OperationType,
    Quant,
    Shipment,
    ShipmentState,
    Step,
    SupplyRequest,
    SupplyState,
    Warehouse,
)
from core.api import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.api import Env

ICONS = {
    OperationKind.RECEIPT: "package-import",
    OperationKind.DELIVERY: "truck-delivery",
    OperationKind.INTERNAL: "arrows-exchange",
    OperationKind.RETURN: "arrow-back-up",
}
ORDER = (Step.MAIN, Step.CHECK, Step.PUT_AWAY, Step.PICK, Step.PACK)
KINDS = (OperationKind.RECEIPT, OperationKind.DELIVERY, OperationKind.INTERNAL, OperationKind.RETURN)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and the list behind it."""

    label: str
    number: int
    url: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """What is open of one operation type."""

    id: int
    name: str
    warehouse: str
    icon: str
    ready: Figure
    others: Sequence[Figure]
    url: str


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole page."""

    figures: Sequence[Figure]
    works: Sequence[Work]
    late: Sequence[Shipment]


def of(env: Env) -> Overview:
    """Every active operation type of the company with its open shipments, counted in one statement."""
    return Overview(_figures(env), _works(env), _late(env))


def _works(env: Env) -> list[Work]:
    shipment, operation, warehouse = env[Shipment], env[OperationType], env[Warehouse]
    today = env.today()
    is_open = shipment.state.in_((ShipmentState.WAITING, ShipmentState.PARTIAL, ShipmentState.READY))
    counted = [
        func.count(case((condition, shipment.id)))
        for condition in (
            shipment.state == ShipmentState.READY,
            is_open & (shipment.planned_on < today),
            shipment.state.in_((ShipmentState.WAITING, ShipmentState.PARTIAL)),
            is_open & shipment.backorder_of_id.is_not(None),
        )
    ]
    rows = env.session.execute(
        select(operation.id, operation.name, operation.kind, operation.step, warehouse.name, *counted)
        .join(warehouse, warehouse.id == operation.warehouse_id)
        .outerjoin(shipment, shipment.operation_type_id == operation.id)
        .where(operation.active, operation.company_id == env.company_id)
        .group_by(operation.id, warehouse.id)
    )
    yesterday = f"planned_on:..{today - timedelta(days=1)}"
    found = []
    for row in rows:
        id_, name, kind, step, house, ready, late, waiting, rest = tuple(row)
        others = (
            Figure(str(_("Late")), late, _url(id_, OPEN, yesterday), "bad"),
            Figure(str(_("Waiting")), waiting, _url(id_, "state:waiting,partial"), "warn"),
            Figure(str(_("Back-orders")), rest, _url(id_, OPEN, "backorder_of:any")),
        )
        first = Figure(str(_("Ready")), ready, _url(id_, "state:ready"))
        work = Work(id_, name, house, ICONS[kind], first, others, _url(id_, OPEN))
        found.append(((house, KINDS.index(kind), ORDER.index(step), id_), work))
    return [work for _key, work in sorted(found, key=lambda pair: pair[0])]


OPEN = "state:waiting,partial,ready"


def _url(operation: int, *filters: str) -> str:
    pairs = [("f", f"operation_type:{operation}"), *(("f", text) for text in filters)]
    return "/app/erp_stock/shipment/?" + urlencode([*pairs, ("sort", "planned_on"), ("all", "1")])


def _figures(env: Env) -> list[Figure]:
    request, count, lot, quant = env[SupplyRequest], env[Count], env[Lot], env[Quant]
    soon = env.today() + timedelta(days=30)
    asked = select(func.count(request.id)).where(request.state == SupplyState.REQUESTED)
    counting = select(func.count(count.id)).where(count.state == CountState.COUNTING)
    expiring = (
        select(func.count(func.distinct(lot.id)))
        .join(quant, quant.lot_id == lot.id)
        .where(quant.quantity > 0, lot.expires_on <= soon)
    )
    return [
        Figure(
            str(_("Requests nobody answers")),
            env.session.scalar(asked) or 0,
            "/app/erp_stock/supply_request/?f=state:requested&all=1",
            "warn",
        ),
        Figure(
            str(_("Lots that expire within 30 days")),
            env.session.scalar(expiring) or 0,
            f"/app/erp_stock/quant/?f=lot.expires_on:..{soon}&all=1",
            "warn",
        ),
        Figure(
            str(_("Counts under way")),
            env.session.scalar(counting) or 0,
            "/app/erp_stock/count/?f=state:counting&all=1",
        ),
    ]


def _late(env: Env) -> Sequence[Shipment]:
    shipment = env[Shipment]
    query = (
        select(shipment)
        .where(
            shipment.state.in_((ShipmentState.WAITING, ShipmentState.PARTIAL, ShipmentState.READY)),
            shipment.planned_on < env.today(),
        )
        .order_by(shipment.urgent.desc(), shipment.planned_on, shipment.id)
        .limit(12)
    )
    return env.session.scalars(query).all()
