"""Let another system own fields of contacts, and take in what it delivers."""

from __future__ import annotations

import csv
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from addons.base.models import ExternalId, ExternalSystem, OwnedField, OwnedWhere, Party, PartyKind
from addons.base.models.keys import email_key
from addons.base.models.master_data import OWNABLE, WRITING_FOR, writes_for
from addons.base.services import parties
from addons.base.services.anonymising import digest
from core.api import CoreError, Invalid, NotAllowed, _, uploads

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from core.api import Env

DELIVERED = (*OWNABLE, "kind")
FLAGS = {"is_customer", "is_supplier"}
YES = {"1", "true", "yes", "oui", "x", "vrai"}
NUMBER_COLUMN = "external_id"
MAX_ROWS = 20_000


@dataclass(slots=True)
class Received:
    """What became of a delivery."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    erased: int = 0
    """Contacts that were made anonymous here: they do not come back."""
    refused: list[tuple[int, str, str]] = field(default_factory=list)
    """(row from 1, number there, sentence)"""


def save_system(
    env: Env,
    system: ExternalSystem | None,
    *,
    name: str,
    fields: Iterable[str],
    scope: OwnedWhere = OwnedWhere.ALL,
    token_id: int | None = None,
    url: str = "",
) -> ExternalSystem:
    """Write a system and the fields it owns; a field that another system owns is refused."""
    _may(env)
    wanted = set(fields)
    _check(env, system, name.strip(), wanted, url.strip())
    if system is None:
        system = env.add(ExternalSystem, name=name.strip())
    system.name, system.scope, system.token_id, system.url = (
        name.strip(),
        scope,
        token_id,
        url.strip() or None,
    )
    owned = {row.field: row for row in system.fields}
    for gone in owned.keys() - wanted:
        system.fields.remove(owned[gone])
    for new in sorted(wanted - owned.keys()):
        system.fields.append(env[OwnedField](field=new))
    env.session.flush()
    env.cache.pop("base.owners", None)
    return system


def _check(env: Env, system: ExternalSystem | None, name: str, fields: set[str], url: str) -> None:
    model, owned = env[ExternalSystem], env[OwnedField]
    own_id = system.id if system else 0
    wrong: dict[str, str] = {}
    if not name:
        wrong["name"] = _("Give the system a name.")
    elif env.session.scalar(select(model.id).where(model.name == name, model.id != own_id)):
        wrong["name"] = _("There is already a system of this name.")
    if unknown := fields - OWNABLE.keys():
        wrong["fields"] = _("{field} is not a field of contacts.", field=min(unknown))
    taken = env.session.execute(
        select(owned.field, model.name)
        .join(model, model.id == owned.system_id)
        .where(owned.field.in_(fields), owned.system_id != own_id)
        .order_by(owned.field)
    ).first()
    if taken:
        wrong["fields"] = _('"{field}" is owned by {system}.', field=OWNABLE[taken[0]], system=taken[1])
    if url and not (url.startswith(("https://", "http://")) and "{id}" in url):
        wrong["url"] = _("Write an address such as https://cdp.example.com/people/{id}.")
    if wrong:
        raise Invalid(fields=wrong)


def remove_system(env: Env, system: ExternalSystem) -> None:
    """Forget a system: its fields are ours again, its numbers go."""
    _may(env)
    env.session.delete(system)
    env.session.flush()
    env.cache.pop("base.owners", None)


def _may(env: Env) -> None:
    if not env.access.everything:
        raise NotAllowed(
            _("Only an administrator decides who owns which field."), hint=_("Ask an administrator.")
        )


@contextmanager
def writing_for(env: Env, system: ExternalSystem) -> Iterator[None]:
    """What is written within comes from the system. For its own token, and for administrators."""
    if not (env.access.everything or writes_for(env, system)):
        raise NotAllowed(
            _("Only {system} itself delivers its data.", system=system.name),
            hint=_("Use its API token, or ask an administrator to import the file."),
        )
    before = env.cache.get(WRITING_FOR)
    env.cache[WRITING_FOR] = system.id
    try:
        yield
        env.session.flush()
    finally:
        env.cache[WRITING_FOR] = before


def numbers_of(env: Env, party: Party) -> Sequence[ExternalId]:
    """The numbers other systems know a contact by."""
    model = env[ExternalId]
    return env.session.scalars(select(model).where(model.party_id == party.id).order_by(model.id)).all()


def receive(env: Env, system: ExternalSystem, rows: Iterable[tuple[str, Mapping[str, Any]]]) -> Received:
    """Take in a delivery: (number there, field -> value). Contacts are found by number, else by e-mail.

    A row that is refused is reported and changes nothing; the others are taken in.
    """
    received = Received()
    with writing_for(env, system):
        for place, (number, values) in enumerate(rows, 1):
            try:
                with env.session.begin_nested():
                    _receive_one(env, system, number.strip(), dict(values), received)
            except CoreError as error:
                received.refused.append((place, number, str(error)))
    return received


def _receive_one(
    env: Env, system: ExternalSystem, number: str, values: dict[str, Any], received: Received
) -> None:
    if not number:
        raise Invalid(_("The number in {system} is missing.", system=system.name))
    if unknown := sorted(values.keys() - set(DELIVERED)):
        raise Invalid(_("{field} is not a field of contacts.", field=unknown[0]))
    model = env[ExternalId]
    known = env.session.scalars(
        select(model).where(model.system_id == system.id, model.external_id.in_((number, digest(number))))
    ).first()
    if known is not None and known.external_id != number:
        received.erased += 1
        return
    parties.check(env, values)
    party = known.party if known else _same_person(env, values)
    if party is None:
        party = parties.create(env, values)
        received.created += 1
    else:
        changed = {name: value for name, value in values.items() if getattr(party, name) != value}
        for name, value in changed.items():
            setattr(party, name, value)
        received.updated += bool(changed)
        received.unchanged += not changed
    if known is None:
        known = env[ExternalId](party_id=party.id, system_id=system.id, external_id=number)
        env.session.add(known)
    known.state, known.seen_at = values, env.now()
    env.session.flush()


def _same_person(env: Env, values: Mapping[str, Any]) -> Party | None:
    """The only active contact with the same e-mail address."""
    key = email_key(values.get("email"))
    if key is None:
        return None
    model = env[Party]
    where = (model.email_key == key, model.active, model.merged_into_id.is_(None))
    found = env.session.scalars(select(model).where(*where).limit(2)).all()
    return found[0] if len(found) == 1 else None


def read_csv(content: bytes) -> list[tuple[str, dict[str, Any]]]:
    """The rows of a file with a heading: external_id, and names of fields. Comma, semicolon or tab."""
    uploads.check_size(content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(
            fields={"file": _("The file is not in UTF-8. Save it as “CSV UTF-8”.")},
        ) from error
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    try:
        first, *others = uploads.rows_of(text, delimiter, MAX_ROWS)
    except (csv.Error, ValueError) as error:
        raise Invalid(fields={"file": _("The file cannot be read as a table.")}) from error
    names = [name.strip() for name in first]
    if NUMBER_COLUMN not in names:
        raise Invalid(fields={"file": _("The heading needs a column {name}.", name=NUMBER_COLUMN)})
    if unknown := sorted(set(names) - {NUMBER_COLUMN, *DELIVERED}):
        known = ", ".join(DELIVERED)
        raise Invalid(
            fields={
                "file": _("The column {name} is unknown. Known are {known}.", name=unknown[0], known=known)
            }
        )
    rows: list[tuple[str, dict[str, Any]]] = []
    for row in others:
        values = {
            name: value.strip() for name, value in zip_longest(names, row[: len(names)], fillvalue="") if name
        }
        number = values.pop(NUMBER_COLUMN)
        rows.append((number, {name: _typed(name, value) for name, value in values.items()}))
    return rows


def _typed(name: str, value: str) -> Any:
    if name in FLAGS:
        return value.casefold() in YES
    if name == "kind":
        try:
            return PartyKind(value.casefold()) if value else PartyKind.ORGANISATION
        except ValueError as error:
            raise Invalid(fields={"file": _("A kind is organisation or person.")}) from error
    return value or None
