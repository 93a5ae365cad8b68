"""The language of the reader: set once per request or job, read by everything that writes a sentence."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE_LANGUAGE = "en"
LANGUAGES = ("en", "fr")
"""Languages the platform is complete in; a test and ``./dev check`` hold it to that."""

_USUAL_TERRITORY = {"en": "en_GB", "fr": "fr_FR"}
"""A bare language says nothing about dates: English reads day before month here, as on the drawn screens."""

_current: ContextVar[str] = ContextVar("locale", default=SOURCE_LANGUAGE)


def current_locale() -> str:
    """Return the locale in force, such as ``fr`` or ``en_GB``."""
    return _current.get()


@contextmanager
def using(locale: str) -> Iterator[None]:
    """Render texts, numbers and dates in this locale until the block ends."""
    token = _current.set(known(locale))
    try:
        yield
    finally:
        _current.reset(token)


@lru_cache(maxsize=256)
def known(locale: str) -> str:
    """Return the locale in our spelling, or the source language when nobody has heard of it."""
    try:
        return str(Locale.parse(locale.strip().replace("-", "_")))
    except (UnknownLocaleError, ValueError):
        return SOURCE_LANGUAGE


def language(locale: str) -> str:
    """Return the language of a locale: ``fr`` for ``fr_CA``."""
    return locale.partition("_")[0]


@lru_cache(maxsize=64)
def babel_locale(locale: str) -> Locale:
    """Return what Babel knows about a locale; a bare language gets its usual territory."""
    return Locale.parse(_USUAL_TERRITORY.get(locale, locale))


def negotiate(accept_language: str, offered: tuple[str, ...] = LANGUAGES) -> str:
    """Choose among the offered languages by an ``Accept-Language`` header, else the first."""
    wanted: list[tuple[float, int, str]] = []
    for position, part in enumerate(accept_language.split(",")[:20]):
        tag, _, parameter = part.strip().partition(";")
        quality = parameter.strip().removeprefix("q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            continue
        wanted.append((-weight, position, language(tag.strip().replace("-", "_").lower())))
    for weight, _position, tag in sorted(wanted):
        if tag in offered and weight < 0:
            return tag
    return offered[0]
