"""What the Bridge page shows of an order on its way from the customer's yes to the payment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from addons.bridge_crm_erp.models import Effect, EffectState, Event

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from core.api import Env

DAYS = 30


@dataclass(frozen=True, slots=True)
class Stop:
    """One step of one order. ``state``: ok (done), run (under way), late, bad or no (waits)."""

    state: str
    text: str


@dataclass(frozen=True, slots=True)
class Journey:
    """One order, and how far each step is."""

    id: int
    number: str
    url: str
    customer: str
    delivery: Stop
    invoice: Stop
    payment: Stop
    status: Stop


@dataclass(frozen=True, slots=True)
class Proof:
    """The last effects of an order: what did it, and when."""

    events: Mapping[Event, Effect] = field(default_factory=dict)

    def name(self, event: Event) -> str:
        """The document behind an event, or nothing."""
        found = self.events.get(event)
        return found.source_name if found else ""


def counts(env: Env) -> dict[Event, int]:
    """How often each event had its effect in the last thirty days."""
    effect = env[Effect]
    rows = env.session.execute(
        select(effect.event, func.count())
        .where(
            effect.at >= env.now() - timedelta(days=DAYS),
            effect.company_id == env.company_id,
            effect.state == EffectState.DONE,
        )
        .group_by(effect.event)
    )
    return {event: number for event, number in rows}  # noqa: C416  # a Row is typed better apart


def proofs(env: Env, model_name: str, ids: Iterable[int]) -> dict[int, Proof]:
    """The last effect of each event on these records, in one statement."""
    effect = env[Effect]
    found: dict[int, dict[Event, Effect]] = {}
    query = (
        select(effect)
        .where(effect.target_model == model_name, effect.target_id.in_(list(ids)))
        .order_by(effect.id)
    )
    for row in env.session.scalars(query):
        found.setdefault(row.target_id or 0, {})[row.event] = row
    return {id_: Proof(events) for id_, events in found.items()}


def waiting(env: Env) -> dict[str, int]:
    """How many orders wait, over all wires."""
    total: dict[str, int] = {}
    for answer in env.hooks.bridge_waiting(env=env):
        for name, number in answer.items():
            total[name] = total.get(name, 0) + number
    return total


def journeys(env: Env, *, only_waiting: bool, before: int, limit: int) -> list[Journey]:
    """Orders on their way, over all wires, the newest first."""
    answers = env.hooks.bridge_journeys(env=env, waiting=only_waiting, before=before, limit=limit)
    found = [journey for answer in answers for journey in answer]
    return sorted(found, key=lambda journey: -journey.id)[:limit]
