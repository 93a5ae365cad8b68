"""Notice what changes in a transaction and write one delivery per event and webhook, in that transaction."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from fnmatch import fnmatchcase
from threading import Lock
from typing import TYPE_CHECKING, Any

from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import insert, inspect, select

from core.orm.model import Model
from core.orm.session import EnvSession
from core.security.guard import company_of
from core.webhooks.models import Webhook, WebhookDelivery

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sqlalchemy.orm import Session, UOWTransaction

    from core.env import Env
    from core.registry.compose import Registry

KNOWN_SECONDS = 5.0
"""A new webhook is heard of in every process after so long."""
_UNSEEN = frozenset({"version", "updated_at", "created_at", "search_tokens"})


@dataclass(frozen=True, slots=True)
class _Listener:
    id: int
    patterns: tuple[str, ...]

    def wants(self, event: str) -> bool:
        return any(fnmatchcase(event, pattern) for pattern in self.patterns)


_known: OrderedDict[str, tuple[float, tuple[_Listener, ...]]] = OrderedDict()
_lock = Lock()


def events_of(registry: Registry) -> Mapping[str, str]:
    """Name -> label of the events that the enabled addons tell beside created, changed and deleted."""
    return registry.memo("events", _collect)


def _collect(registry: Registry) -> Mapping[str, str]:
    found: dict[str, str] = {}
    units: dict[str, str] = {}
    for unit, (name, label) in registry.declared("declare_events"):
        if name in found:
            raise registry.discovered.twice(f"the event {name}", units[name], unit)
        found[name], units[name] = label, unit
    return found


def forget(env: Env) -> None:
    """Read the workspace's webhooks again at its next event."""
    with _lock:
        _known.pop(env.workspace.schema, None)


def listeners(env: Env) -> tuple[_Listener, ...]:
    """Return the active webhooks of the workspace."""
    key, now = env.workspace.schema, time.monotonic()
    with _lock:
        found = _known.get(key)
        if found and now - found[0] < KNOWN_SECONDS:
            return found[1]
    table: Any = env.registry[Webhook].__table__  # type: ignore[attr-defined]  # a composed class has its table
    rows = env.scope.connection.execute(select(table.c.id, table.c.events).where(table.c.active))
    fresh = tuple(_Listener(row.id, tuple(row.events)) for row in rows)
    with _lock:
        _known[key] = (now, fresh)
        while len(_known) > 1000:
            _known.popitem(last=False)
    return fresh


def emit(env: Env, event: str, record: Model, *, fields: Iterable[str] = ()) -> int:
    """Tell the webhooks that want it of an event of a record; return how many will hear of it."""
    company_id = company_of(env, record)
    payload = {
        "event": event,
        "model": record.model_name,
        "id": record.id,
        "fields": sorted(fields),
        "company_id": company_id,
        "at": env.now().isoformat(),
    }
    wanting = [listener.id for listener in listeners(env) if listener.wants(event)]
    if not wanting:
        return 0
    from core.webhooks.delivery import start  # what it defers listens here

    table: Any = env.registry[WebhookDelivery].__table__  # type: ignore[attr-defined]  # a composed class has its table
    rows = [
        {
            "webhook_id": webhook_id,
            "event": event,
            "record_model": record.model_name,
            "record_id": record.id,
            "payload": payload,
            "company_id": company_id,
        }
        for webhook_id in wanting
    ]
    made = insert(table).returning(table.c.id, table.c.webhook_id)
    for row in env.scope.connection.execute(made, rows).all():
        start(env, row.id, row.webhook_id)
    return len(wanting)


def notice(session: Session, flush_context: UOWTransaction) -> None:
    """After each flush, tell of records created, changed and deleted."""
    assert isinstance(session, EnvSession)  # noqa: S101 - it is registered for that class; narrows the type
    if not listeners(session.env):
        return
    for verb, record, fields in _changes(session):
        if not record.model_name.startswith("core."):
            emit(session.env, f"{record.model_name}.{verb}", record, fields=fields)


def _changes(session: Session) -> Iterator[tuple[str, Model, list[str]]]:
    for record in session.new:
        if isinstance(record, Model):
            yield "created", record, []
    for record in session.dirty:
        if isinstance(record, Model):
            columns = inspect(record).mapper.column_attrs.keys()
            state = inspect(record).attrs
            changed = [n for n in columns if n not in _UNSEEN and state[n].history.has_changes()]
            if changed:
                yield "updated", record, changed
    for record in session.deleted:
        if isinstance(record, Model):
            yield "deleted", record, []


sqlalchemy_event.listen(EnvSession, "after_flush", notice)
