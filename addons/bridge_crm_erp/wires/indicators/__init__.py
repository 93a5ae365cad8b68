"""The figures that both teams answer for together."""

from core.api import Wire

wire = Wire(needs=("crm_sales", "erp_orders", "erp_stock", "erp_accounting"))
