"""CRM orders and ERP orders: one is the promise, the other the demand to fulfil; they live and die
together."""

from core.api import Wire

wire = Wire(needs=("crm_sales", "erp_orders"))
