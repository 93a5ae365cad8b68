"""Bank accounts, their statements, and the lines that are matched with the books."""

import datetime as dt
from decimal import Decimal
from typing import Any

from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException
from sqlalchemy import CheckConstraint, Date, DateTime, Index, Integer, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from addons.base.models import Party
from addons.erp_accounting.models import bank_guards, guards
from addons.erp_accounting.models.account import Account
from addons.erp_accounting.models.entry import AMOUNTS, Entry
from addons.erp_accounting.models.journal import Journal
from core.api import (
    ZERO,
    Choice,
    CompanyOwned,
    Env,
    Invalid,
    Model,
    Money,
    Trigger,
    User,
    _,
    about,
    choice,
    link,
    open_in,
    reference,
)


def checked_iban(typed: str) -> str:
    """The IBAN without blanks, in capitals; Invalid when check digits or length are wrong (ISO 13616)."""
    try:
        return str(IBAN(typed))
    except SchwiftyException as error:
        raise Invalid(
            fields={"iban": _("{iban} is no IBAN: its check digits or its length are wrong.", iban=typed)}
        ) from error


def checked_bic(typed: str) -> str:
    """The BIC in capitals; Invalid when it is none (ISO 9362)."""
    try:
        return str(BIC(typed))
    except SchwiftyException as error:
        raise Invalid(fields={"bic": _("{bic} is no BIC.", bic=typed)}) from error


class BankAccount(CompanyOwned, Model, name="bank_account"):
    """The account at the bank behind a bank journal. Its statements are in one currency."""

    __label__ = _("Bank account")
    __labels__ = _("Bank accounts")
    __display__ = "title"
    __kept__ = True
    __searchable__ = ("name", "iban", "number")

    name: Mapped[str] = mapped_column(String(100), info=about(_("Name")))
    journal_id: Mapped[int] = reference("erp_accounting.journal", index=False, info=about(_("Journal")))
    journal: Mapped[Journal] = link("erp_accounting.journal")
    iban: Mapped[str | None] = mapped_column(String(34), info=about(_("IBAN")))
    bic: Mapped[str | None] = mapped_column(String(11), info=about(_("BIC")))
    number: Mapped[str] = mapped_column(
        String(40),
        default="",
        server_default="",
        info=about(_("Account number"), help=_("As statements name the account where it has no IBAN.")),
    )
    currency: Mapped[str] = mapped_column(String(3), info=about(_("Currency")))
    suspense_account_id: Mapped[int | None] = reference(
        "erp_accounting.account",
        nullable=True,
        index=False,
        info=about(
            _("Suspense account"),
            help=_(
                "Holds imported movements until they are matched; that of Accounting settings when empty."
            ),
        ),
    )
    suspense_account: Mapped[Account | None] = link("erp_accounting.account", key="suspense_account_id")
    transit_account_id: Mapped[int | None] = reference(
        "erp_accounting.account",
        nullable=True,
        index=False,
        info=about(
            _("Payments under way"),
            help=_(
                "Payments you register wait here until the statement shows them."
                " Empty: they go to the bank at once."
            ),
        ),
    )
    transit_account: Mapped[Account | None] = link("erp_accounting.account", key="transit_account_id")
    fee_account_id: Mapped[int | None] = reference(
        "erp_accounting.account",
        nullable=True,
        index=False,
        info=about(_("Bank charges"), help=_("Small differences kept by the bank are booked here.")),
    )
    fee_account: Mapped[Account | None] = link("erp_accounting.account", key="fee_account_id")
    tolerance: Mapped[Decimal] = mapped_column(
        Money,
        default=Decimal(1),
        server_default="1",
        info=about(
            _("Tolerance"),
            help=_(
                "Up to this difference a proposal books the rest as a charge, instead of leaving it open."
            ),
        ),
    )
    columns: Mapped[dict[str, Any]] = mapped_column(
        JSONB, default=dict, server_default="{}", info=about(internal=True)
    )
    """How its CSV files are read: headings -> mapping; see services.bank.csv_file.Mapping."""
    active: Mapped[bool] = mapped_column(default=True, server_default="true", info=about(_("Active")))

    __constraints__ = (
        Index("journal", "journal_id", unique=True),
        Index(
            "iban", "company_id", "iban", "currency", unique=True, postgresql_where=text("iban IS NOT NULL")
        ),
        CheckConstraint("tolerance >= 0", name="tolerance_not_negative"),
    )

    @property
    def title(self) -> str:
        """Name and the end of the IBAN, as people tell accounts apart."""
        end = (self.iban or self.number or "")[-4:]
        return f"{self.name} •••• {end}" if end else self.name

    @property
    def iban_text(self) -> str:
        """In groups of four, as printed on paper (ISO 13616)."""
        iban = self.iban or self.number or ""
        return " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))

    def before_save(self, env: Env) -> None:
        """Check IBAN and BIC; the currency is the company's unless it is said."""
        super().before_save(env)
        self.iban = checked_iban(self.iban) if self.iban else None
        self.bic = checked_bic(self.bic) if self.bic else None
        self.currency = (self.currency or env.company.currency).upper()


