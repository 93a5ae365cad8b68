"""Countries, currencies, languages and time zones to choose from, in the reader's language."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import available_timezones

from babel.core import get_global
from babel.numbers import get_territory_currencies, list_currencies
from babel.numbers import is_currency as _is_currency

from core.i18n import current_locale
from core.i18n.locales import babel_locale
from core.orm.sorting import people_order

LANGUAGES = (("en", "English"), ("fr", "Français"))


@lru_cache(maxsize=4)
def _countries(locale: str) -> tuple[tuple[str, str], ...]:
    names = babel_locale(locale).territories
    found = [
        (code, name)
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and get_territory_currencies(code)
    ]
    return tuple(sorted(found, key=lambda pair: people_order(pair[1])))


def countries() -> tuple[tuple[str, str], ...]:
    """Code and name of every country with a currency."""
    return _countries(current_locale())


@lru_cache(maxsize=4)
def _currencies(locale: str) -> tuple[tuple[str, str], ...]:
    spoken = babel_locale(locale)
    current = {code for country, _name in _countries(locale) for code in get_territory_currencies(country)}
    found = [
        (code, f"{_capital(spoken.currencies[code])} ({code})")
        for code in current
        if code in spoken.currencies
    ]
    return tuple(sorted(found, key=lambda pair: people_order(pair[1])))


def currencies() -> tuple[tuple[str, str], ...]:
    """Code and name of every currency in use."""
    return _currencies(current_locale())


def currency_of(country: str) -> str:
    """The currency used in a country today."""
    found = get_territory_currencies(country)
    return str(found[0]) if found else "EUR"


def zone_of(country: str) -> str:
    """The time zone of a country's capital, or the first it has."""
    zones: list[str] = get_global("territory_zones").get(country, [])
    if country == "FR":
        return "Europe/Paris"
    return str(zones[0]) if zones else "UTC"


@lru_cache(maxsize=1)
def zones() -> tuple[str, ...]:
    """Every time zone by its IANA name, without the historical spellings."""
    regions = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    return ("UTC", *sorted(name for name in available_timezones() if name.startswith(regions)))


def is_country(code: str) -> bool:
    """Whether a code is a country offered."""
    return any(code == known for known, _name in countries())


def is_currency(code: str) -> bool:
    """Whether a code is a currency known to CLDR."""
    return code in list_currencies() and _is_currency(code)


def _capital(name: str) -> str:
    """French writes currencies in lower case; a list begins with a capital."""
    return name[:1].upper() + name[1:]
