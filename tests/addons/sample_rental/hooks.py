"""One menu, and one hook of the addon it needs."""

from __future__ import annotations

from core.api import Menu, hookimpl


@hookimpl
def declare_menus() -> list[Menu]:
    return [Menu("Vehicles to lend", view="sample_fleet.vehicle", icon="key")]


@hookimpl
def vehicle_retired() -> None:
    """Nothing is lent out in this sample."""
