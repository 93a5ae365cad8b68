"""Contacts as vCards: out as version 4.0 would lose old phones, so 3.0 (RFC 2426); in, 2.1 to 4.0."""

from __future__ import annotations

import quopri
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import vobject  # type: ignore[import-untyped]  # it ships no types
from sqlalchemy import select

from addons.base.models import Address, AddressKind, ContactKind, Party, PartyKind
from addons.base.models.keys import company_key, email_key
from addons.base.services import parties
from core.api import CoreError, Invalid, _, uploads

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from core.api import Env

MAX_BYTES = 20 * 1024 * 1024
MAX_CARDS = 5_000
MAX_LINES = 100_000
"""Each becomes an object of a kilobyte; a line that is folded counts once."""
_BEGINS = re.compile("BEGIN:VCARD", re.IGNORECASE)
_LINES = re.compile(r"\n(?![ \t])|\r(?!\n)")
PRODUCT = "-//Passerelle//Contacts//EN"


@dataclass(slots=True)
class Card:
    """What a card says, as far as contacts have a place for it."""

    name: str = ""
    organisation: str = ""
    job_title: str = ""
    emails: list[tuple[str, str]] = field(default_factory=list)
    """(address, purpose)"""
    phones: list[tuple[str, str]] = field(default_factory=list)
    website: str = ""
    note: str = ""
    addresses: list[dict[str, str]] = field(default_factory=list)

    @property
    def is_person(self) -> bool:
        """A card whose name is its organisation's is the organisation's."""
        return bool(self.name) and company_key(self.name) != company_key(self.organisation)


@dataclass(slots=True)
class Imported:
    """What became of a file of cards."""

    created: int = 0
    updated: int = 0
    refused: list[tuple[int, str, str]] = field(default_factory=list)
    """(card from 1, name, sentence)"""


def write(env: Env, people: Iterable[Party]) -> bytes:
    """The contacts as one file."""
    return "".join(_card(env, party).serialize() for party in people).encode()


def filename(party: Party) -> str:
    """Such as "Jeanne-Martin.vcf"."""
    name = re.sub(r"[^\w.-]+", "-", party.name).strip("-")
    return f"{name or party.id}.vcf"


def _card(env: Env, party: Party) -> Any:
    card = vobject.vCard()
    card.add("fn").value = party.name
    person = party.kind == PartyKind.PERSON
    first, _blank, last = party.name.rpartition(" ") if person else (party.name, "", "")
    card.add("n").value = vobject.vcard.Name(
        family=last if person else party.name, given=first if person else ""
    )
    organisation = (party.parent.name if party.parent else "") if person else party.name
    if organisation:
        card.add("org").value = [organisation]
    if not person:
        card.add("x-abshowas").value = "COMPANY"
    emails = [(party.email, "pref")] if party.email else []
    phones = [(party.phone, "pref")] if party.phone else []
    for point in party.contact_points:
        (emails if point.kind == ContactKind.EMAIL else phones).append((point.value, point.purpose or ""))
    for name, values in (("email", emails), ("tel", phones)):
        for value, purpose in values:
            line = card.add(name)
            line.value = value
            if purpose:
                line.type_param = purpose
    for kind, text in (("title", party.job_title), ("url", party.website), ("note", party.note)):
        if text:
            card.add(kind).value = text
    for address in party.addresses:
        line = card.add("adr")
        line.value = vobject.vcard.Address(
            street=", ".join(part for part in (address.street, address.street2) if part),
            city=address.city or "",
            region=address.region or "",
            code=address.postcode or "",
            country=address.country or "",
        )
        line.type_param = {"main": "work", "invoice": "postal", "delivery": "parcel"}[address.kind.value]
    card.add("prodid").value = PRODUCT
    card.add("uid").value = f"party-{party.id}@{env.workspace.name}"
    card.add("rev").value = party.updated_at.strftime("%Y%m%dT%H%M%SZ")
    return card


def parse(content: bytes) -> list[Card]:
    """Every card of a file; Invalid with a sentence when it is none."""
    uploads.check_size(content, MAX_BYTES)
    text = _text(content)
    cards = len(_BEGINS.findall(text))
    if not cards:
        raise Invalid(fields={"file": _("This is not a file of contacts (vCard).")})
    if cards > MAX_CARDS:
        raise Invalid(fields={"file": _("Import at most {count} contacts at once.", count=MAX_CARDS)})
    if len(_LINES.findall(text)) > MAX_LINES:
        raise uploads.TooMuch(_("The file has more than {most} lines.", most=MAX_LINES))
    try:
        found = [_read(component) for component in _components(text)]
    except (vobject.base.ParseError, vobject.base.VObjectError, ValueError, UnicodeError) as error:
        raise Invalid(
            fields={"file": _("The file of contacts is damaged: {detail}", detail=str(error)[:200])}
        ) from error
    return found


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _components(text: str) -> Iterator[Any]:
    yield from vobject.readComponents(text, ignoreUnreadable=True, allowQP=True)


