"""Deliveries and returns of the ERP, told on the CRM order."""

from core.api import Wire

wire = Wire(needs=("crm_sales", "erp_orders", "erp_stock"))
