"""Tell the CRM order what left and what came back."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from addons.base.services import timeline
from addons.bridge_crm_erp.models import Event
from addons.bridge_crm_erp.services import effects
from addons.bridge_crm_erp.wires.orders.models import MirroredOrder
from core.api import _

if TYPE_CHECKING:
    from addons.erp_orders.wires.stock.models import OrderedShipment
    from addons.erp_stock.models import Shipment
    from core.api import Env


def delivered(env: Env, shipment: Shipment) -> None:
    """Note the delivery on the CRM order it is for, if there is one."""
    _tell(env, shipment, Event.DELIVERED, _("Delivered by {number}", number=shipment.number))


def returned(env: Env, shipment: Shipment) -> None:
    """Note the return on the CRM order it is for, if there is one."""
    _tell(env, shipment, Event.RETURNED, _("Returned by {number}", number=shipment.number))


def _tell(env: Env, shipment: Shipment, event: Event, sentence: str) -> None:
    order_id = cast("OrderedShipment", shipment).order_id
    if order_id is None:
        return
    with env.system("delivery told to the CRM order") as system:
        order = system.get(MirroredOrder, order_id)
        if order.crm_order is None:
            return
        sales_order = order.crm_order
        effects.done(system, event, shipment, sales_order, party_id=order.party_id)
        timeline.log(system, sales_order, sentence, topic="erp_stock")
        system.session.flush()
