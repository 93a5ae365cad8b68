"""Who may do what with products, taxes and prices."""

from __future__ import annotations

from addons.catalog.models import (
    Category,
    PartyPriceList,
    PriceList,
    PriceRule,
    Product,
    ProductPurchaseTax,
    ProductSaleTax,
    Tax,
    Unit,
)
from core.api import Grant, Role, _

MODELS = (
    Unit,
    Tax,
    Category,
    Product,
    ProductSaleTax,
    ProductPurchaseTax,
    PriceList,
    PriceRule,
    PartyPriceList,
)

ROLES = (
    Role("base.user", grants=tuple(Grant(model, "r") for model in MODELS)),
    Role(
        "catalog.manager",
        _("Catalog: products and prices"),
        implies=("base.user",),
        grants=tuple(Grant(model, "crud") for model in MODELS),
        field_groups=("catalog.cost",),
    ),
)
