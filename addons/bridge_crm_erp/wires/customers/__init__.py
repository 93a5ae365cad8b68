"""What invoices say of a customer, whichever ERP they come from."""

from core.api import Wire

wire = Wire(needs=("crm_sales",))
