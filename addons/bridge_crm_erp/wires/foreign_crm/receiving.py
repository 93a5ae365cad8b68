"""Make, change and cancel the ERP order of an order that another CRM took."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from addons.base.models import ExternalId, Party
from addons.base.services import master_data, timeline
from addons.bridge_crm_erp.models import Event, ForeignKind, ForeignLink
from addons.bridge_crm_erp.services import effects, incoming
from addons.bridge_crm_erp.services.drift import compare as compare_sets
from addons.bridge_crm_erp.services.messages import (
    ForeignOrderAmended,
    ForeignOrderCancelled,
    ForeignOrderConfirmed,
)
from addons.catalog.models import Product, Tax, TaxKind
from addons.erp_orders.models import Order
from addons.erp_orders.services import orders
from addons.erp_orders.services.orders import LineInput
from core.api import ZERO, Invalid, _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from addons.base.models import ExternalSystem
    from addons.bridge_crm_erp.services.drift import Comparison
    from addons.bridge_crm_erp.services.messages import (
        ForeignCustomer,
        ForeignLine,
        Message,
        OrderMessage,
        Taken,
    )
    from core.api import Env


def receive(env: Env, system: ExternalSystem, message: Message) -> Taken | None:
    """What another CRM says of its orders; None for what is not about orders."""
    if isinstance(message, ForeignOrderConfirmed):
        return _confirmed(env, system, message)
    if isinstance(message, ForeignOrderAmended):
        return _amended(env, system, message)
    if isinstance(message, ForeignOrderCancelled):
        return _cancelled(env, system, message)
    return None


def compare(env: Env) -> Iterator[Comparison]:
    """Our orders with what the other CRM last said of them."""
    link, order = env[ForeignLink], env[Order]
    rows = env.session.execute(
        select(order.id, order.number, order.net, order.total, order.currency, link.state)
        .join(link, (link.record_model == Order.model_name) & (link.record_id == order.id))
        .where(
            link.kind == ForeignKind.ORDER,
            link.state.has_key("told"),
            order.company_id.in_(env.company_ids),
        )
    ).all()
    names = {row.id: row.number or "" for row in rows}
    here = {row.id: (_plain(row.net), _plain(row.total), row.currency) for row in rows}
    told = {row.id: row.state["told"] for row in rows}
    there = {
        id_: (_plain(Decimal(said["net"])), _plain(Decimal(said["total"])), said["currency"])
        for id_, said in told.items()
    }
    yield compare_sets(
        "foreign_orders",
        _("Orders of another CRM"),
        here,
        there,
        lambda key: (names[key], f"/app/erp_orders/order/{key}"),
    )


def _confirmed(env: Env, system: ExternalSystem, message: ForeignOrderConfirmed) -> Taken:
    link = incoming.find(env, system, ForeignKind.ORDER, message.id)
    if link is not None:
        return incoming.taken(env.get(Order, link.record_id), already=True)
    party = _customer(env, system, message.customer)
    order = orders.place(
        env,
        party,
        _lines(env, message),
        number=message.number,
        order_date=message.order_date or env.today(),
        requested_date=message.requested_date,
        delivery_address=message.delivery_address,
        currency=message.currency or env.company.currency,
        customer_reference=message.customer_reference,
    )
    incoming.keep(env, system, ForeignKind.ORDER, message.id, order, message, number=message.number)
    effects.done(env, Event.ORDER_CONFIRMED, order, order, party_id=party.id, key=f"{system.id}:{message.id}")
    sentence = _("Ordered in {system} as {number}", system=system.name, number=message.number)
    timeline.log(env, order, sentence, party=party)
    return incoming.taken(order)


def _amended(env: Env, system: ExternalSystem, message: ForeignOrderAmended) -> Taken:
    link = incoming.known(env, system, ForeignKind.ORDER, message.id)
    order = env.get(Order, link.record_id)
    orders.amend(
        env,
        order,
        _lines(env, message),
        match="foreign_key",
        requested_date=message.requested_date,
        customer_reference=message.customer_reference,
    )
    incoming.heard(env, link, message)
    effects.done(
        env,
        Event.ORDER_AMENDED,
        order,
        order,
        party_id=order.party_id,
        key=f"{system.id}:{message.id}:{order.version}",
    )
    timeline.log(env, order, _("Changed in {system}", system=system.name), party=order.party)
    return incoming.taken(order)


def _cancelled(env: Env, system: ExternalSystem, message: ForeignOrderCancelled) -> Taken:
    link = incoming.known(env, system, ForeignKind.ORDER, message.id)
    order = env.get(Order, link.record_id)
    if link.state.get("event") == "order_cancelled":
        return incoming.taken(order, already=True)
    orders.cancel(env, order, reason=message.reason)
    incoming.heard(env, link, message)
    effects.done(
        env, Event.ORDER_CANCELLED, order, order, party_id=order.party_id, key=f"{system.id}:{message.id}"
    )
    return incoming.taken(order)


def _customer(env: Env, system: ExternalSystem, said: ForeignCustomer) -> Party:
    """The customer by its key there, else by e-mail, else new."""
    values = {
        name: value
        for name in ("name", "kind", "email", "phone", "vat_number", "registration_number")
        if (value := getattr(said, name)) is not None
    }
    received = master_data.receive(env, system, [(said.id, {**values, "is_customer": True})])
    if received.refused:
        raise Invalid(fields={"customer": received.refused[0][2]})
    model = env[ExternalId]
    known = env.session.scalars(
        select(model).where(model.system_id == system.id, model.external_id == said.id)
    ).one_or_none()
    if known is None:
        raise Invalid(fields={"customer": _("This customer was made anonymous here.")})
    return known.party


def _lines(env: Env, message: OrderMessage) -> Sequence[LineInput]:
    products = _products(env, message.lines)
    taxes = _taxes(env, message.lines)
    return [_line(env, line, products[line.product], taxes) for line in message.lines]


def _line(env: Env, line: ForeignLine, product: Product, taxes: dict[str, Tax]) -> LineInput:
    price: Decimal = product.sale_price if line.unit_price is None else line.unit_price
    if line.quantity <= ZERO or price < ZERO or not ZERO <= line.discount <= 100:
        raise Invalid(
            fields={"lines": _("Line {id}: a quantity, a price or a discount is out of range.", id=line.id)}
        )
    usual = [tax for tax in product.sale_taxes if tax.company_id == env.company_id]
    return LineInput(
        product,
        line.quantity,
        unit_price=price,
        discount=line.discount,
        description=line.description,
        taxes=[taxes[line.tax]] if line.tax else usual,
        extra={"foreign_key": line.id},
    )


def _products(env: Env, lines: Sequence[ForeignLine]) -> dict[str, Product]:
    """By our reference, else by barcode."""
    model, wanted = env[Product], {line.product for line in lines}
    query = select(model).where(
        model.active, or_(model.code.in_(sorted(wanted)), model.barcode.in_(sorted(wanted)))
    )
    found: dict[str, Product] = {}
    for product in env.session.scalars(query.order_by(model.id.desc())):
        found.setdefault(product.barcode or "", product)
    for product in env.session.scalars(query.order_by(model.id.desc())):
        if product.code:
            found[product.code] = product
    if missing := sorted(wanted - found.keys()):
        raise Invalid(
            fields={"lines": _("There is no product with the reference {code}.", code=missing[0])},
            hint=_("Give it this reference or barcode, or correct the message."),
        )
    return found


def _taxes(env: Env, lines: Sequence[ForeignLine]) -> dict[str, Tax]:
    wanted = {line.tax for line in lines if line.tax}
    if not wanted:
        return {}
    model = env[Tax]
    query = select(model).where(
        model.code.in_(wanted),
        model.company_id == env.company_id,
        model.kind == TaxKind.SALE,
        model.active,
    )
    found = {tax.code: tax for tax in env.session.scalars(query)}
    if missing := sorted(wanted - found.keys()):
        raise Invalid(fields={"lines": _("There is no sales tax with the code {code}.", code=missing[0])})
    return found


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
