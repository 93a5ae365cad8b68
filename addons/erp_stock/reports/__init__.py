"""Printed documents of erp_stock."""
