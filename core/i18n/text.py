"""Sentences that know their translation: a ``Text`` renders in the language of whoever reads it."""

from __future__ import annotations

import sys
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from string import Formatter
from typing import Any, Self

from markupsafe import Markup, escape

from core.i18n import formats
from core.i18n.catalogs import domain_of, messages
from core.i18n.locales import SOURCE_LANGUAGE, current_locale, language, using


class Text(str):
    """A translatable sentence with its values.

    As a string it holds the sentence in the language in force when it was written (English for labels
    declared at import), so anything that takes a ``str`` works. ``str(text)``, f-strings, Jinja and msgspec
    with ``enc_hook=str`` render it in the language in force when they run.
    """

    __slots__ = ("domain", "number", "plural", "source", "values")

    domain: str
    source: str
    plural: str | None
    number: int | None
    values: dict[str, Any]

    def __new__(
        cls,
        source: str,
        *,
        domain: str,
        values: dict[str, Any] | None = None,
        plural: str | None = None,
        count: int | None = None,
    ) -> Self:
        """Render for the current reader and remember how to render for the next one."""
        kept = values or {}
        text = super().__new__(cls, render(domain, source, kept, plural, count))
        text.domain, text.source, text.values, text.plural, text.number = domain, source, kept, plural, count
        return text

    def __str__(self) -> str:
        return render(self.domain, self.source, self.values, self.plural, self.number)

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __html__(self) -> str:
        return str(escape(str(self)))

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (self.source, self.domain, self.values, self.plural, self.number))

    def in_locale(self, locale: str) -> str:
        """Render for a reader of this locale."""
        with using(locale):
            return str(self)


def _rebuild(source: str, domain: str, values: dict[str, Any], plural: str | None, count: int | None) -> Text:
    return Text(source, domain=domain, values=values, plural=plural, count=count)


def _(source: str, /, **values: Any) -> Text:
    """Mark a sentence for translation; values fill its ``{names}``. The domain is the calling addon."""
    domain = _caller_domain(sys._getframe(1).f_globals["__name__"])
    return Text(source, domain=domain, values=values)


def ngettext(one: str, many: str, count: int, /, **values: Any) -> Text:
    """Choose the form by a count, which both sentences may write as ``{count}``."""
    domain = _caller_domain(sys._getframe(1).f_globals["__name__"])
    return Text(one, domain=domain, values=values, plural=many, count=count)


def humanised(attribute: str, domain: str) -> Text:
    """Return the default label of a field: "Expected amount" of ``expected_amount``."""
    return Text(humanise(attribute), domain=domain)


def humanise(attribute: str) -> str:
    """Return the English words of an attribute name, in sentence case."""
    words = attribute.removesuffix("_id").replace("_", " ").strip()
    return words[:1].upper() + words[1:]


_caller_domain = lru_cache(maxsize=4096)(domain_of)


def render(domain: str, source: str, values: dict[str, Any], plural: str | None, count: int | None) -> str:
    """Write a sentence for the current reader, in the form of its count, with its values in place."""
    locale = current_locale()
    reader = language(locale)
    if plural is not None and count is not None:
        if reader == SOURCE_LANGUAGE:
            template = source if count == 1 else plural
        else:
            template = messages(domain, reader).plural(source, plural, count)
        values = {"count": Grouped(count), **values}
    else:
        template = source if reader == SOURCE_LANGUAGE else messages(domain, reader).singular(source)
        if not values:
            return template
    return fill(template, values)


class Grouped(int):
    """A count, written with the reader's thousands separator."""

    def __format__(self, spec: str) -> str:
        return int.__format__(self, spec) if spec else formats.format_number(Decimal(self))


class _Spoken(Formatter):
    """``str.format`` that writes dates and decimals as the reader does, and choices by their label."""

    def format_field(self, value: Any, format_spec: str) -> str:
        return str(format(value, format_spec)) if format_spec else spoken(value)


_spoken = _Spoken()


def fill(template: str, values: dict[str, Any]) -> str:
    """Put the values in their places. Markup among them makes the whole markup, with the rest escaped."""
    if any(isinstance(value, Markup) for value in values.values()):
        safe = {k: v if isinstance(v, Markup) else escape(spoken(v)) for k, v in values.items()}
        return Markup(_spoken.vformat(str(escape(template)), (), safe))  # noqa: S704 - both parts were escaped on the line above
    return _spoken.vformat(template, (), values)


def spoken(value: Any) -> str:
    """Write one value the way the reader does."""
    if isinstance(value, Enum):
        label = getattr(value, "label", None)
        return str(value if label is None else label)
    if isinstance(value, Decimal):
        return formats.format_number(value)
    if isinstance(value, datetime):
        return formats.format_datetime(value)
    if isinstance(value, date):
        return formats.format_date(value)
    return format(value)
