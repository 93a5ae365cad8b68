"""Reads for the screens of catalog."""
