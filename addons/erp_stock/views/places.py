"""Warehouses, locations and operation types: set up once."""

from __future__ import annotations

from typing import Any

from addons.erp_stock.models import DeliverySteps, Location, OperationType, ReceiptSteps, Warehouse
from addons.erp_stock.services import warehouses
from core.api import Action, Ask, Field, Form, List, Menu, Section, Smart, _

VIEWS: tuple[Any, ...] = (
    List(Warehouse, columns=("name", "code", "stock_location", "active"), default_sort="name"),
    Form(
        Warehouse,
        title="name",
        create=warehouses.create_warehouse,
        sections=(
            Section(
                "",
                ("name", Field("code", readonly=lambda w: w.id is not None)),
                (
                    Field("stock_location", readonly=True, required=False),
                    Field("delivery_steps", readonly=True),
                    Field("receipt_steps", readonly=True),
                    "preparation_days",
                    "active",
                ),
            ),
        ),
        deletable=False,
        actions=(
            Action(
                "choose_steps",
                service=warehouses.choose_steps,
                label=_("Choose the steps…"),
                icon="arrows-exchange",
                ask=(
                    Ask(
                        "delivery_steps",
                        _("Deliveries"),
                        kind="choice",
                        choices=tuple((step.value, step.label) for step in DeliverySteps),
                        default=lambda _env, w: w.delivery_steps.value,
                    ),
                    Ask(
                        "receipt_steps",
                        _("Receipts"),
                        kind="choice",
                        choices=tuple((step.value, step.label) for step in ReceiptSteps),
                        default=lambda _env, w: w.receipt_steps.value,
                    ),
                ),
                explain=_("What is planned already goes on as it was planned."),
            ),
        ),
        smart=(
            Smart(
                "operation_types",
                _("Operation types"),
                icon="arrows-exchange",
                target="erp_stock.operation_type",
                via="warehouse_id",
            ),
        ),
    ),
    List(
        Location,
        columns=("full_name", "kind", "barcode", "active"),
        filters=("kind", "parent", "active"),
        default_sort="full_name",
    ),
    Form(
        Location,
        title="full_name",
        create=warehouses.create_location,
        changed=warehouses.rename_location,
        deletable=False,
        sections=(
            Section(
                "",
                ("name", "parent"),
                (Field("kind", readonly=lambda location: location.id is not None), "barcode", "active"),
            ),
        ),
        smart=(
            Smart("quants", _("Stock"), icon="package", target="erp_stock.quant", via="location_id"),
            Smart("below", _("Places inside"), icon="list", target="erp_stock.location", via="parent_id"),
        ),
    ),
    List(
        OperationType,
        columns=("name", "kind", "warehouse", "source_location", "target_location", "active"),
        filters=("kind", "warehouse"),
        default_sort="name",
    ),
    Form(
        OperationType,
        title="name",
        sections=(
            Section(
                "",
                ("name", "kind", "warehouse"),
                ("source_location", "target_location", "active"),
            ),
        ),
    ),
)
MENUS = (
    Menu(
        _("Warehouses"), view="erp_stock.warehouse", icon="building-warehouse", group="settings", sequence=60
    ),
    Menu(_("Locations"), view="erp_stock.location", icon="map-pin", group="settings", sequence=61),
    Menu(
        _("Operation types"),
        view="erp_stock.operation_type",
        icon="arrows-exchange",
        group="settings",
        sequence=62,
    ),
)
