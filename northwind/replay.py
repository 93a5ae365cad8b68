"""Run the trader's history through the services, each event on its day, in the order in which it happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.base.models import Party
from addons.catalog.models import Product, Tax
from addons.crm_sales.services import orders as sales_orders
from addons.crm_sales.services.lines import LineDraft
from addons.erp_accounting.services import invoices, payments
from addons.erp_orders.models import Order as CustomerOrder
from addons.erp_orders.wires.accounting.invoicing import create_invoice
from addons.erp_orders.wires.stock.models import OrderedShipment
from addons.erp_stock.models import OperationKind
from addons.erp_stock.services import shipments
from addons.erp_stock.services.quantities import Demand
from core.api import ZERO, round_half_up
from northwind import source

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.db.directory import WorkspaceEntry
    from core.env import Env
    from core.platform import Platform
    from northwind.source import SourceOrder

PAID_BEFORE = date(1998, 4, 1)
COST_SHARE = Decimal("0.60")
CONFIRM, DELIVER = 0, 1


@dataclass(frozen=True, slots=True, order=True)
class Event:
    """Something that happened on a day; on one day orders are taken before goods leave."""

    on: date
    kind: int
    number: int


@dataclass
class Known:
    """Ids of what was imported, by the trader's own keys."""

    parties: dict[str, int]
    products: dict[str, int]
    users: dict[str, int]
    vat: int


def known(env: Env) -> Known:
    """Look up what was imported."""
    party, product, user = env[Party], env[Product], env.registry.model("core.user")
    names = {f"{row['FirstName']} {row['LastName']}": row["EmployeeID"] for row in source.rows("employees")}
    codes = {f"NW-{row['ProductID']}": row["ProductID"] for row in source.rows("products")}
    vat = env.session.scalars(
        select(env[Tax])
        .where(env[Tax].rate == 20, env[Tax].kind == "sale", env[Tax].included.is_(False))
        .order_by("id")
    ).first()
    if vat is None:
        message = "The company has no sales tax of 20 %."
        raise source.FilesMissing(message, hint="Enable l10n_fr.")
    return Known(
        {ref: id_ for id_, ref in env.session.execute(select(party.id, party.external_ref)) if ref},
        {
            codes[code]: id_
            for id_, code in env.session.execute(select(product.id, product.code))
            if code in codes
        },
        {names[name]: id_ for id_, name in env.session.execute(select(user.id, user.name)) if name in names},
        vat.id,
    )


def replay(
    platform: Platform,
    workspace: WorkspaceEntry,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> None:
    """Receive the opening stock, then confirm, deliver, invoice and collect order by order, day by day."""
    history = {int(order.number): order for order in source.orders()}
    with platform.env(workspace) as env:
        ids = known(env)
    first = min(order.ordered_on for order in history.values())
    with platform.env(workspace, at=_noon(first)) as env:
        open_stock(env, ids, list(history.values()), first)
    events = sorted(
        [Event(order.ordered_on, CONFIRM, number) for number, order in history.items()]
        + [Event(order.shipped_on, DELIVER, number) for number, order in history.items() if order.shipped_on]
    )
    for done, event in enumerate(events, 1):
        with platform.env(workspace, at=_noon(event.on)) as env:
            order = history[event.number]
            if event.kind == CONFIRM:
                take(env, ids, order)
            else:
                deliver(env, order, event.on)
        progress(done, len(events))


def open_stock(env: Env, ids: Known, history: list[SourceOrder], on: date) -> None:
    """For each product what the trader still had at the end and all that was ever ordered, at 60 % of its
    price."""
    needed: dict[str, Decimal] = {}
    for order in history:
        for line in order.lines:
            needed[line.product] = needed.get(line.product, ZERO) + line.quantity
    products = {product.id: product for product in env.session.scalars(select(env[Product]))}
    demands = [
        Demand(
            product=products[ids.products[row["ProductID"]]],
            quantity=Decimal(row["UnitsInStock"]) + needed.get(row["ProductID"], ZERO),
            cost=round_half_up(Decimal(row["UnitPrice"]) * COST_SHARE, 2),
        )
        for row in source.rows("products")
        if Decimal(row["UnitsInStock"]) + needed.get(row["ProductID"], ZERO) > 0
    ]
    shipment = shipments.plan(env, OperationKind.RECEIPT, demands, planned_on=on, origin="Opening stock")
    shipments.ship(env, shipment, on=on)


def take(env: Env, ids: Known, source_order: SourceOrder) -> None:
    """The customer's yes, in the CRM; the bridge does the rest in the same transaction."""
    products = {
        product.id: product
        for product in env.session.scalars(
            select(env[Product]).where(
                env[Product].id.in_([ids.products[line.product] for line in source_order.lines])
            )
        )
    }
    vat = env.session.get_one(env[Tax], ids.vat)
    order = sales_orders.create(
        env,
        env.get(Party, ids.parties[source_order.customer]),
        [
            LineDraft(
                product=products[ids.products[line.product]],
                quantity=line.quantity,
                unit_price=line.price,
                discount=line.discount,
                taxes=[vat],
            )
            for line in source_order.lines
        ],
        on=source_order.ordered_on,
        number=f"NW-{source_order.number}",
        owner_id=ids.users[source_order.employee],
    )
    sales_orders.confirm(env, order)


def deliver(env: Env, source_order: SourceOrder, on: date) -> None:
    """Ship what the order reserved, invoice it, and collect the older ones at once."""
    order = env.session.scalars(
        select(env[CustomerOrder]).where(env[CustomerOrder].number == f"NW-{source_order.number}")
    ).one()
    shipment_model = env[OrderedShipment]
    for shipment in env.session.scalars(
        select(shipment_model).where(shipment_model.order_id == order.id)
    ).all():
        shipments.ship(env, shipment, on=on)
    invoice = create_invoice(env, order, on=on)
    invoices.post(env, invoice)
    if on < PAID_BEFORE:
        payments.register(env, [invoice], date=on)


def _noon(on: date) -> datetime:
    return datetime.combine(on, time(12), UTC)
