"""Joins where the fleet is enabled."""

from core.api import Wire

wire = Wire(needs=("sample_fleet",))
