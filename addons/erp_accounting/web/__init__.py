"""Pages that no declared view can draw."""

from addons.erp_accounting.web import (
    bank,
    batches,
    bill_import,
    closing,
    einvoices,
    integrity,
    paying,
    reminders,
    reports,
    vat,
)

ROUTES = (
    *bank.ROUTES,
    *batches.ROUTES,
    *bill_import.ROUTES,
    *closing.ROUTES,
    *einvoices.ROUTES,
    *integrity.ROUTES,
    *paying.ROUTES,
    *reminders.ROUTES,
    *reports.ROUTES,
    *vat.ROUTES,
)

__all__ = ["ROUTES"]
