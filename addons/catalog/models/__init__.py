"""What catalog stores."""

from addons.catalog.models.price_list import PricedParty, PriceList, PriceRule
from addons.catalog.models.product import Category, Product, ProductKind, ProductPurchaseTax, ProductSaleTax
from addons.catalog.models.progress import Progress
from addons.catalog.models.tax import Tax, TaxCategory, TaxKind, TaxScope
from addons.catalog.models.unit import Unit, UnitCategory

__all__ = [
    "Category",
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
]
