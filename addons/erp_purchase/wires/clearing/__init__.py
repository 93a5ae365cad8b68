"""Purchase orders, stock and accounting: what was received and billed clears itself to the last cent."""

from core.api import Wire

wire = Wire(needs=("erp_stock", "erp_accounting"))
