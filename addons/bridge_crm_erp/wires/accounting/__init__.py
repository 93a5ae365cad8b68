"""What a customer's invoices say of the customer."""

from core.api import Wire

wire = Wire(needs=("crm_sales", "erp_accounting"))
