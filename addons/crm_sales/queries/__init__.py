"""Reads for the screens of crm_sales."""
