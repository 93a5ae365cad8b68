"""Link what was there before the bridge: on demand, once, with a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.bridge_crm_erp.models import CatchUp
from addons.bridge_crm_erp.models.check import RunState
from core.api import RuleBroken, _

if TYPE_CHECKING:
    from core.api import Env


class AlreadyWaiting(RuleBroken):
    def __init__(self) -> None:
        super().__init__(
            _("A catch-up is already on its way."), hint=_("Its report appears here when it is done.")
        )


def pending(env: Env) -> dict[str, int]:
    """What a catch-up would do now: numbers of orders and customers."""
    total = {"orders": 0, "customers": 0}
    with env.system("preview of the catch-up") as system:
        for answer in env.hooks.bridge_pending(env=system):
            for name, number in answer.items():
                total[name] = total.get(name, 0) + number
    return total


def ask(env: Env) -> CatchUp:
    """Note that a catch-up is wanted; the caller defers the job that runs it."""
    model = env[CatchUp]
    if env.session.scalars(select(model.id).where(model.state == RunState.WAITING).limit(1)).first():
        raise AlreadyWaiting
    run = model(at=env.now(), user_id=env.user.id, state=RunState.WAITING, report=[])
    for name in ("found", "linked", "already", "refused", "customers"):
        setattr(run, name, 0)
    env.session.add(run)
    env.session.flush()
    return run


def run(env: Env, catch_up: CatchUp) -> CatchUp:
    """Do it, in an elevated Env: every wire links its own."""
    env.hooks.bridge_catch_up(env=env, run=catch_up)
    catch_up.state = RunState.DONE
    env.session.flush()
    return catch_up


def last(env: Env) -> CatchUp | None:
    """The latest report of the company."""
    model = env[CatchUp]
    mine = select(model).where(model.company_id == env.company_id)
    return env.session.scalars(mine.order_by(model.id.desc()).limit(1)).first()
