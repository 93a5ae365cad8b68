"""Find parties that may be the same (crm.md, definition 6). Nothing is ever merged automatically."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jellyfish
from sqlalchemy import ARRAY, String, any_, bindparam, or_, select, union_all

from addons.base.models import ContactPoint, Party, PartyKind
from addons.base.models.keys import email_key, phone_key
from core.api import Choice, _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.api import Env

SIMILAR = 0.95
BLOCK = 4
"""Names are compared when their keys begin with the same letters."""
MAX_COMPARED = 500


class Strength(Choice):
    CERTAIN = "certain", _("Certain"), "bad"
    STRONG = "strong", _("Likely"), "warn"
    POSSIBLE = "possible", _("Possible")


@dataclass(frozen=True, slots=True)
class Match:
    """A party that may be the same as another, and why."""

    party: Party
    strength: Strength
    reason: str


def of(env: Env, party: Party, *, limit: int = 10) -> list[Match]:
    """The likely duplicates of a party that is written, the most certain first."""
    ranks = _by_name(env, party) | _by_keys(env, party)
    if not ranks:
        return []
    certain_first = sorted(ranks, key=lambda found: (list(Strength).index(ranks[found][0]), found))[:limit]
    model = env[Party]
    found = {row.id: row for row in env.session.scalars(select(model).where(model.id.in_(certain_first)))}
    return [Match(found[found_id], *ranks[found_id]) for found_id in certain_first if found_id in found]


def among(env: Env, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """For each row of columns the sentence that says who has the same e-mail or phone number already.

    That may be a party that is there or an earlier row; empty when it is nobody. Three statements for all.
    """
    country = env.company.country
    keys = [(email_key(row.get("email")), phone_key(row.get("phone"), country)) for row in rows]
    known = _holders(
        env, {email for email, _phone in keys if email}, {phone for _email, phone in keys if phone}
    )
    found = []
    for row, (email, phone) in zip(rows, keys, strict=True):
        holder = known.get(email or "")
        sentence = str(_("“{name}” has the same e-mail.", name=holder)) if holder else ""
        if not sentence and (holder := known.get(phone or "")):
            sentence = str(_("“{name}” has the same phone number.", name=holder))
        if not sentence:
            known.update({key: row.get("name", "") for key in (email, phone) if key})
        found.append(sentence)
    return found


def _holders(env: Env, emails: set[str], phones: set[str]) -> dict[str, str]:
    """Key -> the name of an active party that has it, as its main one or a further one."""
    model, point = env[Party], env[ContactPoint]
    found: dict[str, str] = {}
    if emails:
        held = select(model.email_key, model.name).where(model.email_key == _one_of(emails), model.active)
        found |= {key or "": name for key, name in env.session.execute(held)}
    if phones:
        held = select(model.phone_key, model.name).where(model.phone_key == _one_of(phones), model.active)
        found |= {key or "": name for key, name in env.session.execute(held)}
    if emails or phones:
        further = (
            select(point.key, model.name)
            .join(model, model.id == point.party_id)
            .where(point.key == _one_of(emails | phones), model.active)
        )
        found |= {key or "": name for key, name in env.session.execute(further)}
    return found


def _one_of(keys: set[str]) -> Any:
    """However many, the statement stays the same."""
    return any_(bindparam("keys", sorted(keys), ARRAY(String), unique=True))


def _by_keys(env: Env, party: Party) -> dict[int, tuple[Strength, str]]:
    model, point = env[Party], env[ContactPoint]
    points: Sequence[ContactPoint] = party.contact_points
    emails = {key for key in (party.email_key, *(p.key for p in points if p.kind == "email")) if key}
    phones = {key for key in (party.phone_key, *(p.key for p in points if p.kind == "phone")) if key}
    wanted = [
        (model.email_key, emails, "email"),
        (model.phone_key, phones, "phone"),
        (model.domain_key, {party.domain_key} if party.domain_key else set(), "domain"),
    ]
    parts = [
        select(model.id, column.label("key")).where(column.in_(keys), model.id != party.id, model.active)
        for column, keys, _kind in wanted
        if keys
    ]
    if emails or phones:
        parts.append(
            select(point.party_id, point.key)
            .join(model, model.id == point.party_id)
            .where(point.key.in_(emails | phones), point.party_id != party.id, model.active)
        )
    if not parts:
        return {}
    rows = env.session.execute(union_all(*parts)).all()
    found: dict[int, tuple[Strength, str]] = {}
    for other, key in rows:
        if key in emails:
            found[other] = (Strength.CERTAIN, _("same e-mail"))
        elif key in phones:
            found.setdefault(other, (Strength.CERTAIN, _("same phone number")))
    for other, _key in rows:
        found.setdefault(other, (Strength.STRONG, _("same web domain")))
    return found


def _by_name(env: Env, party: Party) -> dict[int, tuple[Strength, str]]:
    name = party.name_key
    if not name:
        return {}
    model = env[Party]
    block = model.name_key.like(name[:BLOCK].replace("%", "").replace("_", "") + "%")
    same_kind = PartyKind.PERSON if party.kind == PartyKind.PERSON else PartyKind.ORGANISATION
    rows = env.session.execute(
        select(model.id, model.name_key)
        .where(
            or_(model.name_key == name, block), model.id != party.id, model.active, model.kind == same_kind
        )
        .limit(MAX_COMPARED)
    )
    return {
        other: (Strength.POSSIBLE, _("nearly the same name"))
        for other, key in rows
        if key and jellyfish.jaro_winkler_similarity(name, key) >= SIMILAR
    }
