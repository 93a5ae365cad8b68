"""Wires of the sample."""
