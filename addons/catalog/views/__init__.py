"""Screens of catalog."""

from addons.catalog.views.menus import MENUS
from addons.catalog.views.prices import PRICE_VIEWS
from addons.catalog.views.products import PRODUCT_VIEWS

VIEWS = (*PRODUCT_VIEWS, *PRICE_VIEWS)

__all__ = ["MENUS", "VIEWS"]
