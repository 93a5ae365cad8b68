"""Which address to print on what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel import Locale

from addons.base.models import Address, AddressKind

if TYPE_CHECKING:
    from addons.base.models import Party
    from core.api import Env


def of_kind(party: Party, kind: AddressKind) -> Address | None:
    """The party's address for a purpose, else the main one, else the first; for a person without, the
    organisation's.
    """
    addresses = list(party.addresses)
    for wanted in (kind, AddressKind.MAIN):
        for address in addresses:
            if address.kind == wanted:
                return address
    if addresses:
        return addresses[0]
    return of_kind(party.parent, kind) if party.parent is not None else None


def as_text(env: Env, party: Party, kind: AddressKind = AddressKind.MAIN) -> str | None:
    """The address as printed, several lines, the country only when it is abroad; None when there is none."""
    address = of_kind(party, kind)
    if address is None:
        return None
    town = " ".join(part for part in (address.postcode, address.city) if part)
    abroad = address.country if address.country and address.country != env.company.country else None
    country = country_name(abroad, party.locale or env.company.locale) if abroad else None
    lines = (address.name, address.street, address.street2, town, address.region, country)
    return "\n".join(line for line in lines if line) or None


def country_name(code: str, locale: str) -> str:
    """The country's name in a language; the code when nobody knows it."""
    names = Locale.parse(locale.replace("-", "_")).territories
    return str(names.get(code, code))
