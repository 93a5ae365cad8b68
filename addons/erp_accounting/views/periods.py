"""Fiscal years, lock dates and their exceptions, closing totals on screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from addons.erp_accounting.models import ClosingTotal, FiscalYear, LockException
from addons.erp_accounting.services import closing, exceptions, fiscal_years, ledgers
from core.api import Action, Ask, Column, Field, Form, List, Preset, Section, Smart, _

if TYPE_CHECKING:
    from datetime import date

    from addons.erp_accounting.models import Ledger
    from core.api import Env

ACCOUNTANT = "erp_accounting.accountant"


def _set_locks(
    env: Env,
    ledger: Ledger,
    *,
    sales: date | None = None,
    purchases: date | None = None,
    everything: date | None = None,
    hard: date | None = None,
) -> None:
    ledgers.set_locks(env, ledger, sales=sales, purchases=purchases, everything=everything, hard=hard)


def _lock(name: str, label: str, column: str, help: str = "") -> Ask:  # noqa: A002 - the word users of forms know
    return Ask(
        name, label, "date", required=False, default=lambda _env, ledger: getattr(ledger, column), help=help
    )


LOCK_ACTIONS = (
    Action(
        "set_locks",
        service=_set_locks,
        label=_("Set lock dates…"),
        icon="lock",
        primary=True,
        role=ACCOUNTANT,
        explain=_("Nothing is posted on or before a lock date. An empty date unlocks."),
        done=_("Lock dates set."),
        ask=(
            _lock("sales", _("Sales locked until"), "lock_sales"),
            _lock("purchases", _("Purchases locked until"), "lock_purchases"),
            _lock("everything", _("Everything locked until"), "lock_all"),
            _lock("hard", _("Closed for good until"), "lock_hard", _("It can only move forward.")),
        ),
    ),
)


def _count(model: Any) -> Any:
    def counted(env: Env, ledger: Any) -> int | None:
        if ledger.id is None:
            return None
        rows = env[model]
        return env.session.scalar(select(func.count(rows.id)).where(rows.company_id == ledger.company_id))

    return counted


LEDGER_SMART = (
    Smart(
        "fiscal_years",
        _("Fiscal years"),
        icon="calendar-stats",
        count=_count(FiscalYear),
        url=lambda _env, _ledger: "/app/erp_accounting/fiscal_year/",
    ),
    Smart(
        "exceptions",
        _("Exceptions"),
        icon="lock-open",
        count=_count(LockException),
        url=lambda _env, _ledger: "/app/erp_accounting/lock_exception/",
    ),
    Smart(
        "closing_totals",
        _("Closing totals"),
        icon="sum",
        count=_count(ClosingTotal),
        url=lambda _env, _ledger: "/app/erp_accounting/closing_total/",
    ),
)

PERIODS = (
    List(
        FiscalYear,
        columns=("name", "start", "end", "state", "closed_at", Column("closed_by", hidden=True)),
        filters=("state",),
        default_sort="-start",
        empty=_("Without one, years follow the first month of the accounting settings."),
    ),
    Form(
        FiscalYear,
        title="name",
        subtitle=lambda year: f"{year.start} – {year.end}" if year.id else "",
        status="state",
        create=fiscal_years.create,
        readonly=lambda year: year.id is not None and not year.is_open,
        deletable=lambda year: bool(year.is_open),
        sections=(
            Section(
                "",
                (Field("name", required=False),),
                (Field("start", required=False), Field("end", required=False)),
            ),
            Section(
                _("Closing entries"),
                (
                    Field("result_entry", readonly=True),
                    Field("closing_entry", readonly=True),
                    Field("opening_entry", readonly=True),
                ),
                (Field("closed_at", readonly=True), Field("closed_by", readonly=True)),
                visible=lambda year: year.id is not None and not year.is_open,
            ),
        ),
        actions=(
            Action(
                "close",
                service=closing.close,
                label=_("Close the year…"),
                icon="lock",
                primary=True,
                role=ACCOUNTANT,
                visible=lambda year: bool(year.is_open),
                confirm=lambda year: _("Close fiscal year {year}?", year=year.name),
                explain=_("The result is transferred, balances are carried forward, everything is locked."),
                keep=_("Leave the year open"),
                done=_("Year closed."),
            ),
            Action(
                "reopen",
                service=closing.reopen,
                label=_("Reopen the year…"),
                icon="lock-open",
                role=ACCOUNTANT,
                visible=lambda year: not year.is_open,
                confirm=lambda year: _("Reopen fiscal year {year}?", year=year.name),
                explain=_("The closing entries are reversed and the days of the year unlocked."),
                keep=_("Leave the year closed"),
                done=_("Year reopened."),
            ),
        ),
    ),
    List(
        LockException,
        columns=(
            "reason",
            "scope",
            "first_day",
            "user",
            "until",
            "granted_by",
            "ended_at",
            Column("created_at", hidden=True),
        ),
        filters=("scope", "user"),
        default_sort="-until",
        presets=(
            Preset("all", _("All")),
            Preset("open", _("Not ended"), ("ended_at:none",), count=True),
        ),
        empty=_("Someone who must post in locked days gets an exception here, with its reason."),
    ),
    Form(
        LockException,
        title="reason",
        create=exceptions.create,
        readonly=lambda exception: exception.id is not None,
        deletable=False,
        sections=(
            Section(
                "",
                ("scope", "first_day", "user"),
                ("until", "reason"),
            ),
            Section(
                _("Audit"),
                (Field("granted_by", readonly=True), Field("created_at", readonly=True)),
                (Field("ended_by", readonly=True), Field("ended_at", readonly=True)),
                visible=lambda exception: exception.id is not None,
            ),
        ),
        smart=(
            Smart(
                "entries",
                _("Entries"),
                icon="notebook",
                target="erp_accounting.entry",
                via="lock_exception_id",
            ),
        ),
        actions=(
            Action(
                "end",
                service=exceptions.end,
                label=_("End now"),
                icon="lock",
                role=ACCOUNTANT,
                visible=lambda exception: exception.id is not None and not exception.is_ended,
                done=_("Exception ended."),
            ),
        ),
    ),
    List(
        ClosingTotal,
        columns=(
            "end",
            "kind",
            "entries",
            "debit",
            "credit",
            "perpetual_debit",
            "perpetual_credit",
            Column("hash", hidden=True),
        ),
        filters=("kind", "end"),
        default_sort="-end",
        create=False,
        empty=_("Totals are kept when everything is locked for a month, and when a year is closed."),
    ),
    Form(
        ClosingTotal,
        title="title",
        readonly=lambda _total: True,
        deletable=False,
        sections=(
            Section("", ("kind", "start", "end", "entries"), ("debit", "credit")),
            Section(_("Since the beginning"), ("perpetual_debit", "perpetual_credit"), ("hash",)),
        ),
    ),
)
