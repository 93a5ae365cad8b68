"""What shipments know of a person: what is still under way, and what is forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.erp_stock.models import Shipment
from addons.erp_stock.models.shipment import OPEN_STATES
from core.api import _, writing_closed_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from addons.base.models import Party
    from core.api import Env


def still_open(env: Env, party: Party) -> Iterator[str]:
    """One sentence for each shipment that is not done."""
    shipment = env[Shipment]
    where = (shipment.party_id == party.id, shipment.state.in_(OPEN_STATES))
    for parcel in env.session.scalars(select(shipment).where(*where).order_by(shipment.id)):
        yield _("Shipment {number} is not done.", number=parcel.number)


def forget(env: Env, party: Party) -> None:
    """Blank the address, the parcel number and the notes of shipments."""
    shipment = env[Shipment]
    texts = dict.fromkeys(("delivery_address", "tracking", "note"))
    theirs = shipment.party_id == party.id
    with writing_closed_rows(env, Shipment, env.session.scalars(select(shipment.id).where(theirs))):
        env.bulk_update(Shipment, theirs, texts)
