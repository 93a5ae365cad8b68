"""Set up where goods are kept: locations, warehouses and the work done in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.erp_stock.models import Location, LocationKind, OperationKind, OperationType, Warehouse
from core.api import RuleBroken, _

if TYPE_CHECKING:
    from typing import Any

    from core.api import Env

OUTSIDE = (
    (LocationKind.SUPPLIER, _("Suppliers")),
    (LocationKind.CUSTOMER, _("Customers")),
    (LocationKind.LOSS, _("Losses and differences")),
)
"""Every company has one location of each of these kinds; together they are the rest of the world."""


class NoWarehouse(RuleBroken):
    def __init__(self) -> None:
        super().__init__(
            _("This company has no warehouse yet."),
            hint=_("Ask a stock manager to create one under Stock, Warehouses."),
        )


class LocationInsideItself(RuleBroken):
    def __init__(self, location: Location) -> None:
        super().__init__(
            _('"{location}" cannot lie inside itself.', location=location.name),
            hint=_("Choose a parent that is not one of its own places."),
        )


def create_location(env: Env, values: dict[str, Any]) -> Location:
    """Create a location under its parent; a child is of the kind of its parent unless another is chosen."""
    parent = values.get("parent") or (
        env.get(Location, values["parent_id"]) if values.get("parent_id") else None
    )
    values.setdefault("kind", parent.kind if parent else LocationKind.INTERNAL)
    values["full_name"] = f"{parent.full_name}/{values['name']}" if parent else values["name"]
    return env.add(Location, **values)


def rename_location(env: Env, location: Location, names: frozenset[str]) -> None:
    """Keep the paths of a location and of everything below it in step with their names."""
    if not names & {"name", "parent", "parent_id"}:
        return
    above = location.parent_id
    while above:
        if above == location.id:
            raise LocationInsideItself(location)
        above = env.get(Location, above).parent_id
    _renew_path(env, location)


def create_warehouse(env: Env, values: dict[str, Any]) -> Warehouse:
    """Create a warehouse with its stock location and an operation type for each kind of work."""
    root = create_location(env, {"name": values["code"]})
    stock = create_location(env, {"name": str(_("Stock")), "parent_id": root.id, "parent": root})
    warehouse = env.add(Warehouse, **{**values, "stock_location_id": stock.id})
    outside = outside_locations(env)
    supplier, customer = outside[LocationKind.SUPPLIER], outside[LocationKind.CUSTOMER]
    routes = (
        (OperationKind.RECEIPT, _("Receipts"), supplier, stock.id),
        (OperationKind.DELIVERY, _("Deliveries"), stock.id, customer),
        (OperationKind.INTERNAL, _("Internal moves"), stock.id, stock.id),
        (OperationKind.RETURN, _("Returns"), customer, stock.id),
    )
    for kind, name, source, target in routes:
        env.session.add(
            env[OperationType](
                kind=kind,
                name=str(name),
                warehouse_id=warehouse.id,
                source_location_id=source,
                target_location_id=target,
            )
        )
    env.session.flush()
    return warehouse


def outside_locations(env: Env) -> dict[LocationKind, int]:
    """The ids of the company's supplier, customer and loss locations, made when they are missing."""
    location = env[Location]
    wanted = [kind for kind, _name in OUTSIDE]
    rows = env.session.execute(
        select(location.kind, location.id)
        .where(location.kind.in_(wanted), location.parent_id.is_(None), location.company_id == env.company.id)
        .order_by(location.id.desc())
    )
    found = {LocationKind(kind): id_ for kind, id_ in rows}
    for kind, name in OUTSIDE:
        if kind not in found:
            found[kind] = create_location(env, {"name": str(name), "kind": kind}).id
    return found


def set_up(env: Env) -> None:
    """Give a company its first warehouse; does nothing when it has one."""
    warehouse = env[Warehouse]
    if (
        env.session.scalar(select(warehouse.id).where(warehouse.company_id == env.company.id).limit(1))
        is None
    ):
        create_warehouse(env, {"name": str(_("Main warehouse")), "code": "MAIN"})


def operation_type(env: Env, kind: OperationKind, warehouse_id: int | None = None) -> OperationType:
    """The company's first operation type of a kind, in its first warehouse unless another is asked for.

    A company that was created after the addon was enabled gets its first warehouse here.
    """
    found = _operation_type(env, kind, warehouse_id)
    if found is None and warehouse_id is None:
        with env.system("set up the first warehouse of a company") as system:
            set_up(system)
        found = _operation_type(env, kind, None)
    if found is None:
        raise NoWarehouse
    return found


def _operation_type(env: Env, kind: OperationKind, warehouse_id: int | None) -> OperationType | None:
    fitting = [
        row
        for row in env.kept(OperationType)
        if row.kind == kind
        and row.company_id == env.company.id
        and row.active
        and warehouse_id in (None, row.warehouse_id)
    ]
    return min(fitting, key=lambda row: (row.warehouse_id, row.id), default=None)


def _renew_path(env: Env, location: Location) -> None:
    parent = env.get(Location, location.parent_id) if location.parent_id else None
    location.full_name = f"{parent.full_name}/{location.name}" if parent else location.name
    model = env[Location]
    for child in env.session.scalars(select(model).where(model.parent_id == location.id)):
        _renew_path(env, child)
