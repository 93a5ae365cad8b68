"""Pages that no declared view can draw."""

from addons.erp_accounting.web import closing, paying, reports

ROUTES = (*closing.ROUTES, *paying.ROUTES, *reports.ROUTES)

__all__ = ["ROUTES"]
