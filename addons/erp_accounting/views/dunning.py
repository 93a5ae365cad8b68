"""Reminder levels, stops and what went out on screen."""

from __future__ import annotations

from addons.erp_accounting.models import DunningHold, DunningLevel, DunningNotice
from core.api import Column, Field, Form, List, Section, Tab, _

DUNNING = (
    List(
        DunningLevel,
        columns=("position", "name", "days", "fee", Column("books_fee", hidden=True), "subject", "active"),
        filters=("active",),
        default_sort="days",
    ),
    Form(
        DunningLevel,
        title="name",
        sections=(Section("", ("name", "position", "days"), ("fee", "books_fee", "active")),),
        tabs=(
            Tab(_("English"), Section("", ("subject",), ("body",)), name="english"),
            Tab(_("French"), Section("", ("subject_fr",), ("body_fr",)), name="french"),
        ),
    ),
    List(
        DunningHold,
        columns=("party", "invoice", "reason", "until"),
        filters=("party", "until"),
        default_sort="party",
        empty=_("No customer and no invoice is left out of the reminders."),
    ),
    Form(
        DunningHold,
        title="reason",
        sections=(Section("", ("party", Field("invoice", required=False)), ("reason", "until")),),
    ),
    List(
        DunningNotice,
        columns=(
            "date",
            "party",
            "level",
            "invoice",
            Column("open_amount", sum=True),
            "currency",
            Column("fee_entry", hidden=True),
        ),
        filters=("party", "level", "date"),
        default_sort="-date",
        create=False,
        empty=_("Reminders that went out appear here."),
    ),
)