def _read(component: Any) -> Card:
    card = Card()
    contents = component.contents
    card.organisation = _first(contents, "org")
    card.name = _first(contents, "fn") or _name(contents) or card.organisation
    card.job_title = _first(contents, "title") or _first(contents, "role")
    card.website = _first(contents, "url")
    card.note = _first(contents, "note")
    card.emails = [(value, purpose) for value, purpose in _all(contents, "email") if email_key(value)]
    card.phones = [(value.removeprefix("tel:"), purpose) for value, purpose in _all(contents, "tel")]
    for line in contents.get("adr", ()):
        card.addresses.append(_address(line.value))
    card.addresses = [address for address in card.addresses if any(address.values())]
    return card


def _first(contents: Any, name: str) -> str:
    lines = contents.get(name, ())
    return _plain(lines[0]) if lines else ""


def _all(contents: Any, name: str) -> Iterator[tuple[str, str]]:
    for line in contents.get(name, ()):
        value = _plain(line)
        if value:
            kinds = [kind.lower() for kind in line.params.get("TYPE", [*line.singletonparams])]
            useful = [kind for kind in kinds if kind not in {"internet", "pref", "voice", "x400"}]
            yield value, ", ".join(useful)[:60]


def _plain(line: Any) -> str:
    """The text of a line; an organisation's first level, quoted-printable undone."""
    value = line.value
    if isinstance(value, list | tuple):
        value = value[0] if value else ""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    text = str(value)
    if "QUOTED-PRINTABLE" in {param.upper() for param in line.singletonparams}:
        text = quopri.decodestring(text.encode()).decode("utf-8", "replace")
    return text.strip()


def _name(contents: Any) -> str:
    lines = contents.get("n", ())
    if not lines:
        return ""
    name = lines[0].value
    return " ".join(_joined(part) for part in (name.given, name.family) if part).strip()


def _address(value: Any) -> dict[str, str]:
    """A country that is not two letters cannot be kept as one: it is told in the region's place."""
    country = _joined(value.country)
    code = country.upper() if re.fullmatch(r"[A-Za-z]{2}", country) else ""
    return {
        "street": _joined(value.street)[:200],
        "street2": ", ".join(part for part in (_joined(value.extended), _joined(value.box)) if part)[:200],
        "postcode": _joined(value.code)[:20],
        "city": _joined(value.city)[:120],
        "region": ", ".join(part for part in (_joined(value.region), "" if code else country) if part)[:120],
        "country": code,
    }


def _joined(value: Any) -> str:
    parts = value if isinstance(value, list | tuple) else [value]
    return " ".join(" ".join(str(part).split()) for part in parts if part)


def take_in(env: Env, cards: Iterable[Card]) -> Imported:
    """Create contacts, or complete those with the same main e-mail address; nothing that is there is
    replaced."""
    imported = Imported()
    for place, card in enumerate(cards, 1):
        try:
            with env.session.begin_nested():
                created = _take_in_one(env, card)
            imported.created += created
            imported.updated += not created
        except CoreError as error:
            imported.refused.append((place, card.name, str(error)))
    return imported


def _take_in_one(env: Env, card: Card) -> bool:
    if not card.name:
        raise Invalid(_("The card has no name."))
    values = _values(card)
    party = _known(env, card)
    created = party is None
    if party is None:
        if card.is_person and card.organisation:
            values["parent_id"] = _organisation(env, card.organisation).id
        party = parties.create(env, values)
    else:
        for name, value in values.items():
            if name not in {"kind", "name"} and value and not getattr(party, name):
                setattr(party, name, value)
    for kind, points in ((ContactKind.EMAIL, card.emails), (ContactKind.PHONE, card.phones)):
        main = party.email if kind == ContactKind.EMAIL else party.phone
        for value, purpose in points:
            if value.casefold() != (main or "").casefold():
                parties.add_contact_point(env, party, kind, value[:254], purpose)
    if not party.addresses:
        for address in card.addresses:
            kept = {name: value or None for name, value in address.items()}
            party.addresses.append(env[Address](kind=AddressKind.MAIN, **kept))
    env.session.flush()
    return created


def _values(card: Card) -> dict[str, Any]:
    return {
        "kind": PartyKind.PERSON if card.is_person else PartyKind.ORGANISATION,
        "name": card.name[:200],
        "email": card.emails[0][0] if card.emails else None,
        "phone": card.phones[0][0][:40] if card.phones else None,
        "website": card.website[:200] or None,
        "job_title": card.job_title[:120] or None,
        "note": card.note or None,
    }


def _known(env: Env, card: Card) -> Party | None:
    key = email_key(card.emails[0][0]) if card.emails else None
    if key is None:
        return None
    model = env[Party]
    found = env.session.scalars(select(model).where(model.email_key == key, model.active).limit(2)).all()
    return found[0] if len(found) == 1 else None


def _organisation(env: Env, name: str) -> Party:
    """The organisation of this name, or a new one."""
    model = env[Party]
    key = company_key(name)
    where = (model.name_key == key, model.kind == PartyKind.ORGANISATION, model.active)
    found = env.session.scalars(select(model).where(*where).order_by(model.id).limit(1)).first()
    return found or parties.create(env, {"name": name[:200], "kind": PartyKind.ORGANISATION})
