"""What purchase orders know of a person: what is still to be done, and what is forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.erp_purchase.models import Order, OrderState
from core.api import _, writing_closed_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from addons.base.models import Party
    from core.api import Env

UNFINISHED = (OrderState.TO_APPROVE, OrderState.CONFIRMED, OrderState.CHANGING)


def still_open(env: Env, party: Party) -> Iterator[str]:
    """One sentence for each order that is not received and billed."""
    order = env[Order]
    where = (order.party_id == party.id, order.state.in_(UNFINISHED))
    for found in env.session.scalars(select(order).where(*where).order_by(order.id)):
        yield _("Purchase order {number} is not received and billed.", number=found.title)


def forget(env: Env, party: Party) -> None:
    """Blank the texts that orders hold themselves."""
    order = env[Order]
    texts = dict.fromkeys(("vendor_reference", "note", "reason"))
    theirs = order.party_id == party.id
    with writing_closed_rows(env, Order, env.session.scalars(select(order.id).where(theirs))):
        env.bulk_update(Order, theirs, texts)
