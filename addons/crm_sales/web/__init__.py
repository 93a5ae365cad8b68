"""Pages of crm_sales that no declared view can draw."""

from addons.crm_sales.web.public_quotes import ROUTES

__all__ = ["ROUTES"]
