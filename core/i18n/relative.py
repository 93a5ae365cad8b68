"""Days as people say them."""

from __future__ import annotations

import re
from datetime import date, timedelta

from babel.dates import format_timedelta

from core.i18n.formats import format_date
from core.i18n.locales import babel_locale, current_locale
from core.i18n.text import _

_AFTER_DIGIT = re.compile(r"(?<=\d) ")
_NEAR = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}


def format_relative_day(value: date, today: date, *, locale: str | None = None) -> str:
    """Write a day as people say it: today, tomorrow, in 3 days, 5 days ago, and as a date beyond a week."""
    reader = locale or current_locale()
    distance = (value - today).days
    words = _NEAR.get(distance)
    if words is not None:
        return words.in_locale(reader)
    if abs(distance) <= 7:
        said = format_timedelta(
            timedelta(days=distance),
            granularity="day",
            threshold=10,
            add_direction=True,
            locale=babel_locale(reader),
        )
        return _AFTER_DIGIT.sub("\u00a0", said)
    return format_date(value, locale=reader)
