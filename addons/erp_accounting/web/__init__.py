"""Pages that no declared view can draw."""

from addons.erp_accounting.web.reports import ROUTES

__all__ = ["ROUTES"]
