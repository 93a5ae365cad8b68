"""What the sample implements."""

from __future__ import annotations

from core.api import Env, Model, hookimpl
from sample_fleet.models import FleetCompany, Trip, Vehicle


@hookimpl
def declare_models() -> list[type[Model]]:
    return [Vehicle, Trip, FleetCompany]


@hookimpl
def seed_data(env: Env) -> None:
    if not env.session.query(env[Vehicle]).count():
        env.add(Vehicle, plate="POOL-1", model="Shared")
