"""What is still open on matched accounts, and what settled what."""

import datetime as dt
from decimal import Decimal

from sqlalchemy import CheckConstraint, Date, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from addons.base.models import Party
from addons.erp_accounting.models import guards
from addons.erp_accounting.models.account import Account
from addons.erp_accounting.models.entry import AMOUNTS, Entry, EntryLine
from core.api import CompanyOwned, Document, Model, Money, Trigger, _, about, link, reference


class OpenItem(CompanyOwned, Model, name="open_item", versioned=False):
    """One posted line of a matched account and what is left of it, in both currencies.

    Written by the posting trigger, reduced and restored by the triggers of ``Allocation``; amounts are
    signed like debit minus credit. It is not part of the sealed entry: settling never touches a posted line.
    """

    __label__ = _("Open item")
    __labels__ = _("Open items")
    __display__ = "due_date"

    line_id: Mapped[int] = reference("erp_accounting.entry_line", index=False)
    line: Mapped[EntryLine] = link("erp_accounting.entry_line")
    entry_id: Mapped[int] = reference("erp_accounting.entry")
    entry: Mapped[Entry] = link("erp_accounting.entry")
    account_id: Mapped[int] = reference("erp_accounting.account", index=False, info=about(_("Account")))
    account: Mapped[Account] = link("erp_accounting.account")
    party_id: Mapped[int | None] = reference(
        "base.party", nullable=True, index=False, info=about(_("Customer or supplier"))
    )
    party: Mapped[Party | None] = link("base.party")
    date: Mapped[dt.date] = mapped_column(Date, info=about(_("Date")))
    due_date: Mapped[dt.date] = mapped_column(Date, info=about(_("Due date")))
    currency: Mapped[str] = mapped_column(String(3), info=about(_("Currency")))
    amount: Mapped[Decimal] = mapped_column(Money, info=about(_("Amount"), group=AMOUNTS))
    amount_currency: Mapped[Decimal] = mapped_column(
        Money, info=about(_("Amount in currency"), group=AMOUNTS)
    )
    residual: Mapped[Decimal] = mapped_column(Money, info=about(_("Open amount"), group=AMOUNTS))
    residual_currency: Mapped[Decimal] = mapped_column(
        Money, info=about(_("Open amount in currency"), group=AMOUNTS)
    )

    __constraints__ = (
        Index("line", "line_id", unique=True),
        Index("party", "party_id", "account_id"),
        Index(
            "still_open",
            "company_id",
            "account_id",
            "party_id",
            postgresql_where=text("residual <> 0 OR residual_currency <> 0"),
        ),
        CheckConstraint(
            "residual * sign(amount) >= 0 AND abs(residual) <= abs(amount)"
            " AND residual_currency * sign(amount_currency) >= 0"
            " AND abs(residual_currency) <= abs(amount_currency)",
            name="within_amount",
        ),
    )
    __triggers__ = (
        Trigger("follows", "BEFORE INSERT OR UPDATE OR DELETE", guards.OPEN_ITEM, when=guards.DIRECTLY),
        guards.never_emptied(),
    )

    @property
    def is_open(self) -> bool:
        return bool(self.residual or self.residual_currency)


class Allocation(CompanyOwned, Model, name="allocation", versioned=False):
    """A debit and a credit of one account that settled each other, wholly or in part. Deleting it opens both
    again."""

    __label__ = _("Allocation")
    __labels__ = _("Allocations")
    __display__ = "date"
    __document__ = Document(
        services_only=True,
        lock_rank=60,
        closed_hint=_("Register a payment, or undo one, instead."),
        service_hint=_("Register a payment, or undo one, instead."),
    )

    debit_item_id: Mapped[int] = reference("erp_accounting.open_item")
    debit_item: Mapped[OpenItem] = link("erp_accounting.open_item")
    credit_item_id: Mapped[int] = reference("erp_accounting.open_item")
    credit_item: Mapped[OpenItem] = link("erp_accounting.open_item")
    date: Mapped[dt.date] = mapped_column(Date, info=about(_("Date")))
    """The later date of the two sides: from then on they are settled."""
    amount: Mapped[Decimal] = mapped_column(Money, info=about(_("Amount"), group=AMOUNTS))
    debit_amount_currency: Mapped[Decimal] = mapped_column(Money)
    credit_amount_currency: Mapped[Decimal] = mapped_column(Money)
    exchange_entry_id: Mapped[int | None] = reference("erp_accounting.entry", nullable=True)
    """The exchange difference, discount or write-off made for it: undoing it reverses the entry."""

    __constraints__ = (
        CheckConstraint(
            "amount >= 0 AND debit_amount_currency >= 0 AND credit_amount_currency >= 0"
            " AND amount + debit_amount_currency + credit_amount_currency > 0",
            name="amounts_not_negative",
        ),
    )
    __triggers__ = (
        Trigger("settle", "BEFORE INSERT OR UPDATE OR DELETE", guards.SETTLE),
        guards.never_emptied(),
    )
