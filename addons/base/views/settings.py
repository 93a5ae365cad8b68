"""Tags, currencies, exchange rates and countries."""

from __future__ import annotations

from addons.base.models import Country, Currency, ExchangeRate, Tag
from core.api import Form, List, Preset, Section, _

SETTING_VIEWS = (
    List(
        Tag,
        columns=("name",),
        default_sort="name",
        empty=_("Words to find contacts again: Hotels, Fair 2026…"),
    ),
    Form(Tag, title="name", sections=(Section("", ("name",)),), timeline=False),
    List(
        Currency,
        columns=("code", "name", "digits", "active"),
        filters=("active",),
        default_sort="code",
        presets=(
            Preset("used", _("In use")),
            Preset("all", _("All"), filters=("active:any",)),
        ),
        create=False,
    ),
    Form(
        Currency,
        title="code",
        subtitle="name",
        sections=(Section("", ("code", "name"), ("digits", "active")),),
        deletable=False,
        timeline=False,
    ),
    List(
        ExchangeRate,
        columns=("currency", "date", "rate"),
        filters=("currency", "date"),
        default_sort="-date",
        empty=_("What one unit of a foreign currency costs in yours, day by day."),
    ),
    Form(
        ExchangeRate,
        title="currency",
        sections=(Section("", ("currency", "date"), ("rate",)),),
        timeline=False,
    ),
    List(Country, columns=("code", "name", "active"), filters=("active",), default_sort="name", create=False),
    Form(Country, title="name", sections=(Section("", ("code", "name"), ("active",)),), timeline=False),
)
