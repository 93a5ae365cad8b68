"""Recurring invoices on screen."""

from __future__ import annotations

from addons.erp_accounting.models import Recurrence, RecurrenceRun
from addons.erp_accounting.services import recurring
from core.api import Action, Column, Field, Form, List, Section, Smart, _

RECURRING = (
    List(
        Recurrence,
        columns=(
            "name",
            "invoice",
            "months",
            "first_on",
            "until",
            "post",
            "done",
            Column("problem"),
            "active",
        ),
        filters=("active", "post"),
        default_sort="name",
        empty=_("Choose “Repeat…” on a customer invoice."),
    ),
    Form(
        Recurrence,
        title="name",
        sections=(
            Section(
                "",
                ("name", "invoice", "post", "active"),
                (
                    "months",
                    "first_on",
                    "until",
                    Field("done", readonly=True),
                    Field("problem", readonly=True, visible=lambda recurrence: bool(recurrence.problem)),
                ),
            ),
        ),
        actions=(
            Action(
                "write",
                service=recurring.write_now,
                label=_("Write what is due"),
                icon="repeat",
                primary=True,
                visible=lambda recurrence: bool(recurrence.id and recurrence.active),
                done=_("Everything that was due is written."),
            ),
        ),
        smart=(
            Smart(
                "runs",
                _("Invoices written"),
                icon="receipt",
                target="erp_accounting.recurrence_run",
                via="recurrence",
            ),
        ),
    ),
    List(
        RecurrenceRun,
        columns=("day", "recurrence", "invoice"),
        filters=("recurrence", "day"),
        default_sort="-day",
        create=False,
    ),
)
