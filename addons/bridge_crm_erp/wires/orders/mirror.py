"""Make, change and cancel the ERP order of a CRM order, and bring its progress back.

Everything happens in the transaction of the event: the ERP refuses, for instance by the credit limit, and
the CRM
order stays what it was.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, cast
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm.util import identity_key

from addons.base.services import timeline
from addons.bridge_crm_erp.models import AMOUNTS, Event
from addons.bridge_crm_erp.services import effects
from addons.bridge_crm_erp.wires.orders.models import FulfilledOrder, MirroredOrder
from addons.catalog.services.taxed import lines_of
from addons.erp_orders.models import LineKind
from addons.erp_orders.services import loading, orders
from addons.erp_orders.services.credit import OverCreditLimit
from addons.erp_orders.services.orders import LineInput
from core.api import RuleBroken, _, is_held, note_held, writing_closed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from addons.crm_sales.models import Order as SalesOrder
    from addons.erp_orders.models import Order
    from core.api import Env


class CreditExceeded(RuleBroken):
    """The same refusal for who may not read what the customer owes."""

    def __init__(self, customer: str) -> None:
        super().__init__(
            _("With this order {customer} would owe more than the credit limit.", customer=customer),
            hint=_(
                "Collect a payment, order less, or ask a manager of orders to confirm it despite the limit."
            ),
        )


@contextmanager
def amounts_for(env: Env, sales_order: SalesOrder) -> Iterator[None]:
    """The ERP refuses without its amounts where the salesperson may not read them."""
    try:
        yield
    except OverCreditLimit as refusal:
        if env.access.shows(AMOUNTS):
            raise
        raise CreditExceeded(sales_order.party.name) from refusal


def confirmed(env: Env, sales_order: SalesOrder) -> Order:
    """Place the ERP order of a CRM order that was just confirmed, with the same reference and lines."""
    lines = _lines(env, sales_order)
    with amounts_for(env, sales_order), env.system("ERP order of a confirmed CRM order") as system:
        party = loading.party(system, sales_order.party_id)
        order = orders.place(
            system,
            party,
            loading.with_records(system, lines),
            number=sales_order.number,
            order_date=sales_order.order_date,
            requested_date=sales_order.requested_date,
            delivery_address=sales_order.delivery_address,
            currency=sales_order.currency,
            customer_reference=sales_order.customer_reference,
            owner_id=sales_order.owner_id,
            crm_order_id=sales_order.id,
        )
        effects.done(system, Event.ORDER_CONFIRMED, sales_order, order, party_id=sales_order.party_id)
        timeline.log(
            system, order, _("Ordered in the CRM as {number}", number=sales_order.number), party=party
        )
        bring_back(system, order)
        system.session.flush()
        return order


def amended(env: Env, sales_order: SalesOrder) -> None:
    """Change the ERP order to what the CRM order is now; refused when it contradicts what was done."""
    lines = _lines(env, sales_order)
    with amounts_for(env, sales_order), env.system("ERP order of an amended CRM order") as system:
        order = of(system, sales_order.id)
        if order is None:
            return
        orders.amend(
            system,
            order,
            loading.with_records(system, lines),
            match="crm_line_id",
            requested_date=sales_order.requested_date,
            delivery_address=sales_order.delivery_address,
            customer_reference=sales_order.customer_reference,
        )
        key = (
            uuid4().hex
        )  # an order is amended as often as its lines are, also alike and by two people at once
        effects.done(system, Event.ORDER_AMENDED, sales_order, order, party_id=sales_order.party_id, key=key)
        bring_back(system, order)
        system.session.flush()


def cancelled(env: Env, sales_order: SalesOrder) -> None:
    """Cancel the ERP order; refused when something was delivered or invoiced."""
    with env.system("ERP order of a cancelled CRM order") as system:
        order = of(system, sales_order.id)
        if order is None:
            return
        orders.cancel(system, order, reason=sales_order.cancel_reason or "", follows=True)
        effects.done(system, Event.ORDER_CANCELLED, sales_order, order, party_id=sales_order.party_id)
        system.session.flush()


def progressed(env: Env, order: Order) -> None:
    """Bring the progress of an ERP order to its CRM order."""
    if isinstance(order, MirroredOrder) and order.crm_order_id is not None:
        with env.system("progress on the CRM order") as system:
            bring_back(system, order)
            system.session.flush()


def hold(env: Env, order_ids: Sequence[int]) -> None:
    """Lock the CRM orders of ERP orders, before those."""
    with env.system("hold the CRM orders of ERP orders") as system:
        order, mirrored = system[FulfilledOrder], system[MirroredOrder]
        known = [system.session.identity_map.get(identity_key(mirrored, one)) for one in order_ids]
        sales = [one.crm_order for one in known if one is not None and "crm_order" in vars(one)]
        if len(sales) == len(order_ids) and all(one is None or is_held(system, one) for one in sales):
            return
        note_held(
            system,
            *system.session.scalars(
                select(order)
                .join(mirrored, mirrored.crm_order_id == order.id)
                .where(mirrored.id.in_(order_ids))
                .order_by(order.id)
                .with_for_update(of=order, key_share=True)
                .execution_options(populate_existing=True)
            ),
        )


def bring_back(env: Env, order: Order) -> None:
    """Set what the CRM order shows."""
    if not isinstance(order, MirroredOrder) or order.crm_order_id is None:
        return
    sales_order = cast("FulfilledOrder", order.crm_order)
    if (sales_order.delivery, sales_order.invoicing) != (order.delivery, order.invoicing):
        with writing_closed(sales_order):
            sales_order.delivery, sales_order.invoicing = order.delivery, order.invoicing


def of(env: Env, sales_order_id: int) -> MirroredOrder | None:
    """The ERP order of a CRM order."""
    model = env[MirroredOrder]
    return env.session.scalars(select(model).where(model.crm_order_id == sales_order_id)).one_or_none()


def _lines(env: Env, sales_order: SalesOrder) -> Sequence[LineInput]:
    """The CRM order's lines, naming products, units and taxes by id: the other session reads its own."""
    return [
        LineInput(
            None,
            line.quantity,
            unit_price=line.unit_price,
            discount=line.discount,
            description=line.description,
            kind=LineKind(line.kind.value),
            extra={"crm_line_id": line.id},
            product_id=line.product_id,
            unit_id=line.unit_id,
            tax_ids=tuple(tax.id for tax in line.taxes),
        )
        for line in lines_of(env, sales_order)
    ]
