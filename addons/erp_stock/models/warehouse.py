"""A building with stock, and the kinds of work done in it."""

from sqlalchemy import CheckConstraint, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from addons.erp_stock.models.location import Location
from core.api import Choice, CompanyOwned, Model, _, about, choice, link, reference


class OperationKind(Choice):
    """What a shipment does, seen from the warehouse."""

    RECEIPT = "receipt", _("Receipt")
    DELIVERY = "delivery", _("Delivery")
    INTERNAL = "internal", _("Internal move")
    RETURN = "return", _("Return")


class DeliverySteps(Choice):
    """In how many steps goods leave."""

    SHIP = "ship", _("Ship")
    PICK = "pick", _("Pick, then ship")
    PACK = "pack", _("Pick, pack, then ship")


class ReceiptSteps(Choice):
    """In how many steps goods come in."""

    RECEIVE = "receive", _("Receive")
    PUT_AWAY = "put_away", _("Receive, then put away")
    CHECK = "check", _("Receive, check quality, then put away")


class Step(Choice):
    """What work of an operation type is: the move across the border, or a step before or after it."""

    MAIN = "main", _("Main")
    PICK = "pick", _("Pick")
    PACK = "pack", _("Pack")
    CHECK = "check", _("Quality check")
    PUT_AWAY = "put_away", _("Put away")


class Warehouse(CompanyOwned, Model, name="warehouse"):
    """Each warehouse has one location tree, and one operation type for each kind of work."""

    __searchable__ = ("name", "code")
    __label__ = _("Warehouse")
    __labels__ = _("Warehouses")
    __kept__ = True

    name: Mapped[str] = mapped_column(String(80))
    code: Mapped[str] = mapped_column(
        String(12), info=about(help=_("Short name at the top of its locations."))
    )
    stock_location_id: Mapped[int] = reference("erp_stock.location")
    stock_location: Mapped[Location] = link("erp_stock.location", key="stock_location_id")
    delivery_steps: Mapped[DeliverySteps] = choice(
        DeliverySteps, default=DeliverySteps.SHIP, info=about(_("Deliveries"), track=True)
    )
    receipt_steps: Mapped[ReceiptSteps] = choice(
        ReceiptSteps, default=ReceiptSteps.RECEIVE, info=about(_("Receipts"), track=True)
    )
    preparation_days: Mapped[int] = mapped_column(
        default=0,
        server_default=text("0"),
        info=about(
            _("Preparation (days)"),
            help=_("From the day goods are there until they can leave; part of every promised date."),
        ),
    )
    active: Mapped[bool] = mapped_column(default=True)

    __constraints__ = (
        UniqueConstraint("company_id", "code", name="code_once"),
        CheckConstraint("preparation_days >= 0", name="preparation_not_negative"),
    )


class OperationType(CompanyOwned, Model, name="operation_type"):
    """Says from where to where a kind of work moves goods when nothing else is chosen."""

    __label__ = _("Operation type")
    __labels__ = _("Operation types")
    __kept__ = True

    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[OperationKind] = choice(OperationKind, default=OperationKind.DELIVERY)
    step: Mapped[Step] = choice(Step, default=Step.MAIN)
    warehouse_id: Mapped[int] = reference("erp_stock.warehouse")
    warehouse: Mapped[Warehouse] = link("erp_stock.warehouse", key="warehouse_id")
    source_location_id: Mapped[int] = reference("erp_stock.location")
    source_location: Mapped[Location] = link("erp_stock.location", key="source_location_id")
    target_location_id: Mapped[int] = reference("erp_stock.location")
    target_location: Mapped[Location] = link("erp_stock.location", key="target_location_id")
    active: Mapped[bool] = mapped_column(default=True)

    __constraints__ = (UniqueConstraint("warehouse_id", "kind", "name", name="name_once"),)
