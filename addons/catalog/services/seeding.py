"""Units everybody uses, and the value added taxes of the company's country."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.catalog.models import Tax, TaxCategory, TaxKind, Unit, UnitCategory
from core.api import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.api import Env

D = Decimal
UNITS = (
    (_("Piece"), "C62", UnitCategory.COUNT, D(1), 0),
    (_("Pair"), "PR", UnitCategory.COUNT, D(2), 0),
    (_("Dozen"), "DZN", UnitCategory.COUNT, D(12), 2),
    (_("Kilogram"), "KGM", UnitCategory.WEIGHT, D(1), 3),
    (_("Gram"), "GRM", UnitCategory.WEIGHT, D("0.001"), 0),
    (_("Tonne"), "TNE", UnitCategory.WEIGHT, D(1000), 3),
    (_("Metre"), "MTR", UnitCategory.LENGTH, D(1), 2),
    (_("Centimetre"), "CMT", UnitCategory.LENGTH, D("0.01"), 0),
    (_("Square metre"), "MTK", UnitCategory.AREA, D(1), 2),
    (_("Litre"), "LTR", UnitCategory.VOLUME, D(1), 2),
    (_("Cubic metre"), "MTQ", UnitCategory.VOLUME, D(1000), 3),
    (_("Hour"), "HUR", UnitCategory.TIME, D(1), 2),
    (_("Day"), "DAY", UnitCategory.TIME, D(8), 2),
)
"""Name, UN/ECE code, category, factor to the category's reference unit, decimals. A day is a working day."""

RATES = {
    "AT": "20 13 10",
    "BE": "21 12 6",
    "BG": "20 9",
    "CH": "8.1 3.8 2.6",
    "CY": "19 9 5 3",
    "CZ": "21 12",
    "DE": "19 7",
    "DK": "25",
    "EE": "24 13 9",
    "ES": "21 10 4",
    "FI": "25.5 14 10",
    "FR": "20 10 5.5 2.1",
    "GB": "20 5",
    "GR": "24 13 6",
    "HR": "25 13 5",
    "HU": "27 18 5",
    "IE": "23 13.5 9 4.8",
    "IT": "22 10 5 4",
    "LT": "21 12 5",
    "LU": "17 14 8 3",
    "LV": "21 12 5",
    "MT": "18 12 7 5",
    "NL": "21 9",
    "NO": "25 15 12",
    "PL": "23 8 5",
    "PT": "23 13 6",
    "RO": "21 11",
    "SE": "25 12 6",
    "SI": "22 9.5 5",
    "SK": "23 19 5",
}
"""Rates of value added tax in force in 2026 (European Commission, Taxes in Europe database), the standard
one first.
"""


def seed(env: Env) -> None:
    """Write what is missing, for the current company."""
    _units(env)
    if env.company_id:
        _taxes(env)


def standard_rate(country: str) -> Decimal | None:
    """The standard rate of a country, in percent; None where we know of none."""
    rates = RATES.get(country, "").split()
    return D(rates[0]) if rates else None


def _units(env: Env) -> None:
    model = env[Unit]
    known = set(env.session.scalars(select(model.code)))
    env.session.add_all(
        model(name=str(name), code=code, category=category, factor=factor, digits=digits)
        for name, code, category, factor, digits in UNITS
        if code not in known
    )
    env.session.flush()


def _taxes(env: Env) -> None:
    model = env[Tax]
    known = set(env.session.scalars(select(model.code).where(model.company_id == env.company_id)))
    if known:
        return  # a chart of accounts, or a person, has chosen already
    env.session.add_all(_country_taxes(model, env.company.country))
    env.session.flush()


def _country_taxes(model: type[Tax], country: str) -> Iterator[Tax]:
    """Codes are those of the charts of accounts, which complete these taxes with their accounts."""
    french = country == "FR"
    position = 0
    for kind, letter in ((TaxKind.SALE, "S"), (TaxKind.PURCHASE, "P")):
        for rate in RATES.get(country, "").split():
            position += 1
            if french:
                code = f"FR-{'C' if kind == TaxKind.SALE else 'D'}{rate}"
                suffix = "" if kind == TaxKind.SALE else " déductible"
                name = f"TVA {rate.replace('.', ',')} %{suffix}"
            else:
                code = f"{letter}{rate}"
                name = str(
                    _("VAT {rate} %", rate=D(rate))
                    if kind == TaxKind.SALE
                    else _("VAT {rate} % on purchases", rate=D(rate))
                )
            yield model(name=name, code=code, kind=kind, rate=D(rate), position=position)
        if not french:
            position += 1
            yield model(
                name=str(_("No VAT") if kind == TaxKind.SALE else _("Purchases without VAT")),
                code=f"{letter}0",
                kind=kind,
                rate=D(0),
                category=TaxCategory.ZERO if kind == TaxKind.SALE else TaxCategory.EXEMPT,
                position=position,
            )
