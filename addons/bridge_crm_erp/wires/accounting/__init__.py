"""Invoices of this ERP, for what the CRM says of its customers."""

from core.api import Wire

wire = Wire(needs=("crm_sales", "erp_accounting"))
