"""Purchase orders and stock: the receipt of an order, its progress, and orders for what stock asks for."""

from core.api import Wire

wire = Wire(needs=("erp_stock",))
