"""Who a person is in the data: every name, e-mail address and number it ever had here."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import phonenumbers
from sqlalchemy import and_, or_, select

from addons.base.models import ContactPoint, Party
from addons.base.models.keys import email_key, person_key, phone_key
from addons.base.services.consents import one_person
from core.api import Traces, User, fold, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.api import Env

TITLES = frozenset(
    {"mr", "mrs", "ms", "miss", "dr", "prof", "m", "mme", "mlle", "monsieur", "madame", "pr", "me"}
)
SHORTEST_PHONE = 6


@dataclass(slots=True)
class Identity:
    """The contacts that are one person, and what they are recognised by."""

    party_ids: list[int]
    names: set[str] = field(default_factory=set)
    emails: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)
    shared: set[str] = field(default_factory=set)
    """Of these, what somebody else has too: erased on the person's own records only."""

    @property
    def own(self) -> Traces:
        """What is erased on the person's own records."""
        whole = frozenset(name for name in self.names if _several_words(name))
        return Traces(
            whole,
            frozenset(self.emails),
            frozenset(_national(phone) for phone in self.phones),
            words_of(self.names),
        )

    @property
    def everywhere(self) -> Traces:
        """What is erased wherever it stands: nobody else is meant by it."""
        return Traces(
            frozenset(name for name in self.names - self.shared if _several_words(name)),
            frozenset(self.emails - self.shared),
            frozenset(_national(phone) for phone in self.phones - self.shared),
        )


def of(env: Env, party: Party) -> Identity:
    """Collect it, from the contact, from those merged into it, and from what the audit trail remembers."""
    found = Identity(one_person(env, party.id))
    model, point = env[Party], env[ContactPoint]
    country = env.company.country if env.company_id else None
    for row in env.session.scalars(select(model).where(model.id.in_(found.party_ids))):
        _take(found, {"name": [row.name], "email": [row.email], "phone": [row.phone]}, country)
    for further in env.session.scalars(select(point).where(point.party_id.in_(found.party_ids))):
        _take(found, {further.kind.value: [further.value]}, country)
    audit = env.registry.model("core.audit")
    where = (audit.model == Party.model_name, audit.record_id.in_(found.party_ids))
    for changes in env.session.scalars(select(audit.changes).where(*where)):
        _take(found, changes, country)
    where = (audit.model == ContactPoint.model_name, or_(*_names_party(audit, found.party_ids)))
    for changes in env.session.scalars(select(audit.changes).where(*where)):
        for value in _texts(changes.get("value")):
            _take(found, {"email" if "@" in value else "phone": [value]}, country)
    found.shared = _shared(env, found)
    return found


def audits_of(env: Env, party_ids: Sequence[int]) -> list[int]:
    """The audit entries of the contacts and of what only they have: addresses, e-mails, notes, files."""
    audit = env.registry.model("core.audit")
    where = or_(
        and_(audit.model == Party.model_name, audit.record_id.in_(party_ids)),
        and_(audit.model.startswith("base."), or_(*_names_party(audit, party_ids))),
    )
    return list(env.session.scalars(select(audit.id).where(where)))


def _names_party(audit: Any, party_ids: Sequence[int]) -> list[Any]:
    """Criteria: the entry is about a row that referred to one of the contacts when it was written."""
    return [
        audit.changes[column].contains([party_id])
        for party_id in party_ids
        for column in ("party_id", "person_id", "kept_id", "merged_id")
    ]


def _take(found: Identity, values: dict[str, Any], country: str | None) -> None:
    for name in _texts(values.get("name")):
        words = name.split()
        while len(words) > 1 and fold(words[0]).rstrip(".") in TITLES:
            words.pop(0)
        found.names.add(" ".join(words))
    for email in _texts(values.get("email")):
        found.emails.add(email.strip().casefold())
    for phone in _texts(values.get("phone")):
        digits = phone_key(phone, country) or re.sub(r"\D", "", phone)
        if len(digits.lstrip("+0")) >= SHORTEST_PHONE:
            found.phones.add(digits)


def _texts(values: Any) -> Iterable[str]:
    """The texts of [old, new]; nothing for a value that was not kept."""
    return [value for value in values if isinstance(value, str) and value.strip()] if values else []


def _several_words(name: str) -> bool:
    return len(re.findall(r"\w+", name)) > 1


def _national(phone: str) -> str:
    """Digits without country code and leading zero: what every way of writing the number contains."""
    if phone.startswith("+"):
        return str(phonenumbers.parse(phone).national_number)
    return phone.lstrip("0")


def _shared(env: Env, found: Identity) -> set[str]:
    """What another contact or a user has as well, or has in its name: "Jeanne Martin Décoration"."""
    model, point, user = env[Party], env[ContactPoint], env[User]
    others = (model.id.not_in(found.party_ids), model.anonymised_at.is_(None))  # type: ignore[attr-defined]  # a column of AnonymisedParty
    shared: set[str] = set()
    for name in found.names:
        words = set(fold(name).split())
        near = select(model.name).where(*others, model.search_tokens.matches(name))
        users = select(user.name).where(user.search_tokens.matches(name))
        for other in (*env.session.scalars(near.limit(200)), *env.session.scalars(users)):
            if words <= set(re.findall(r"\w+", fold(other))) or person_key(other) == person_key(name):
                shared.add(name)
    for email in found.emails:
        key = email_key(email)
        same = select(model.id).where(*others, model.email_key == key)
        further = select(point.id).where(point.party_id.not_in(found.party_ids), point.key == key)
        signs_in = select(user.id).where(user.email == email)
        if any(env.session.scalar(query.limit(1)) for query in (same, further, signs_in)):
            shared.add(email)
    for phone in found.phones:
        same = select(model.id).where(*others, model.phone_key == phone)
        further = select(point.id).where(point.party_id.not_in(found.party_ids), point.key == phone)
        if any(env.session.scalar(query.limit(1)) for query in (same, further)):
            shared.add(phone)
    return shared


def others_named(env: Env, found: Identity) -> list[Party]:
    """The other contacts that share a name, an address or a number: somebody looks at them."""
    if not found.shared:
        return []
    model = env[Party]
    keys = [person_key(name) for name in found.names & found.shared]
    same = or_(
        model.name_key.in_([key for key in keys if key]),
        model.email_key.in_([email_key(email) for email in found.emails & found.shared]),
        model.phone_key.in_(list(found.phones & found.shared)),
    )
    where = (same, model.id.not_in(found.party_ids), model.active)
    return list(env.session.scalars(select(model).where(*where).order_by(model.name).limit(20)))
