"""Each night, what fell due the days before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.bridge_crm_erp.wires.overdue import telling
from core.api import hookimpl

if TYPE_CHECKING:
    from core.api import Env


@hookimpl
def bridge_refresh(env: Env) -> None:
    telling.tell(env)
