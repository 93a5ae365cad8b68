"""What catalog stores."""

from addons.catalog.models.price_list import (
    PartyPriceList,
    PricedParty,
    PriceList,
    PriceRule,
    one_in_each_company,
)
from addons.catalog.models.product import Category, Product, ProductKind, ProductPurchaseTax, ProductSaleTax
from addons.catalog.models.progress import Progress
from addons.catalog.models.tax import Tax, TaxCategory, TaxKind, TaxScope
from addons.catalog.models.unit import Unit, UnitCategory

__all__ = [
    "Category",
    "PartyPriceList",
    "PriceList",
    "PriceRule",
    "PricedParty",
    "Product",
    "ProductKind",
    "ProductPurchaseTax",
    "ProductSaleTax",
    "Progress",
    "Tax",
    "TaxCategory",
    "TaxKind",
    "TaxScope",
    "Unit",
    "UnitCategory",
    "one_in_each_company",
]
