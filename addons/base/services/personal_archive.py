"""Everything stored about a person, in one archive that people and programs can read."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, inspect, or_, select
from sqlalchemy.orm import undefer

from addons.base.models import File, Party, PartyKind
from addons.base.services import consents, identity
from addons.base.services.anonymising import ROLE, NotAPersonalRecord
from addons.base.services.merging import references
from core.api import NotAllowed, _, note_audit, settle_audit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from core.api import Env, Model

_UNSAFE = re.compile(r"[^\w.()-]+")
PASSED_OVER = frozenset({"base.party_merge"})
"""Records of how contacts were put together: numbers only."""
INNER = frozenset({"id", "version", "search_tokens", "created_at", "updated_at"})


def build(env: Env, party: Party) -> bytes:
    """The archive of one person, over all companies and enabled apps, as ZIP.

    A field that is hidden from whoever asks for the archive stays out of it: margins of a sale are the
    company's, not the person's. Leaves a line in the audit trail.
    """
    if not (env.access.everything or ROLE in env.access.roles):
        raise NotAllowed(
            _("You may not take out personal data."), hint=_("Ask whoever looks after personal data here.")
        )
    if party.kind != PartyKind.PERSON:
        raise NotAPersonalRecord(party)
    with env.system("take out the personal data of a person") as system:
        settle_audit(system)
        sections = collect(env, system, system.get(Party, party.id))
        files = list(_files(system, consents.one_person(system, party.id)))
    note_audit(env, "export", party, files=len(files))
    return _zip(env, party, sections, files)


def filename(party: Party) -> str:
    """Such as "personal-data-Jeanne-Martin.zip"."""
    return f"personal-data-{_UNSAFE.sub('-', party.name).strip('-')}.zip"


def collect(reader: Env, system: Env, party: Party) -> dict[str, Any]:
    """Section -> values: "base/person", one per model that refers to the person, and what addons add."""
    ids = consents.one_person(system, party.id)
    own = system.session.scalars(select(system[Party]).where(system[Party].id.in_(ids))).all()
    sections: dict[str, Any] = {"base/person": [_values(reader, record) for record in own]}
    for model, columns in _by_model(system):
        where = or_(*(getattr(model, column).in_(ids) for column in columns))
        rows = system.session.scalars(select(model).where(where).order_by(model.id)).all()
        if rows:
            sections[model.model_name.replace(".", "/")] = [_values(reader, row, nested=True) for row in rows]
    found = identity.of(system, party)
    if mail := _mail(reader, system, sorted(found.emails - found.shared)):
        sections["base/mail"] = mail
    if trail := _trail(reader, system, identity.audits_of(system, ids)):
        sections["base/changes"] = trail
    for given in system.hooks.collect_personal_data(env=system, party=party):
        sections.update(given)
    return sections


def _by_model(env: Env) -> Iterator[tuple[Any, list[str]]]:
    """The models that refer to a contact, with the columns by which they do."""
    found: dict[str, tuple[Any, list[str]]] = {}
    for model, column in references(env, every=True):
        if model.model_name not in PASSED_OVER and model.model_name != Party.model_name:
            found.setdefault(model.model_name, (model, []))[1].append(column)
    yield from (found[name] for name in sorted(found))


def _values(reader: Env, record: Model, *, nested: bool = False) -> dict[str, Any]:
    """The fields that the reader may see; linked records by name, lines of a document within it."""
    mapper = inspect(type(record))
    values: dict[str, Any] = {"id": record.id}
    for attribute in mapper.column_attrs:
        column = attribute.columns[0]
        described = column.info.get("about")
        hidden = attribute.key in INNER or (described is not None and described.internal)
        if hidden or column.foreign_keys or not reader.access.shows_field(type(record), attribute.key):
            continue
        value = getattr(record, attribute.key)
        if value not in (None, "", [], {}):
            values[attribute.key] = _plain(value)
    for link in mapper.relationships:
        if not link.uselist:
            column = next(iter(link.local_columns))
            if not reader.access.shows_field(type(record), column.name):
                continue
            linked = getattr(record, link.key)
            if linked is not None:
                values[link.key] = linked.display_name
        elif nested and link.cascade.delete_orphan:
            lines = [_values(reader, line) for line in getattr(record, link.key)]
            if lines:
                values[link.key] = lines
    return values


def _plain(value: Any) -> Any:
    match value:
        case Enum():
            return value.value
        case Decimal():
            return str(value)
        case datetime() | date():
            return value.isoformat()
        case dict() | list() | bool() | int() | str():
            return value
    return str(value)


def _mail(reader: Env, env: Env, emails: Sequence[str]) -> list[dict[str, Any]]:
    if not emails:
        return []
    mail = env.registry.model("core.mail")
    to = func.lower(func.array_to_string(mail.recipients, " "))
    where = or_(*(to.contains(email, autoescape=True) for email in emails))
    rows = env.session.scalars(select(mail).where(where).order_by(mail.id)).all()
    return [
        {
            "to": row.recipients,
            "subject": row.subject,
            "text": row.text,
            "status": row.status.value,
            "sent_at": row.sent_at.isoformat() if row.sent_at else None,
            "attachments": [attachment.name for attachment in row.attachments],
        }
        for row in rows
    ]


def _trail(reader: Env, env: Env, ids: Sequence[int]) -> list[dict[str, Any]]:
    audit = env.registry.model("core.audit")
    rows = env.session.scalars(select(audit).where(audit.id.in_(ids)).order_by(audit.id)).all()
    found = []
    for row in rows:
        if row.model not in env.registry.whole.models:
            continue
        model = env.registry.whole.model(row.model)
        shown = {
            name: change
            for name, change in (row.changes or {}).items()
            if change is not None and reader.access.shows_field(model, name) and not _internal(model, name)
        }
        if shown:
            entry = {"at": row.at.isoformat(), "what": row.action, "about": row.model, "changes": shown}
            found.append(entry)
    return found


def _internal(model: type[Any], name: str) -> bool:
    column = model.__table__.columns.get(name)
    described = None if column is None else column.info.get("about")
    return name in INNER or (described is not None and described.internal)


def _files(env: Env, ids: Sequence[int]) -> Iterator[tuple[str, bytes]]:
    file = env[File]
    query = select(file).where(_own_files(env, ids)).options(undefer(file.content)).order_by(file.id)
    rows = env.session.scalars(query)
    for row in rows:
        yield f"files/{row.id}-{_UNSAFE.sub('-', row.name)}", row.content


def count_files(env: Env, party: Party) -> int:
    """How many files go into the archive."""
    return len(
        env.session.scalars(
            select(env[File].id).where(_own_files(env, consents.one_person(env, party.id)))
        ).all()
    )


def _own_files(env: Env, ids: Sequence[int]) -> Any:
    file = env[File]
    return or_((file.model == Party.model_name) & file.record_id.in_(ids), file.party_id.in_(ids))


def _zip(env: Env, party: Party, sections: dict[str, Any], files: list[tuple[str, bytes]]) -> bytes:
    content = io.BytesIO()
    contents = [f"{name}.json" for name in sorted(sections)] + [name for name, _content in files]
    about = {
        "person": party.name,
        "workspace": env.workspace.title,
        "made_at": env.now().isoformat(timespec="seconds"),
        "made_by": env.user.name,
        "contents": contents,
    }
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("contents.json", _json(about))
        for name in sorted(sections):
            archive.writestr(f"{name}.json", _json(sections[name]))
        for name, bytes_ in files:
            archive.writestr(name, bytes_)
    return content.getvalue()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)
