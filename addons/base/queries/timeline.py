"""Read the timeline of a record, or everything about a party, page by page, newest first.

A message is shown only to who may read the record it is about: the session holds that, here as everywhere.
What is read here is reached from a record or a party that was checked: everybody's, not the reader's only.
Changes of fields are read from the audit trail and stand between the messages; they are written nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, tuple_

from addons.base.models import Message, MessageKind, Party
from addons.base.services.sentences import from_json
from core.api import FieldChange, Saved, Told, User, told_changes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement

    from core.api import Env, Model

PAGE = 30
_END = 0
"""In a cursor: every change was read."""


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
    changes: tuple[FieldChange, ...] = ()
    """Of an entry of kind "change": each field of one save."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, and where the next page begins ("" at the end)."""

    entries: tuple[Entry, ...]
    after: str


def of_record(env: Env, record: Model, *, after: str = "", limit: int = PAGE) -> Page:
    """The timeline of one record; the caller may read the record."""
    model = env[Message]
    about = (model.model == record.model_name) & (model.record_id == record.id)
    with env.following(record):
        return _page(env, about, (), after, limit, record)


def of_party(env: Env, party: Party, *, topic: str = "", after: str = "", limit: int = PAGE) -> Page:
    """Everything about a party and, for an organisation, its people: all apps on one timeline."""
    model, people = env[Message], env[Party]
    everyone = select(people.id).where((people.id == party.id) | (people.parent_id == party.id))
    topics = tuple(filter(None, topic.split(",")))
    with env.following():
        return _page(env, model.party_id.in_(everyone), topics, after, limit, None if topics else party)


def drawn(env: Env, rows: Iterable[Message]) -> Sequence[Entry]:
    """Messages found in another way, as entries."""
    return tuple(_entries(env, list(rows)))


def topics_of(env: Env, party: Party) -> Sequence[str]:
    """Which apps have written about a party: the filters worth offering."""
    model = env[Message]
    with env.following():
        return env.session.scalars(
            select(model.topic).where(model.party_id == party.id).distinct().order_by(model.topic)
        ).all()


@dataclass(frozen=True, slots=True)
class _Cursor:
    """How far both streams were read: messages by time and id, changes by id."""

    at: datetime | None = None
    message: int = 0
    change: int | None = None

    @classmethod
    def of(cls, after: str) -> _Cursor:
        """What an address carries; the beginning when it is not ours."""
        try:
            at, message, change = after.split(",")
            return cls(
                datetime.fromisoformat(at) if at else None, int(message), int(change) if change else None
            )
        except ValueError:
            return cls()

    def __str__(self) -> str:
        at = self.at.isoformat() if self.at else ""
        return f"{at},{self.message},{'' if self.change is None else self.change}"


def _page(
    env: Env,
    about: ColumnElement[bool],
    topics: tuple[str, ...],
    after: str,
    limit: int,
    record: Model | None,
) -> Page:
    """The newest of both streams; the changes are those of ``record``."""
    cursor = _Cursor.of(after)
    messages, read, more = _messages(env, about, topics, cursor, limit)
    told = Told((), None)
    if record is not None and cursor.change != _END:
        told = told_changes(env, record, before=cursor.change, limit=limit)
    changes = list(_changed(env, record, told.saves))
    entries = [*_entries(env, messages), *changes]
    entries.sort(key=lambda entry: (entry.at, entry.id), reverse=True)
    kept = entries[:limit]
    at, message = cursor.at, cursor.message
    said = [entry for entry in kept if entry.kind != MessageKind.CHANGE]
    if len(said) == len(messages):
        at, message = read
    elif said:
        at, message = said[-1].at, said[-1].id
    shown = [entry.id for entry in kept if entry.kind == MessageKind.CHANGE]
    change = shown[-1] if shown else cursor.change
    if len(shown) == len(changes):
        change = told.rest if told.rest is not None else _END
    if len(kept) == len(entries) and not more and change == _END:
        return Page(tuple(kept), "")
    return Page(tuple(kept), str(_Cursor(at, message, change)))


def _messages(
    env: Env, about: ColumnElement[bool], topics: tuple[str, ...], cursor: _Cursor, limit: int
) -> tuple[list[Message], tuple[datetime | None, int], bool]:
    """Messages the reader may see, how far was read for them, and whether there are more."""
    model = env[Message]
    query = select(model).where(about).order_by(model.at.desc(), model.id.desc())
    if topics:
        kinds = [MessageKind(topic) for topic in topics if topic in {kind.value for kind in MessageKind}]
        query = query.where(model.topic.in_(topics) | model.kind.in_(kinds))
    if cursor.at is not None:
        query = query.where(tuple_(model.at, model.id) < (cursor.at, cursor.message))
    rows = list(env.session.scalars(query.limit(limit + 1)))
    found = rows[:limit]
    read = (found[-1].at, found[-1].id) if found else (cursor.at, cursor.message)
    return found, read, len(rows) > limit


def _changed(env: Env, record: Model | None, saves: Sequence[Saved]) -> Iterable[Entry]:
    """Saves as entries. What a service said in words of its own about the status is not said again."""
    if record is None or not saves:
        return
    model = env[Message]
    requests = {save.request_id for save in saves if save.request_id}
    worded = set(
        env.session.scalars(
            select(model.request_id).where(
                model.model == record.model_name,
                model.record_id == record.id,
                model.kind == MessageKind.EVENT,
                model.request_id.in_(requests),
            )
        )
    )
    names = _authors(env, {save.user_id for save in saves if save.user_id})
    for save in saves:
        fields = tuple(one for one in save.fields if not (one.is_status and save.request_id in worded))
        if fields:
            yield Entry(
                id=save.id,
                kind=MessageKind.CHANGE,
                topic=record.model_name.partition(".")[0],
                tone="",
                text="",
                subject="",
                author=names.get(save.user_id or 0, ""),
                at=save.at,
                day=save.at.astimezone(env.tz).date(),
                url=url_of(record.model_name, record.id),
                record_name=record.display_name,
                changes=fields,
            )


def _authors(env: Env, ids: set[int]) -> dict[int, str]:
    if not ids:
        return {}
    user = env[User]
    rows = env.session.execute(select(user.id, user.name).where(user.id.in_(ids)))
    return {row.id: row.name for row in rows}


def _entries(env: Env, rows: Sequence[Message]) -> Iterable[Entry]:
    names = _authors(env, {row.author_id for row in rows if row.author_id})
    for row in rows:
        yield Entry(
            id=row.id,
            kind=row.kind,
            topic=row.topic,
            tone=row.tone,
            text=str(from_json(row.source, env.access.shows)) if row.source else row.body,
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
