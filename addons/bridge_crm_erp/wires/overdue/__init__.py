"""Invoices that have become overdue, told once each."""

from core.api import Wire

wire = Wire(needs=("erp_accounting",))
