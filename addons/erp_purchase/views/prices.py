"""The list and the page of vendors' prices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.erp_purchase.models import VendorPrice
from core.api import Column, Field, Form, List, Preset, Section, _

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from addons.base.models import Party
    from addons.catalog.models import Unit
    from core.api import Env


def suppliers(_env: Env, _record: Any, party: type[Party]) -> ColumnElement[bool]:
    """Only vendors are offered."""
    return party.is_supplier.is_(True)


def _same_kind(_env: Env, price: VendorPrice, unit: type[Unit]) -> ColumnElement[bool]:
    product = price.product
    return unit.category == product.unit.category if product is not None else unit.active.is_(True)


VIEWS: tuple[Any, ...] = (
    List(
        VendorPrice,
        columns=(
            "product",
            "party",
            "vendor_code",
            "min_quantity",
            Column("unit", hidden=True),
            "price",
            "discount",
            "currency",
            Column("lead_days", label=_("Lead time, days")),
            "start_on",
            "end_on",
        ),
        filters=("product", "party", "currency", "end_on"),
        default_sort="product",
        presets=(
            Preset("by_product", _("By product"), group_by=("product",)),
            Preset("by_vendor", _("By vendor"), group_by=("party",)),
            Preset("ended", _("Ended"), filters=("end_on:..yesterday",)),
        ),
        empty=_("Write down what your vendors ask for, or import their price lists."),
    ),
    Form(
        VendorPrice,
        title="title",
        sections=(
            Section(
                "",
                (Field("party", options=suppliers), "product", "vendor_code", "vendor_name"),
                (
                    "min_quantity",
                    Field("unit", options=_same_kind, placeholder=_("The product's own unit")),
                    "price",
                    "discount",
                    Field("currency", required=False),
                    "lead_days",
                    "start_on",
                    "end_on",
                ),
            ),
        ),
    ),
)
