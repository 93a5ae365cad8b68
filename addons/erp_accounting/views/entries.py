"""Journal entries on screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.erp_accounting.models import AMOUNTS, Entry, EntryLine
from addons.erp_accounting.queries import documents
from addons.erp_accounting.services import editing, entries, reversals
from addons.erp_accounting.views.analytic import offered
from core.api import (
    ZERO,
    Action,
    Ask,
    Column,
    Field,
    Form,
    Lines,
    List,
    Preset,
    Section,
    Smart,
    Tab,
    Total,
    _,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.api import Env


ANALYTIC = Field("distribution", options=offered)


def _totals(env: Env, entry: Any) -> Sequence[Total]:
    if not env.access.shows(AMOUNTS):
        return []
    debit = sum((line.debit or ZERO for line in entry.lines), ZERO)
    credit = sum((line.credit or ZERO for line in entry.lines), ZERO)
    rows = [Total(_("Debit"), debit), Total(_("Credit"), credit)]
    if debit != credit:
        rows.append(Total(_("Difference"), debit - credit, final=True))
    return rows


ENTRIES = (
    List(
        Entry,
        columns=("number", "date", "journal", "label", "origin", "state", Column("posted_at", hidden=True)),
        filters=("journal", "state", "date"),
        default_sort="-date",
        presets=(
            Preset("posted", _("Posted"), ("state:posted",)),
            Preset("drafts", _("Drafts"), ("state:draft",), count=True),
        ),
        empty=_("Invoices and payments post their entries here; write others by hand."),
    ),
    List(
        EntryLine,
        columns=(
            "date",
            "entry",
            "account",
            "party",
            "label",
            Column("debit", sum=True),
            Column("credit", sum=True),
            Column("currency", hidden=True),
            Column("amount_currency", hidden=True),
            Column("tax_code", hidden=True),
            "due_date",
            Column("distribution", hidden=True),
        ),
        filters=("account", "party", "date", "entry"),
        default_sort="-date",
        create=False,
    ),
    Form(
        Entry,
        title="title",
        subtitle=lambda entry: entry.label if entry.number else "",
        status="state",
        deletable=lambda entry: not entry.is_posted,
        defaults={"date": lambda env: env.today()},
        create=editing.create_entry,
        sections=(Section("", ("journal", "label"), ("date", Field("origin", readonly=True))),),
        tabs=(
            Tab(
                _("Lines"),
                Lines(
                    "lines",
                    (
                        "account",
                        "party",
                        "label",
                        "debit",
                        "credit",
                        ANALYTIC,
                        Field("due_date", required=False),
                    ),
                    picker="account",
                    picked=editing.begin_entry_line,
                    changed=editing.keep_entry_line,
                    totals=_totals,
                ),
                name="lines",
            ),
            Tab(
                _("Seal"),
                Section(
                    "",
                    (Field("hash", readonly=True),),
                    (Field("posted_at", readonly=True),),
                ),
                name="seal",
                visible=lambda entry: bool(entry.hash),
            ),
        ),
        actions=(
            Action(
                "post",
                service=entries.post,
                label=_("Post"),
                icon="check",
                primary=True,
                visible=lambda entry: not entry.is_posted,
                done=_("Entry posted."),
                bulk=True,
            ),
            Action(
                "reverse",
                service=reversals.reverse,
                label=_("Reverse…"),
                icon="arrow-back-up",
                visible=lambda entry: bool(entry.is_posted),
                confirm=lambda entry: _("Reverse entry {entry}?", entry=entry.title),
                explain=_("The opposite entry is posted; both stay in the ledger."),
                keep=_("Keep the entry"),
                ask=(
                    Ask("date", _("Date"), "date", default=lambda env, _entry: env.today()),
                    Ask("label", _("Label"), required=False),
                ),
            ),
        ),
        smart=(
            Smart(
                "items",
                _("Entry lines"),
                icon="list-details",
                target="erp_accounting.entry_line",
                via="entry",
            ),
            Smart(
                "reversals",
                _("Reversal"),
                icon="arrow-back-up",
                count=documents.reversal_count,
                url=documents.reversal_url,
            ),
        ),
    ),
)
