"""Two languages from the first day: English is the source, French is complete."""

from __future__ import annotations

from core.i18n.formats import (
    currency_digits,
    format_amount,
    format_date,
    format_datetime,
    format_money,
    format_month,
    format_number,
    format_percent,
    format_price,
    format_quantity,
    format_time,
    format_weekday,
)
from core.i18n.locales import LANGUAGES, current_locale, known, negotiate, using
from core.i18n.parsing import Unreadable, parse_date, parse_decimal
from core.i18n.relative import format_relative_day
from core.i18n.text import Text, _, humanised, ngettext

__all__ = [
    "LANGUAGES",
    "Text",
    "Unreadable",
    "_",
    "currency_digits",
    "current_locale",
    "format_amount",
    "format_date",
    "format_datetime",
    "format_money",
    "format_month",
    "format_number",
    "format_percent",
    "format_price",
    "format_quantity",
    "format_relative_day",
    "format_time",
    "format_weekday",
    "humanised",
    "known",
    "negotiate",
    "ngettext",
    "parse_date",
    "parse_decimal",
    "using",
]
