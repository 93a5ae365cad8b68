"""Journal entries and their lines: what the books are made of."""

import datetime as dt
from decimal import Decimal

from sqlalchemy import CheckConstraint, Date, DateTime, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from addons.base.models import Party
from addons.erp_accounting.models import guards
from addons.erp_accounting.models.account import Account
from addons.erp_accounting.models.distribution import Distribution
from addons.erp_accounting.models.final import before
from addons.erp_accounting.models.journal import Journal
from core.api import (
    ZERO,
    Choice,
    CompanyOwned,
    Document,
    Env,
    Model,
    Money,
    Trigger,
    _,
    about,
    choice,
    link,
    open_in,
    reference,
)

AMOUNTS = "erp_accounting.amounts"


class EntryState(Choice):
    DRAFT = "draft", _("Draft")
    POSTED = "posted", _("Posted"), "ok"


class EntryKind(Choice):
    """Statements of income leave out the last two, balances the last one: it takes back what it brings."""

    ORDINARY = "ordinary", _("Ordinary")
    RESULT = "result", _("Transfer of the result")
    CARRIED = "carried", _("Balances carried forward")


class Entry(CompanyOwned, Model, name="entry"):
    """Balanced, numbered without a gap in its journal and year, and never changed once posted: reverse it
    instead."""

    __open_when__ = open_in("state", EntryState.DRAFT)
    __label__ = _("Journal entry")
    __labels__ = _("Journal entries")
    __display__ = "title"
    __searchable__ = ("number", "label", "origin")
    __document__ = Document(
        closed_when=lambda entry: entry.state == EntryState.POSTED,
        service_fields=(
            *("state", "kind", "number", "year", "sequence", "hash", "posted_at"),
            *("reversal_of_id", "lock_exception_id"),
        ),
        lock_rank=60,
        closed_hint=_("Reverse it to correct it."),
        service_hint=_("Post or reverse the entry instead."),
    )

    __not_copied__ = frozenset(
        {
            *(
                "number",
                "year",
                "sequence",
                "hash",
                "posted_at",
                "state",
                "reversal_of_id",
                "lock_exception_id",
            ),
        }
    )

    journal_id: Mapped[int] = reference("erp_accounting.journal", index=False, info=about(_("Journal")))
    journal: Mapped[Journal] = link("erp_accounting.journal")
    date: Mapped[dt.date] = mapped_column(Date, info=about(_("Date")))
    state: Mapped[EntryState] = choice(EntryState, default=EntryState.DRAFT, info=about(_("Status")))
    kind: Mapped[EntryKind] = choice(EntryKind, default=EntryKind.ORDINARY, info=about(_("Kind")))
    label: Mapped[str] = mapped_column(String(200), default="", server_default="", info=about(_("Label")))
    origin: Mapped[str] = mapped_column(
        String(80),
        default="",
        server_default="",
        info=about(_("Origin"), help=_("The document this entry comes from.")),
    )
    number: Mapped[str | None] = mapped_column(String(40), info=about(_("Number")))
    year: Mapped[int | None] = mapped_column(Integer)
    sequence: Mapped[int | None] = mapped_column(Integer)
    hash: Mapped[str | None] = mapped_column(String(64), info=about(_("Seal")))
    posted_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True), info=about(_("Posted at")))
    reversal_of_id: Mapped[int | None] = reference(
        "erp_accounting.entry", nullable=True, info=about(_("Reversal of"))
    )
    lock_exception_id: Mapped[int | None] = reference(
        "erp_accounting.lock_exception", nullable=True, info=about(_("Posted under the exception"))
    )
    """What let it pass a lock date; the posting trigger checks it."""
    lines: Mapped[list["EntryLine"]] = link(
        "erp_accounting.entry_line", back="entry", many=True, order_by="position", owned=True
    )

    __constraints__ = (
        Index("gapless", "journal_id", "year", "sequence", unique=True),
        Index("company_date", "company_id", "date"),
        Index(
            "reversed_once",
            "reversal_of_id",
            unique=True,
            postgresql_where=text("reversal_of_id IS NOT NULL"),
        ),
        CheckConstraint(
            "(state = 'posted') = (number IS NOT NULL AND year IS NOT NULL AND sequence IS NOT NULL AND hash "
            "IS NOT NULL)",
            name="posted_is_numbered",
        ),
    )
    __triggers__ = (
        Trigger("posting", "BEFORE INSERT OR UPDATE OR DELETE", guards.POSTING),
        guards.never_emptied(),
    )

    @property
    def title(self) -> str:
        """The number once posted, else what it is about."""
        return self.number or self.label or str(_("Draft entry"))

    @property
    def is_posted(self) -> bool:
        return self.state is EntryState.POSTED

    def before_save(self, env: Env) -> None:
        """Refuse to post in locked days."""
        super().before_save(env)
        if self.is_posted and before(self, "state") is EntryState.DRAFT:
            from addons.erp_accounting.models import locks  # it knows of entries itself

            if ledger := locks.books_of(env):
                self.lock_exception_id = locks.refuse_locked(env, ledger, self.date, self.journal.kind)


