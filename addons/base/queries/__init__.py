"""Reads for the screens of base."""
