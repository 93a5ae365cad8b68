"""Another CRM takes the orders, and this ERP fulfils them."""

from core.api import Wire

wire = Wire(needs=("erp_orders",))
