"""Customer orders and stock: confirming plans and reserves the delivery, moves give the progress back."""

from core.api import Wire

wire = Wire(needs=("erp_stock",))
