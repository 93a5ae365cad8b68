"""What the wire does."""

from __future__ import annotations

from core.api import Model, hookimpl
from sample_fleet_notes.wires.fleet.models import NotedVehicle


@hookimpl
def declare_models() -> list[type[Model]]:
    return [NotedVehicle]


@hookimpl
def vehicle_retired(vehicle: NotedVehicle) -> None:
    vehicle.remark = "Retired"
