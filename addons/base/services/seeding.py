"""The currencies and countries of the world, from CLDR."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel import Locale
from babel.core import get_global
from babel.numbers import get_currency_precision
from sqlalchemy import select

from addons.base.models import Country, Currency

if TYPE_CHECKING:
    from core.api import Env

OFTEN_USED = frozenset({"EUR", "USD", "GBP", "CHF"})
NOT_COUNTRIES = frozenset(
    {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
)


def seed(env: Env) -> None:
    """Write what is missing; the currency of each company is active."""
    _currencies(env)
    _countries(env)


def current_currencies() -> frozenset[str]:
    """The codes that are legal tender somewhere today."""
    territories = get_global("territory_currencies")
    return frozenset(
        code
        for of_territory in territories.values()
        for code, _start, end, tender in of_territory
        if end is None and tender
    )


def _currencies(env: Env) -> None:
    model = env[Currency]
    known = set(env.session.scalars(select(model.code)))
    names = Locale("en").currencies
    active = OFTEN_USED | ({env.company.currency} if env.company_id else set())
    env.session.add_all(
        model(
            code=code,
            name=str(names.get(code, code)),
            digits=get_currency_precision(code),
            active=code in active,
        )
        for code in sorted(current_currencies() | active)
        if code not in known
    )
    for currency in env.session.scalars(select(model).where(model.code.in_(active), model.active.is_(False))):
        currency.active = True
    env.session.flush()


def _countries(env: Env) -> None:
    model = env[Country]
    known = set(env.session.scalars(select(model.code)))
    env.session.add_all(
        model(code=code, name=str(name))
        for code, name in sorted(Locale("en").territories.items())
        if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES and code not in known
    )
    env.session.flush()
