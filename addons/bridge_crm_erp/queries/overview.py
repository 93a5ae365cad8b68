"""Everything the Bridge page shows, read once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from addons.bridge_crm_erp.models import Effect, EffectState, Event
from addons.bridge_crm_erp.services import catching_up, drift, journeys, outgoing
from core.api import _, ngettext

if TYPE_CHECKING:
    from core.api import Env

LIMIT = 20


@dataclass(frozen=True, slots=True)
class Step:
    """One box of the flow. ``tone``: "" (quiet), ok, warn or bad."""

    icon: str
    side: str
    name: str
    number: int
    note: str
    tone: str


def of(env: Env, *, only_waiting: bool, before: int) -> dict[str, Any]:
    """The page's context; figures of the whole company, so read elevated once the page let the person in."""
    with env.system("figures of the Bridge page") as system:
        counted, waits = journeys.counts(system), journeys.waiting(system)
        rows = journeys.journeys(system, only_waiting=only_waiting, before=before, limit=LIMIT + 1)
        pending = catching_up.pending(system)
        open_effects = _to_repair(system)
        check, run = drift.last(system), catching_up.last(system)
        return {
            "steps": _steps(env, counted, waits, pending),
            "journeys": rows[:LIMIT],
            "more": rows[LIMIT - 1].id if len(rows) > LIMIT else 0,
            "only_waiting": only_waiting,
            "all_count": waits.get("orders", 0),
            "waiting_count": max(waits.get("unpaid", 0), waits.get("uninvoiced", 0)),
            "effects": open_effects,
            "listeners": outgoing.listeners(system),
            "events": dict(outgoing.events()),
            "untold": list(outgoing.unfinished(system, limit=LIMIT)),
            "check": _check(check),
            "run": _run(run),
            "pending": pending,
        }


def _steps(env: Env, counted: dict[Event, int], waits: dict[str, int], pending: dict[str, int]) -> list[Step]:
    crm, erp = _("CRM"), _("ERP")
    missing = pending.get("orders", 0)
    mirrored = (
        (ngettext("{n} not in the ERP yet", "{n} not in the ERP yet", missing, n=missing), "warn")
        if missing
        else (_("All mirrored in the ERP"), "")
    )
    steps = [
        Step("file-invoice", crm, _("Order confirmed"), counted.get(Event.ORDER_CONFIRMED, 0), *mirrored)
    ]
    if "erp_stock" in env.registry.enabled:
        note = _waits(waits.get("undelivered", 0))
        steps.append(Step("truck-delivery", erp, _("Delivery"), counted.get(Event.DELIVERED, 0), *note))
    if "erp_accounting" in env.registry.enabled:
        note = _waits(waits.get("uninvoiced", 0))
        steps.append(Step("receipt", erp, _("Invoice"), counted.get(Event.INVOICED, 0), *note))
        late = waits.get("late", 0)
        paid = (
            (ngettext("{n} overdue", "{n} overdue", late, n=late), "warn")
            if late
            else (_("Nothing overdue"), "ok")
        )
        steps.append(Step("coin", erp, _("Payment"), counted.get(Event.PAID, 0), *paid))
        behind = pending.get("customers", 0)
        status = (
            (ngettext("{n} to bring up to date", "{n} to bring up to date", behind, n=behind), "warn")
            if behind
            else (_("All up to date"), "ok")
        )
        changes = counted.get(Event.INVOICED, 0) + counted.get(Event.PAID, 0) + counted.get(Event.CREDITED, 0)
        steps.append(Step("user", crm, _("Customer status"), changes, *status))
    return steps


def _waits(number: int) -> tuple[str, str]:
    if not number:
        return _("Nothing waits"), "ok"
    return ngettext("{n} order waits", "{n} orders wait", number, n=number), ""


def _to_repair(env: Env) -> list[Effect]:
    effect = env[Effect]
    query = (
        select(effect)
        .where(
            effect.company_id == env.company_id,
            effect.state.in_((EffectState.WAITING, EffectState.FAILED)),
        )
        .order_by(effect.id.desc())
        .limit(LIMIT)
    )
    return list(env.session.scalars(query))


def _check(check: Any) -> dict[str, Any] | None:
    if check is None:
        return None
    labels = {
        "customers": _("Customers"),
        "orders": _("Orders"),
        "progress": _("Progress figures"),
        "amounts": _("Invoiced amounts"),
        "foreign_orders": _("Orders of another CRM"),
    }
    differing: dict[str, int] = {}
    for difference in check.differences:
        differing[difference["kind"]] = differing.get(difference["kind"], 0) + 1
    lines = [
        (labels.get(kind, kind), number, differing.get(kind, 0))
        for kind, number in sorted(check.compared.items())
    ]
    return {
        "at": check.at,
        "lines": lines,
        "differences": check.differences[:10],
        "total": len(check.differences),
    }


def _run(run: Any) -> dict[str, Any] | None:
    if run is None:
        return None
    total = max(run.linked + run.already + run.refused, 1)
    parts = (100 * run.linked / total, 100 * run.already / total, 100 * run.refused / total)
    return {
        "at": run.at,
        "state": run.state,
        "found": run.found,
        "linked": run.linked,
        "already": run.already,
        "refused": run.refused,
        "customers": run.customers,
        "report": run.report[:10],
        "parts": parts,
    }
