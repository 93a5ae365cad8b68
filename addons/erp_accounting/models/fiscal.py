"""Fiscal years, what lifts a lock date for a while, and the totals kept when a period is closed."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Date, DateTime, Index, Integer, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from addons.erp_accounting.models import guards, period_guards
from addons.erp_accounting.models.entry import AMOUNTS, Entry
from core.api import (
    Choice,
    CompanyOwned,
    Env,
    Model,
    Money,
    Trigger,
    User,
    _,
    about,
    choice,
    link,
    never_open,
    reference,
)

ENTRIES = ("result_entry_id", "closing_entry_id", "opening_entry_id")


class YearState(Choice):
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed"), "ok"


class FiscalYear(CompanyOwned, Model, name="fiscal_year"):
    """The days of one set of annual accounts: up to 24 months, never overlapping another year.

    Days without a year follow the first month of the accounting settings. A closed year takes no entry until
    it is reopened.
    """

    __open_when__ = never_open
    __label__ = _("Fiscal year")
    __labels__ = _("Fiscal years")
    __kept__ = True

    name: Mapped[str] = mapped_column(String(40), info=about(_("Name")))
    start: Mapped[dt.date] = mapped_column(Date, info=about(_("First day")))
    end: Mapped[dt.date] = mapped_column(Date, info=about(_("Last day")))
    state: Mapped[YearState] = choice(YearState, default=YearState.OPEN, info=about(_("Status"), track=True))
    closed_at: Mapped[dt.datetime | None] = mapped_column(
        DateTime(timezone=True), info=about(_("Closed at"), track=True)
    )
    closed_by_id: Mapped[int | None] = reference("core.user", nullable=True, info=about(_("Closed by")))
    closed_by: Mapped[User | None] = link("core.user", key="closed_by_id")
    result_entry_id: Mapped[int | None] = reference(
        "erp_accounting.entry", nullable=True, info=about(_("Transfer of the result"))
    )
    result_entry: Mapped[Entry | None] = link("erp_accounting.entry", key="result_entry_id")
    closing_entry_id: Mapped[int | None] = reference(
        "erp_accounting.entry", nullable=True, info=about(_("Closing of the balance sheet"))
    )
    closing_entry: Mapped[Entry | None] = link("erp_accounting.entry", key="closing_entry_id")
    opening_entry_id: Mapped[int | None] = reference(
        "erp_accounting.entry", nullable=True, info=about(_("Opening balances of the next year"))
    )
    opening_entry: Mapped[Entry | None] = link("erp_accounting.entry", key="opening_entry_id")

    __constraints__ = (
        Index("company_start", "company_id", "start", unique=True),
        CheckConstraint('"start" < "end"', name="start_before_end"),
        CheckConstraint('"end" < "start" + interval \'24 months\'', name="at_most_24_months"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_at_a_moment"),
    )
    __triggers__ = (
        Trigger("years_do_not_overlap", "BEFORE INSERT OR UPDATE OR DELETE", period_guards.YEAR),
        guards.never_emptied(),
    )

    @property
    def is_open(self) -> bool:
        return self.state is not YearState.CLOSED

    def locked_fields(self, env: Env) -> Mapping[str, str]:
        """A year is closed and reopened by its actions."""
        why = str(_("Use “Close the year” or “Reopen the year”."))
        fields = dict.fromkeys(("state", "closed_at", "closed_by_id", *ENTRIES), why)
        if not self.is_open:
            closed = str(_("The year is closed: its days are final."))
            fields |= dict.fromkeys(("start", "end", "name"), closed)
        return fields

    def before_save(self, env: Env) -> None:
        """Name a year after the calendar year of its last day."""
        super().before_save(env)
        if not self.name and self.end:
            self.name = str(self.end.year)


class LockScope(Choice):
    SALES = "sales", _("Sales")
    PURCHASES = "purchases", _("Purchases")
    ALL = "all", _("Everything")


class LockException(CompanyOwned, Model, name="lock_exception", versioned=False):
    """Lets somebody, or everybody, post in locked days for a while. It is never changed, only ended; each
    entry posted under it says so. The hard lock has none."""

    __label__ = _("Exception from lock dates")
    __labels__ = _("Exceptions from lock dates")
    __display__ = "reason"

    scope: Mapped[LockScope] = choice(LockScope, default=LockScope.ALL, info=about(_("Lifts the lock of")))
    first_day: Mapped[dt.date] = mapped_column(Date, info=about(_("Days from")))
    """Entries dated on or after this day pass."""
    user_id: Mapped[int | None] = reference(
        "core.user", nullable=True, info=about(_("For"), help=_("Everybody who may post, when left empty."))
    )
    user: Mapped[User | None] = link("core.user", key="user_id")
    until: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), info=about(_("Until")))
    reason: Mapped[str] = mapped_column(Text, info=about(_("Reason")))
    granted_by_id: Mapped[int | None] = reference("core.user", nullable=True, info=about(_("Granted by")))
    granted_by: Mapped[User | None] = link("core.user", key="granted_by_id")
    ended_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True), info=about(_("Ended at")))
    ended_by_id: Mapped[int | None] = reference("core.user", nullable=True, info=about(_("Ended by")))
    ended_by: Mapped[User | None] = link("core.user", key="ended_by_id")

    __constraints__ = (
        Index("company_until", "company_id", "until"),
        CheckConstraint("btrim(reason) <> ''", name="reason_given"),
        CheckConstraint("until <= created_at + interval '31 days'", name="for_a_month_at_most"),
    )
    __triggers__ = (
        Trigger("only_ended", "BEFORE UPDATE OR DELETE", period_guards.EXCEPTION),
        guards.never_emptied(),
    )

    @property
    def is_ended(self) -> bool:
        """Ended by somebody or by its time."""
        return self.ended_at is not None or self.until <= dt.datetime.now(dt.UTC)

    def before_save(self, env: Env) -> None:
        """Note who grants it."""
        super().before_save(env)
        if self.id is None:
            self.granted_by_id = env.user.id


class ClosingKind(Choice):
    MONTH = "month", _("Month")
    YEAR = "year", _("Fiscal year")


class ClosingTotal(CompanyOwned, Model, name="closing_total", versioned=False):
    """What a period and the books since their beginning added up to when it was closed; never changed.

    `heads` says up to which number of each journal and year it counts, so that it can be computed again at
    any time. Each total is chained to the one before by its hash.
    """

    __label__ = _("Closing total")
    __labels__ = _("Closing totals")
    __display__ = "title"

    kind: Mapped[ClosingKind] = choice(ClosingKind, default=ClosingKind.MONTH, info=about(_("Kind")))
    start: Mapped[dt.date] = mapped_column(Date, info=about(_("First day")))
    end: Mapped[dt.date] = mapped_column(Date, info=about(_("Last day")))
    entries: Mapped[int] = mapped_column(Integer, info=about(_("Entries")))
    debit: Mapped[Decimal] = mapped_column(Money, info=about(_("Debit"), group=AMOUNTS))
    credit: Mapped[Decimal] = mapped_column(Money, info=about(_("Credit"), group=AMOUNTS))
    perpetual_debit: Mapped[Decimal] = mapped_column(
        Money, info=about(_("Debit since the beginning"), group=AMOUNTS)
    )
    perpetual_credit: Mapped[Decimal] = mapped_column(
        Money, info=about(_("Credit since the beginning"), group=AMOUNTS)
    )
    heads: Mapped[list[list[Any]]] = mapped_column(JSONB, default=list, info=about(internal=True))
    """[journal id, year, last number of the sequence, its hash], by journal and year."""
    previous: Mapped[str] = mapped_column(String(64), default="", info=about(internal=True))
    hash: Mapped[str] = mapped_column(String(64), info=about(_("Seal")))

    __constraints__ = (Index("company_end", "company_id", "end"),)
    __triggers__ = (
        Trigger("final", "BEFORE UPDATE OR DELETE", period_guards.TOTAL),
        guards.never_emptied(),
    )

    @property
    def title(self) -> str:
        """ "2026-01-01 – 2026-01-31" """
        return f"{self.start} – {self.end}"
