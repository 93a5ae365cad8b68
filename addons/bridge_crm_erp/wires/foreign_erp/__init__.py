"""Another ERP fulfils the orders of this CRM."""

from core.api import Wire

wire = Wire(needs=("crm_sales",))
