"""ERP deliveries in, timeline of the CRM order out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.bridge_crm_erp.wires.deliveries import telling
from core.api import hookimpl

if TYPE_CHECKING:
    from addons.erp_stock.models import Shipment
    from core.api import Env


@hookimpl
def delivery_done(env: Env, shipment: Shipment) -> None:
    telling.delivered(env, shipment)


@hookimpl
def return_done(env: Env, shipment: Shipment) -> None:
    telling.returned(env, shipment)
