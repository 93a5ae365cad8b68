"""What orders know of a person: what is still to be done, and what is forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.erp_orders.models import Order
from addons.erp_orders.models.order import OrderState
from core.api import _, writing_closed_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from addons.base.models import Party
    from core.api import Env

UNFINISHED = (OrderState.CONFIRMED, OrderState.CHANGING, OrderState.HELD)


def still_open(env: Env, party: Party) -> Iterator[str]:
    """One sentence for each order that is not delivered and invoiced."""
    order = env[Order]
    where = (order.party_id == party.id, order.state.in_(UNFINISHED))
    for promise in env.session.scalars(select(order).where(*where).order_by(order.id)):
        yield _("Order {number} is not delivered and invoiced.", number=promise.title)


def forget(env: Env, party: Party) -> None:
    """Blank the notes and the address that orders hold themselves."""
    order = env[Order]
    texts = dict.fromkeys(("delivery_address", "customer_reference", "note", "reason"))
    theirs = order.party_id == party.id
    with writing_closed_rows(env, Order, env.session.scalars(select(order.id).where(theirs))):
        env.bulk_update(Order, theirs, texts)
