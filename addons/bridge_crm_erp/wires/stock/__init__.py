"""Stock, seen while selling: what can be promised, and when."""

from core.api import Wire

wire = Wire(needs=("crm_sales", "erp_stock"))
