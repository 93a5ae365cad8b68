"""Create people and organisations, tie them together, archive them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from addons.base.models import Affiliation, ContactKind, ContactPoint, Party, PartyKind, PartyTag, Tag
from addons.base.models.keys import email_key, phone_key
from core.api import Invalid, RuleBroken, _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.api import Env


class Merged(RuleBroken):
    """Nobody writes to a party that became another one."""

    def __init__(self, party: Party) -> None:
        super().__init__(
            _("{name} was merged into another contact.", name=party.name),
            hint=_("Open the contact it was merged into, or undo the merge."),
        )


class NotAPerson(RuleBroken):
    """Only people work for organisations."""

    def __init__(self, party: Party) -> None:
        super().__init__(
            _("{name} is an organisation, not a person.", name=party.name),
            hint=_("Choose a person, or change the kind of this contact first."),
        )


def create(env: Env, values: dict[str, Any]) -> Party:
    """Create a party from what a form holds. Possible duplicates are shown on its page, not refused."""
    check(env, values)
    party = env.add(Party, **values)
    if party.parent_id and party.kind == PartyKind.PERSON:
        join(env, party, env.get(Party, party.parent_id), party.job_title)
    return party


def create_many(env: Env, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Create parties whose values were checked, in a few statements; give their ids in the same order."""
    ids = env.bulk_insert(Party, [{key: row[key] for key in row if key != "tags"} for row in rows])
    made = list(zip(ids, rows, strict=True))
    env.bulk_insert(
        PartyTag,
        [{"party_id": one, "tag_id": tag_id} for one, row in made for tag_id in row.get("tags") or ()],
    )
    env.bulk_insert(
        Affiliation,
        [
            {"person_id": one, "organisation_id": row["parent_id"], "role": row.get("job_title")}
            for one, row in made
            if row.get("parent_id") and row.get("kind") == PartyKind.PERSON
        ],
    )
    return ids


def check(env: Env, values: dict[str, Any]) -> None:
    """Refuse what cannot be right, field by field. A phone number nobody can dial is kept: people write
    notes there.
    """
    wrong: dict[str, str] = {}
    if "name" in values and not (values["name"] or "").strip():
        wrong["name"] = _("Give a name.")
    if (email := values.get("email")) and email_key(email) is None:
        wrong["email"] = _("Write an e-mail address such as anna@example.com.")
    if wrong:
        raise Invalid(fields=wrong)


def add_contact_point(
    env: Env, party: Party, kind: ContactKind, value: str, purpose: str = ""
) -> ContactPoint:
    """Add a further e-mail address or telephone number; the one that is there already is given back."""
    given = value.strip()
    key = email_key(given) if kind == ContactKind.EMAIL else phone_key(given, env.company.country)
    if not given or (kind == ContactKind.EMAIL and key is None):
        raise Invalid(fields={"value": _("Write an e-mail address such as anna@example.com.")})
    for point in party.contact_points:
        if point.kind == kind and (point.value == given or (key and point.key == key)):
            return point
    point = env[ContactPoint](kind=kind, value=given, purpose=purpose or None)
    party.contact_points.append(point)
    env.session.flush()
    return point


def join(env: Env, person: Party, organisation: Party, role: str | None = None) -> Affiliation:
    """Let a person work for an organisation; the first one becomes the person's own organisation."""
    if person.kind != PartyKind.PERSON:
        raise NotAPerson(person)
    model = env[Affiliation]
    known = env.session.scalar(
        select(model).where(model.person_id == person.id, model.organisation_id == organisation.id)
    )
    if known is not None:
        known.role = role or known.role
        env.session.flush()
        return known
    if person.parent_id is None:
        person.parent_id = organisation.id
    return env.add(Affiliation, person_id=person.id, organisation_id=organisation.id, role=role)


def tag(env: Env, party: Party, name: str) -> Tag:
    """Stick a tag on a party, creating the tag when it is new."""
    wanted = name.strip()
    if not wanted:
        raise Invalid(fields={"name": _("Give the tag a name.")})
    model = env[Tag]
    found = env.session.scalar(select(model).where(model.name == wanted)) or env.add(Tag, name=wanted)
    if found not in party.tags:
        party.tags.append(found)
        env.session.flush()
    return found


def archive(env: Env, party: Party) -> None:
    """Take a party out of the lists; its documents stay."""
    party.active = False
    env.session.flush()


def restore(env: Env, party: Party) -> None:
    """Bring an archived party back, unless it was merged."""
    if party.merged_into_id is not None:
        raise Merged(party)
    party.active = True
    env.session.flush()
