"""Orders of another CRM in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.bridge_crm_erp.wires.foreign_crm import receiving
from addons.bridge_crm_erp.wires.foreign_crm.models import ForeignOrderLine
from core.api import hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from addons.base.models import ExternalSystem
    from addons.bridge_crm_erp.services.drift import Comparison
    from addons.bridge_crm_erp.services.messages import Message, Taken
    from core.api import Env, Model


@hookimpl
def declare_models() -> Sequence[type[Model]]:
    return (ForeignOrderLine,)


@hookimpl
def bridge_receive(env: Env, system: ExternalSystem, message: Message) -> Taken | None:
    return receiving.receive(env, system, message)


@hookimpl
def bridge_compare(env: Env) -> Iterable[Comparison]:
    return receiving.compare(env)
