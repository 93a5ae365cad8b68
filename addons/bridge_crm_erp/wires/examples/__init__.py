"""Example orders on their way, where everything is enabled: some delivered, some invoiced, some paid."""

from core.api import Wire

wire = Wire(needs=("crm_sales", "erp_orders", "erp_stock", "erp_accounting"))
