"""Deliveries and returns out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.bridge_crm_erp.models import Event
from addons.bridge_crm_erp.services import outgoing
from core.api import hookimpl

if TYPE_CHECKING:
    from addons.erp_stock.models import Shipment
    from core.api import Env


@hookimpl
def delivery_done(env: Env, shipment: Shipment) -> None:
    outgoing.tell(env, Event.DELIVERED, shipment)


@hookimpl
def return_done(env: Env, shipment: Shipment) -> None:
    outgoing.tell(env, Event.RETURNED, shipment)
