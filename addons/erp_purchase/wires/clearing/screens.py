"""The bill of a receipt; the account of price differences; what was posted, on the order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from addons.erp_accounting.models import Invoice, Ledger
from addons.erp_purchase.models import Line, Order
from addons.erp_purchase.wires.clearing import clearing
from addons.erp_purchase.wires.clearing.models import PriceDifference
from addons.erp_stock.models import OperationKind, Shipment, ShipmentState
from core.api import Action, Column, FormExtension, List, Section, Slot, _

if TYPE_CHECKING:
    from core.api import Env

INVOICING = "erp_accounting.invoicing"


def _bill(env: Env, shipment: Shipment) -> Invoice:
    return clearing.bill_receipt(env, shipment)


def _billable(shipment: Shipment) -> bool:
    done = shipment.state is ShipmentState.DONE and shipment.kind is OperationKind.RECEIPT
    return done and bool(getattr(shipment, "purchase_order_id", None))


def _differences(env: Env, order: Order) -> dict[str, Any] | None:
    model, line = env[PriceDifference], env[Line]
    if not env.access.allows(PriceDifference, "r"):
        return None
    rows = env.session.scalars(
        select(model).join(line, line.id == model.line_id).where(line.order_id == order.id).order_by(model.id)
    ).all()
    return {"rows": rows, "currency": env.company.currency} if rows else None


VIEWS: tuple[Any, ...] = (
    List(
        PriceDifference,
        columns=("on", "line", Column("amount", sum=True), Column("borne_by", label=_("Borne by")), "entry"),
        default_sort="-on",
        create=False,
        empty=_("Bills that cost more or less than their goods were received at appear here."),
    ),
    FormExtension(
        Shipment,
        actions=(
            Action(
                "create_bill",
                service=_bill,
                label=_("Create bill"),
                icon="file-invoice",
                role=INVOICING,
                visible=_billable,
                explain=_("A draft of what came in with this receipt and is not billed yet."),
            ),
        ),
    ),
    FormExtension(Ledger, sections=(Section(_("Purchases"), ("price_difference",)),)),
    Slot("erp_purchase.order.side", "erp_purchase/_differences.html", _differences),
)
