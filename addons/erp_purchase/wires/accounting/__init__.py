"""Purchase orders and accounting: bills from orders, matched with what was ordered and received."""

from core.api import Wire

wire = Wire(needs=("erp_accounting",))
