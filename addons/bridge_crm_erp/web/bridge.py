"""Show the bridge, and let an allowed person check, repair and catch up."""

from __future__ import annotations

from addons.bridge_crm_erp import jobs
from addons.bridge_crm_erp.queries import overview
from addons.bridge_crm_erp.services import catching_up, drift, outgoing
from core.api import Env, Page, Redirect, Request, _, action, page

LOOK, REPAIR = "bridge_crm_erp.user", "bridge_crm_erp.manager"


@page("/bridge", access=LOOK)
def show(env: Env, request: Request) -> Page:
    """The steps, the orders on their way, the last drift check and the last catch-up."""
    context = overview.of(
        env, only_waiting=request.query.get("show") == "waiting", before=request.query.integer("before") or 0
    )
    may_repair = env.access.everything or REPAIR in env.access.roles
    return Page("bridge_crm_erp/bridge.html", {**context, "may_repair": may_repair})


@action("/bridge/check", access=REPAIR)
def check(env: Env) -> Redirect:
    """Compare both sides now."""
    found = drift.run(env)
    number = len(found.differences)
    toast = _("{n} differences found.", n=number) if number else _("Both sides say the same.")
    return Redirect("/bridge", toast=toast)


@action("/bridge/repair/{kind:str}/{record_id:int}", access=REPAIR)
def repair(env: Env, kind: str, record_id: int) -> Redirect:
    """Recompute one figure that differs."""
    drift.repair(env, kind, record_id)
    return Redirect("/bridge", toast=_("Recomputed."))


@action("/bridge/catch-up", access=REPAIR)
def catch_up(env: Env) -> Redirect:
    """Link older orders and customers in the background."""
    run = catching_up.ask(env)
    env.defer(jobs.catch_up, run_id=run.id)
    return Redirect("/bridge", toast=_("The catch-up has begun; its report appears here."))


@action("/bridge/deliveries/{delivery_id:int}/replay", access=REPAIR)
def replay(env: Env, delivery_id: int) -> Redirect:
    """Tell another system once more."""
    outgoing.replay(env, delivery_id)
    return Redirect("/bridge", toast=_("It is told again."))


@action("/bridge/listeners/{webhook_id:int}/switch", access=REPAIR)
def switch(env: Env, webhook_id: int) -> Redirect:
    """Stop telling a system, or tell it everything that has waited."""
    listener = outgoing.switch(env, webhook_id)
    said = _("{name} goes on.", name=listener.name) if listener.active else None
    return Redirect("/bridge", toast=said or _("{name} is paused.", name=listener.name))


ROUTES = (show, check, repair, catch_up, replay, switch)
