"""Pages that no declared view can draw."""

from addons.erp_accounting.web import paying, reports

ROUTES = (*paying.ROUTES, *reports.ROUTES)

__all__ = ["ROUTES"]
