"""Customer invoices of this ERP, told to another CRM."""

from core.api import Wire

wire = Wire(needs=("erp_accounting",))
