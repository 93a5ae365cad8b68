"""Pages that no declared view can draw."""

from addons.erp_stock.web import reports, scans

ROUTES = (*reports.ROUTES, *scans.ROUTES)