class StatementFormat(Choice):
    CAMT = "camt.053", "camt.053"
    MT940 = "mt940", "MT940"
    OFX = "ofx", "OFX"
    CSV = "csv", "CSV"


class BankStatement(CompanyOwned, Model, name="bank_statement"):
    """Opening balance plus lines is the closing balance, or the file is refused.

    From overlapping files only new lines are taken: the opening balance is that before the first of them.
    """

    __label__ = _("Bank statement")
    __labels__ = _("Bank statements")
    __searchable__ = ("name", "file_name")

    name: Mapped[str] = mapped_column(String(100), info=about(_("Statement")))
    bank_account_id: Mapped[int] = reference(
        "erp_accounting.bank_account", index=False, info=about(_("Bank account"))
    )
    bank_account: Mapped[BankAccount] = link("erp_accounting.bank_account")
    start_date: Mapped[dt.date] = mapped_column(Date, info=about(_("From")))
    date: Mapped[dt.date] = mapped_column(Date, info=about(_("Until")))
    currency: Mapped[str] = mapped_column(String(3), info=about(_("Currency")))
    opening: Mapped[Decimal] = mapped_column(Money, info=about(_("Opening balance"), group=AMOUNTS))
    closing: Mapped[Decimal] = mapped_column(Money, info=about(_("Closing balance"), group=AMOUNTS))
    gap: Mapped[Decimal] = mapped_column(
        Money,
        default=ZERO,
        server_default="0",
        info=about(
            _("Gap"),
            help=_("Opening balance minus the closing balance of the statement before."),
            group=AMOUNTS,
        ),
    )
    format: Mapped[StatementFormat] = choice(StatementFormat, info=about(_("Format")))
    file_name: Mapped[str] = mapped_column(String(200), default="", server_default="", info=about(_("File")))
    reference: Mapped[str] = mapped_column(
        String(80), default="", server_default="", info=about(_("Number of the bank"))
    )
    line_count: Mapped[int] = mapped_column(Integer, default=0, server_default="0", info=about(_("Lines")))
    matched_count: Mapped[int] = mapped_column(
        Integer, default=0, server_default="0", info=about(_("Matched lines"))
    )
    """Both are kept by the trigger of the lines."""
    closed_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True), info=about(_("Closed at")))

    __constraints__ = (
        Index("account_date", "bank_account_id", "date", "id"),
        CheckConstraint("matched_count BETWEEN 0 AND line_count", name="counts"),
        CheckConstraint("start_date <= date", name="dates"),
    )
    __triggers__ = (
        Trigger("is_the_banks", "BEFORE UPDATE", bank_guards.STATEMENT),
        Trigger("adds_up", "AFTER INSERT OR UPDATE", bank_guards.ADDS_UP, deferred=True),
        guards.never_emptied(),
    )

    @property
    def progress(self) -> str:
        """How far it is matched."""
        return str(_("{matched} of {lines} matched", matched=self.matched_count, lines=self.line_count))

    @property
    def left(self) -> int:
        """Lines that are still to be matched."""
        return self.line_count - self.matched_count


class LineState(Choice):
    OPEN = "open", _("To match"), "warn"
    MATCHED = "matched", _("Matched"), "ok"


