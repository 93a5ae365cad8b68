"""Read the timeline of a record, or everything about a party, page by page, newest first.

A message is shown only to who may read the record it is about: rules of records hold on the timeline too.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, tuple_

from addons.base.models import Message, MessageKind, Party
from addons.base.services.sentences import from_json
from core.api import User

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement

    from core.api import Env, Model

PAGE = 30
ROUNDS = 5
"""How many pages are read at most to fill one whose entries the reader may not see."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as drawn: who, what, when, and the record it leads to."""

    id: int
    kind: MessageKind
    topic: str
    tone: str
    text: str
    subject: str
    author: str
    at: datetime
    day: date
    url: str
    record_name: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, and where the next page begins ("" at the end)."""

    entries: tuple[Entry, ...]
    after: str


def of_record(env: Env, record: Model, *, after: str = "", limit: int = PAGE) -> Page:
    """The timeline of one record; the caller may read the record."""
    model = env[Message]
    return _page(env, (model.model == record.model_name) & (model.record_id == record.id), (), after, limit)


def of_party(env: Env, party: Party, *, topic: str = "", after: str = "", limit: int = PAGE) -> Page:
    """Everything about a party and, for an organisation, its people: all apps on one timeline."""
    model, people = env[Message], env[Party]
    everyone = select(people.id).where((people.id == party.id) | (people.parent_id == party.id))
    return _page(env, model.party_id.in_(everyone), tuple(filter(None, topic.split(","))), after, limit)


def drawn(env: Env, rows: Iterable[Message]) -> Sequence[Entry]:
    """Messages found in another way, without those the reader may not see."""
    return tuple(_entries(env, _readable(env, rows)))


def topics_of(env: Env, party: Party) -> Sequence[str]:
    """Which apps have written about a party: the filters worth offering."""
    model = env[Message]
    return env.session.scalars(
        select(model.topic).where(model.party_id == party.id).distinct().order_by(model.topic)
    ).all()


def _page(env: Env, about: ColumnElement[bool], topics: tuple[str, ...], after: str, limit: int) -> Page:
    model = env[Message]
    base = select(model).where(about).order_by(model.at.desc(), model.id.desc())
    if topics:
        kinds = [MessageKind(topic) for topic in topics if topic in {kind.value for kind in MessageKind}]
        base = base.where(model.topic.in_(topics) | model.kind.in_(kinds))
    found: list[Message] = []
    cursor = _cursor(after)
    more = True
    for _round in range(ROUNDS):
        query = base if cursor is None else base.where(tuple_(model.at, model.id) < cursor)
        rows = env.session.scalars(query.limit(limit + 1)).all()
        more = len(rows) > limit
        rows = rows[:limit]
        if rows:
            cursor = (rows[-1].at, rows[-1].id)
        found += _readable(env, rows)
        if len(found) >= limit or not more:
            break
    if len(found) > limit:
        found, more = found[:limit], True
        cursor = (found[-1].at, found[-1].id)
    return Page(
        tuple(_entries(env, found)), f"{cursor[0].isoformat()},{cursor[1]}" if more and cursor else ""
    )


def _cursor(after: str) -> tuple[datetime, int] | None:
    at, _comma, message_id = after.rpartition(",")
    try:
        return (datetime.fromisoformat(at), int(message_id)) if at else None
    except ValueError:
        return None


def _readable(env: Env, rows: Iterable[Message]) -> list[Message]:
    """Leave out what is about records the reader may not see, or of an app that is not enabled."""
    rows = list(rows)
    ids: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        ids[row.model].add(row.record_id)
    visible: dict[str, set[int]] = {}
    for name, wanted in ids.items():
        if name not in env.registry.models or not env.access.allows(name, "r"):
            visible[name] = set()
            continue
        model = env.registry.model(name)
        visible[name] = set(env.session.scalars(select(model.id).where(model.id.in_(wanted))))
    return [row for row in rows if row.record_id in visible[row.model]]


def _entries(env: Env, rows: Sequence[Message]) -> Iterable[Entry]:
    user = env[User]
    ids = {row.author_id for row in rows if row.author_id}
    names: dict[int, str] = {}
    if ids:
        names = {
            row.id: row.name
            for row in env.session.execute(select(user.id, user.name).where(user.id.in_(ids)))
        }
    for row in rows:
        yield Entry(
            id=row.id,
            kind=row.kind,
            topic=row.topic,
            tone=row.tone,
            text=str(from_json(row.source)) if row.source else row.body,
            subject=row.subject or "",
            author=names.get(row.author_id or 0, ""),
            at=row.at,
            day=row.at.astimezone(env.tz).date(),
            url=url_of(row.model, row.record_id),
            record_name=row.record_name,
        )


def url_of(model: str, record_id: Any) -> str:
    """The address of a record's page."""
    addon, _dot, name = model.partition(".")
    return f"/app/{addon}/{name}/{record_id}"
