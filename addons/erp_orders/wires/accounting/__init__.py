"""Customer orders and accounting: invoices from orders, progress from posted invoices, the credit limit from
what is open."""

from core.api import Wire

wire = Wire(needs=("erp_accounting",))
