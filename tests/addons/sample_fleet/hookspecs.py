"""Hooks the sample offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.api import hookspec

if TYPE_CHECKING:
    from core.api import Env
    from sample_fleet.models import Vehicle


@hookspec
def vehicle_retired(env: Env, vehicle: Vehicle) -> None:
    """React to a vehicle that has just been retired.

    When: once, inside the transaction that retired it, after flush.
    Return: ignored.
    Refuse: raise RuleBroken; the vehicle stays available.
    Since 0.1. Used by: sample_fleet_notes.
    """
