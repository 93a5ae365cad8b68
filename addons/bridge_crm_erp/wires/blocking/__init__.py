"""Customers whose orders are blocked are shown as such."""

from core.api import Wire

wire = Wire(needs=("crm_sales", "erp_orders"))
