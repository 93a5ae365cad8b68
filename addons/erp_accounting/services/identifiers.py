"""Check what states give to companies: VAT numbers, SIREN and SIRET. Sentences, not refusals: a number may be
newer than its rules, and an invoice without it is often lawful."""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING

from stdnum.eu import vat as eu_vat
from stdnum.fr import siren, siret

from core.api import _

if TYPE_CHECKING:
    from collections.abc import Iterator

ELSEWHERE = {"GB": "stdnum.gb.vat", "CH": "stdnum.ch.vat", "NO": "stdnum.no.mva"}


def plain(number: str | None) -> str:
    """Capitals and digits only."""
    return re.sub(r"[^0-9A-Z]", "", (number or "").upper())


def vat_is_wrong(number: str | None) -> bool:
    """Whether a VAT number breaks the rules of its country; unknown countries are believed."""
    clean = plain(number)
    country = clean[:2]
    if country.lower() in eu_vat.MEMBER_STATES or country in {"EL", "XI"}:
        return not eu_vat.is_valid(clean)
    if country in ELSEWHERE:
        checker = import_module(ELSEWHERE[country])
        return not (checker.is_valid(clean) or checker.is_valid(clean[2:]))
    return False


def registration_is_wrong(number: str | None) -> bool:
    """Whether nine or fourteen digits are no SIREN or SIRET; other lengths are not French."""
    digits = plain(number)
    if not digits.isdigit():
        return False
    if len(digits) == 9:
        return not siren.is_valid(digits)
    return len(digits) == 14 and not siret.is_valid(digits)


def problems(name: str, vat: str | None, registration: str | None, *, country: str = "") -> Iterator[str]:
    """One sentence for each number of a company or contact that is wrong or contradicts another."""
    if vat and vat_is_wrong(vat):
        yield str(_("The VAT number {number} of {name} is wrong.", number=vat, name=name))
        return
    french = plain(vat).startswith("FR") or (not vat and country == "FR")
    if not french or not registration:
        return
    digits = plain(registration)
    if registration_is_wrong(registration):
        yield str(_("{number} of {name} is no SIREN or SIRET.", number=registration, name=name))
    elif vat and digits.isdigit() and len(digits) in {9, 14} and plain(vat)[4:] != digits[:9]:
        yield str(
            _(
                "The VAT number {vat} of {name} does not belong to {number}.",
                vat=vat,
                name=name,
                number=registration,
            )
        )