class BankLine(CompanyOwned, Model, name="bank_line"):
    """One movement as the bank told it, never changed. It is booked against the suspense account when it is
    imported; matching moves it on from there."""

    __open_when__ = open_in("state", LineState.OPEN)
    __label__ = _("Statement line")
    __labels__ = _("Statement lines")
    __display__ = "label"
    __searchable__ = ("label", "partner_name", "partner_iban", "bank_reference")

    statement_id: Mapped[int] = reference(
        "erp_accounting.bank_statement", index=False, info=about(_("Statement"))
    )
    statement: Mapped[BankStatement] = link("erp_accounting.bank_statement")
    bank_account_id: Mapped[int] = reference(
        "erp_accounting.bank_account", index=False, info=about(_("Bank account"))
    )
    bank_account: Mapped[BankAccount] = link("erp_accounting.bank_account")
    position: Mapped[int] = mapped_column(Integer)
    date: Mapped[dt.date] = mapped_column(Date, info=about(_("Date")))
    value_date: Mapped[dt.date | None] = mapped_column(Date, info=about(_("Value date")))
    amount: Mapped[Decimal] = mapped_column(Money, info=about(_("Amount"), group=AMOUNTS))
    """Positive when it came in, in the account's currency."""
    currency: Mapped[str] = mapped_column(String(3), info=about(_("Currency")))
    label: Mapped[str] = mapped_column(Text, default="", server_default="", info=about(_("Text")))
    partner_name: Mapped[str] = mapped_column(
        String(200), default="", server_default="", info=about(_("Other party"))
    )
    partner_iban: Mapped[str] = mapped_column(
        String(40), default="", server_default="", info=about(_("Their account"))
    )
    bank_reference: Mapped[str] = mapped_column(
        String(80), default="", server_default="", info=about(_("Reference of the bank"))
    )
    end_to_end: Mapped[str] = mapped_column(
        String(80), default="", server_default="", info=about(_("Reference of the sender"))
    )
    foreign_amount: Mapped[Decimal | None] = mapped_column(
        Money, info=about(_("Amount in their currency"), group=AMOUNTS)
    )
    foreign_currency: Mapped[str] = mapped_column(
        String(3), default="", server_default="", info=about(_("Their currency"))
    )
    unique_key: Mapped[str] = mapped_column(String(80), info=about(internal=True))
    """What tells the line from every other one of the account; see services.bank.keys."""
    state: Mapped[LineState] = choice(LineState, default=LineState.OPEN, info=about(_("Status")))
    party_id: Mapped[int | None] = reference(
        "base.party", nullable=True, info=about(_("Customer or supplier"))
    )
    party: Mapped[Party | None] = link("base.party")
    entry_id: Mapped[int | None] = reference(
        "erp_accounting.entry", nullable=True, info=about(_("Journal entry"))
    )
    entry: Mapped[Entry | None] = link("erp_accounting.entry", key="entry_id")
    bank_line_id: Mapped[int | None] = reference("erp_accounting.entry_line", nullable=True, index=False)
    suspense_line_id: Mapped[int | None] = reference("erp_accounting.entry_line", nullable=True, index=False)
    match_entry_id: Mapped[int | None] = reference(
        "erp_accounting.entry", nullable=True, info=about(_("Entry of the match"))
    )
    match_entry: Mapped[Entry | None] = link("erp_accounting.entry", key="match_entry_id")
    matched_at: Mapped[dt.datetime | None] = mapped_column(
        DateTime(timezone=True), info=about(_("Matched at"))
    )
    matched_by_id: Mapped[int | None] = reference(
        "core.user", nullable=True, index=False, info=about(_("Matched by"))
    )
    matched_by: Mapped[User | None] = link("core.user", key="matched_by_id")
    match_run: Mapped[str] = mapped_column(
        String(32), default="", server_default="", info=about(internal=True)
    )
    """Lines matched by one press of a button share it, so that one Undo takes all of them back."""
    reason: Mapped[str] = mapped_column(Text, default="", server_default="", info=about(_("Why")))
    """In words: which evidence spoke for the match."""
    learned: Mapped[list[int]] = mapped_column(
        JSONB, default=list, server_default="[]", info=about(internal=True)
    )
    """Rules that the match taught or confirmed; undoing takes that back."""

    __constraints__ = (
        Index("once", "bank_account_id", "unique_key", unique=True),
        Index("statement", "statement_id", "position", unique=True),
        Index("bank_line", "bank_line_id", unique=True, postgresql_where=text("bank_line_id IS NOT NULL")),
        Index("left", "company_id", "bank_account_id", "date", postgresql_where=text("state = 'open'")),
        Index("run", "match_run", postgresql_where=text("match_run <> ''")),
        CheckConstraint("amount <> 0", name="amount_not_zero"),
        CheckConstraint("(state = 'matched') = (match_entry_id IS NOT NULL)", name="matched_has_entry"),
        CheckConstraint(
            "(entry_id IS NULL) = (bank_line_id IS NULL) AND (entry_id IS NULL) = (suspense_line_id IS NULL)",
            name="booked_whole",
        ),
    )
    __triggers__ = (
        Trigger("is_the_banks", "BEFORE INSERT OR UPDATE OR DELETE", bank_guards.STATEMENT_LINE),
        guards.never_emptied(),
    )

    @property
    def is_open(self) -> bool:
        return self.state is LineState.OPEN


class BankConfirmation(CompanyOwned, Model, name="bank_confirmation", versioned=False):
    """A statement line showed a payment that had been booked on the bank account already."""

    __label__ = _("Confirmed payment")
    __labels__ = _("Confirmed payments")
    __display__ = "line_id"

    line_id: Mapped[int] = reference("erp_accounting.bank_line", ondelete="CASCADE")
    line: Mapped[BankLine] = link("erp_accounting.bank_line")
    entry_line_id: Mapped[int] = reference("erp_accounting.entry_line", index=False)

    __constraints__ = (Index("once", "entry_line_id", unique=True),)
