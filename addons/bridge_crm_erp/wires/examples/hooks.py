"""Move the example orders along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.bridge_crm_erp.wires.examples import moving
from core.api import hookimpl

if TYPE_CHECKING:
    from core.api import Env


@hookimpl
def demo_data(env: Env) -> None:
    moving.along(env)
