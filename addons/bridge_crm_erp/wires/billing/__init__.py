"""Invoices and payments of the ERP, brought back to the CRM order."""

from core.api import Wire

wire = Wire(needs=("crm_sales", "erp_orders", "erp_accounting"))
