"""What the wire does."""

from __future__ import annotations

from sample_fleet_notes.wires.fleet.models import NotedVehicle

from core.api import hookimpl


@hookimpl
def declare_models():
    return [NotedVehicle]


@hookimpl
def vehicle_retired(vehicle):
    vehicle.remark = "Retired"
