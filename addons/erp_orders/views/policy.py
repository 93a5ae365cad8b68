"""The page of the customer order rules, and what a product says of them."""

from __future__ import annotations

from typing import Any

from addons.catalog.models import Product
from addons.erp_orders.models import Policy
from core.api import Field, Form, FormExtension, List, Menu, Section, _

VIEWS: tuple[Any, ...] = (
    List(Policy, columns=("over_delivery",), create=False),
    Form(
        Policy,
        title="title",
        deletable=False,
        sections=(Section(_("Deliveries"), ("over_delivery",)),),
    ),
    FormExtension(
        Product, fields=(Field("over_delivery", after="sale_price", visible=lambda p: p.is_goods),)
    ),
)
MENUS = (
    Menu(
        _("Customer order rules"),
        view="/customer-orders/rules",
        icon="checklist",
        group="settings",
        sequence=63,
        role="erp_orders.manager",
    ),
)
