"""What the sample implements."""

from __future__ import annotations

from sample_fleet.models import FleetCompany, Trip, Vehicle

from core.api import hookimpl


@hookimpl
def declare_models():
    return [Vehicle, Trip, FleetCompany]


@hookimpl
def seed_data(env):
    if not env.session.query(env[Vehicle]).count():
        env.add(Vehicle, plate="POOL-1", model="Shared")
