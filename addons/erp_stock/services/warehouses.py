"""Set up where goods are kept: locations, warehouses and the work done in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.erp_stock.models import (
    DeliverySteps,
    Location,
    LocationKind,
    OperationKind,
    OperationType,
    ReceiptSteps,
    Step,
    Warehouse,
)
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


def choose_steps(
    env: Env, warehouse: Warehouse, delivery_steps: DeliverySteps, receipt_steps: ReceiptSteps
) -> None:
    """Choose in how many steps goods leave and come in; places and operation types are made as needed.

    What is planned already goes on as it was planned.
    """
    delivery_steps, receipt_steps = DeliverySteps(delivery_steps), ReceiptSteps(receipt_steps)
    stock = warehouse.stock_location
    output, packing = _("Output"), _("Packing")
    arrivals, quality = _("Input"), _("Quality")
    out = stock if delivery_steps is DeliverySteps.SHIP else _room(env, warehouse, output)
    into = stock if receipt_steps is ReceiptSteps.RECEIVE else _room(env, warehouse, arrivals)
    _main(env, warehouse, OperationKind.DELIVERY).source_location_id = out.id
    _main(env, warehouse, OperationKind.RECEIPT).target_location_id = into.id
    wanted: list[tuple[Step, str, Location, Location]] = []
    if delivery_steps is DeliverySteps.PICK:
        wanted.append((Step.PICK, _("Pick"), stock, out))
    elif delivery_steps is DeliverySteps.PACK:
        bench = _room(env, warehouse, packing)
        wanted += [(Step.PICK, _("Pick"), stock, bench), (Step.PACK, _("Pack"), bench, out)]
    if receipt_steps is ReceiptSteps.PUT_AWAY:
        wanted.append((Step.PUT_AWAY, _("Put away"), into, stock))
    elif receipt_steps is ReceiptSteps.CHECK:
        room = _room(env, warehouse, quality)
        wanted += [(Step.CHECK, _("Quality check"), into, room), (Step.PUT_AWAY, _("Put away"), room, stock)]
    known = {found.step: found for found in _steps(env, warehouse)}
    for found in known.values():
        found.active = found.step in {step for step, *_rest in wanted}
    for step, name, source, target in wanted:
        operation = known.get(step)
        if operation is None:
            operation = env[OperationType](
                kind=OperationKind.INTERNAL, step=step, name=str(name), warehouse_id=warehouse.id
            )
            env.session.add(operation)
        operation.source_location_id, operation.target_location_id = source.id, target.id
    warehouse.delivery_steps, warehouse.receipt_steps = delivery_steps, receipt_steps
    env.session.flush()
    env.session.expire_all()


def steps_of(env: Env, operation: OperationType) -> list[OperationType]:
    """The operation types before a delivery, or after a receipt, in the order in which goods pass them."""
    if operation.kind not in {OperationKind.DELIVERY, OperationKind.RECEIPT}:
        return []
    before = (
        (Step.PICK, Step.PACK) if operation.kind is OperationKind.DELIVERY else (Step.CHECK, Step.PUT_AWAY)
    )
    found = {one.step: one for one in _steps(env, operation.warehouse) if one.active}
    return [found[step] for step in before if step in found]


def _steps(env: Env, warehouse: Warehouse) -> list[OperationType]:
    return [one for one in env.kept(OperationType, warehouse_id=warehouse.id) if one.step is not Step.MAIN]


def _main(env: Env, warehouse: Warehouse, kind: OperationKind) -> OperationType:
    model = env[OperationType]
    query = select(model).where(
        model.warehouse_id == warehouse.id, model.kind == kind, model.step == Step.MAIN
    )
    return env.session.scalars(query.order_by(model.id)).first() or operation_type(env, kind, warehouse.id)


def _room(env: Env, warehouse: Warehouse, name: str) -> Location:
    """A place beside the stock of a warehouse, found again by its name."""
    model = env[Location]
    parent = warehouse.stock_location.parent
    path = f"{parent.full_name}/{name}" if parent else str(name)
    query = select(model).where(model.full_name == path, model.company_id == warehouse.company_id)
    found = env.session.scalars(query).first()
    return found or create_location(
        env, {"name": str(name), "parent_id": parent.id if parent else None, "parent": parent}
    )


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