class EntryLine(CompanyOwned, Model, name="entry_line", versioned=False):
    """An amount on one account: a debit or a credit, never both. In a foreign currency it carries both
    amounts."""

    __label__ = _("Entry line")
    __labels__ = _("Entry lines")
    __display__ = "title"

    __not_copied__ = frozenset({"entry_id"})

    entry_id: Mapped[int] = reference("erp_accounting.entry", ondelete="CASCADE")
    entry: Mapped[Entry] = link("erp_accounting.entry", back="lines")
    position: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    journal_id: Mapped[int] = reference("erp_accounting.journal", index=False)
    date: Mapped[dt.date] = mapped_column(Date, info=about(_("Date")))
    """The entry's date and journal, repeated so that a ledger page reads one index."""
    account_id: Mapped[int] = reference("erp_accounting.account", index=False, info=about(_("Account")))
    account: Mapped[Account] = link("erp_accounting.account")
    party_id: Mapped[int | None] = reference(
        "base.party", nullable=True, index=False, info=about(_("Customer or supplier"))
    )
    party: Mapped[Party | None] = link("base.party")
    label: Mapped[str] = mapped_column(String(200), default="", server_default="", info=about(_("Label")))
    debit: Mapped[Decimal] = mapped_column(Money, default=ZERO, info=about(_("Debit"), group=AMOUNTS))
    credit: Mapped[Decimal] = mapped_column(Money, default=ZERO, info=about(_("Credit"), group=AMOUNTS))
    currency: Mapped[str] = mapped_column(String(3), info=about(_("Currency")))
    amount_currency: Mapped[Decimal] = mapped_column(
        Money, default=ZERO, info=about(_("Amount in currency"), group=AMOUNTS)
    )
    """Signed: positive for a debit. Equals debit - credit in the company's own currency."""
    tax_id: Mapped[int | None] = reference("catalog.tax", nullable=True, index=False, info=about(_("Tax")))
    """Set on the lines that carry a tax amount."""
    tax_code: Mapped[str] = mapped_column(
        String(200), default="", server_default="", info=about(_("Tax code"))
    )
    """On a tax line its tax; on a line of income or expense the taxes it is the base of, separated by
    spaces."""
    tax_base: Mapped[Decimal] = mapped_column(
        Money, default=ZERO, server_default="0", info=about(_("Tax base"), group=AMOUNTS)
    )
    due_date: Mapped[dt.date | None] = mapped_column(Date, info=about(_("Due date")))
    distribution_id: Mapped[int | None] = reference(
        "erp_accounting.distribution", nullable=True, index=False, info=about(_("Analytic"))
    )
    distribution: Mapped[Distribution | None] = link("erp_accounting.distribution")
    """What it was posted with; later re-allocations stand beside it."""

    __constraints__ = (
        Index("distribution", "distribution_id", postgresql_where=text("distribution_id IS NOT NULL")),
        Index("account_date", "account_id", "date", "id"),
        Index("party_date", "party_id", "date", "id", postgresql_where=text("party_id IS NOT NULL")),
        Index("company_date", "company_id", "date"),
        CheckConstraint("debit >= 0 AND credit >= 0 AND (debit = 0 OR credit = 0)", name="debit_or_credit"),
        CheckConstraint(
            "(debit = 0 OR amount_currency >= 0) AND (credit = 0 OR amount_currency <= 0)", name="same_side"
        ),
    )
    __triggers__ = (
        Trigger("posted_is_final", "BEFORE INSERT OR UPDATE OR DELETE", guards.LINE_OF_POSTED),
        guards.never_emptied(),
    )

    def before_save(self, env: Env) -> None:
        """Follow the entry's day and journal."""
        super().before_save(env)
        entry = self.entry
        if entry is None:
            return
        self.journal_id = self.journal_id or entry.journal_id
        self.date = self.date or entry.date
        self.currency = self.currency or env.company.currency
        if self.amount_currency is None and self.currency == env.company.currency:
            self.amount_currency = (self.debit or ZERO) - (self.credit or ZERO)

    @property
    def title(self) -> str:
        """What it says, else its account."""
        return self.label or (self.account.title if self.account else "")

    @property
    def balance(self) -> Decimal:
        """Debit minus credit, in the company's currency."""
        return self.debit - self.credit


class PeriodTotal(CompanyOwned, Model, name="period_total", versioned=False):
    """Sums of one account, journal, kind of entry and month, kept by the posting trigger so that statements
    stay flat."""

    __label__ = _("Monthly total")
    __labels__ = _("Monthly totals")
    __display__ = "period"

    account_id: Mapped[int] = reference("erp_accounting.account", index=False)
    account: Mapped[Account] = link("erp_accounting.account")
    journal_id: Mapped[int] = reference("erp_accounting.journal", index=False)
    kind: Mapped[EntryKind] = choice(EntryKind, default=EntryKind.ORDINARY, info=about(_("Kind")))
    period: Mapped[dt.date] = mapped_column(Date, info=about(_("Month")))
    """The first day of the month."""
    debit: Mapped[Decimal] = mapped_column(Money, info=about(_("Debit"), group=AMOUNTS))
    credit: Mapped[Decimal] = mapped_column(Money, info=about(_("Credit"), group=AMOUNTS))

    __constraints__ = (
        Index("account_journal_period", "account_id", "journal_id", "kind", "period", unique=True),
        Index("company_period", "company_id", "period"),
    )
    __triggers__ = (
        Trigger("follows", "BEFORE INSERT OR UPDATE OR DELETE", guards.PERIOD_TOTAL, when=guards.DIRECTLY),
        guards.never_emptied(),
    )
