"""Pages that no declared view can draw."""

from addons.erp_accounting.web import closing, einvoices, paying, reports

ROUTES = (*closing.ROUTES, *einvoices.ROUTES, *paying.ROUTES, *reports.ROUTES)

__all__ = ["ROUTES"]
