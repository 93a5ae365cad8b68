"""Reminders of late invoices: levels, what was sent to whom, and who is left alone for now."""

import datetime as dt
from decimal import Decimal

from sqlalchemy import Boolean, CheckConstraint, Date, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from addons.base.models import Party
from addons.erp_accounting.models.entry import AMOUNTS, Entry
from addons.erp_accounting.models.invoice import Invoice
from core.api import ZERO, CompanyOwned, Model, Money, _, about, link, reference


class DunningLevel(CompanyOwned, Model, name="dunning_level"):
    """How late an invoice is when this reminder is due, and what it says. Each level is sent once for an
    invoice."""

    __label__ = _("Reminder level")
    __labels__ = _("Reminder levels")
    __searchable__ = ("name",)

    position: Mapped[int] = mapped_column(Integer, default=1, server_default="1", info=about(_("Level")))
    name: Mapped[str] = mapped_column(String(100), info=about(_("Name")))
    days: Mapped[int] = mapped_column(Integer, info=about(_("Days late")))
    fee: Mapped[Decimal] = mapped_column(
        Money,
        default=ZERO,
        server_default="0",
        info=about(
            _("Fee"), help=_("Asked for in the reminder, once for all invoices of it."), group=AMOUNTS
        ),
    )
    books_fee: Mapped[bool] = mapped_column(
        Boolean,
        default=False,
        server_default="false",
        info=about(
            _("Book the fee"), help=_("Sending the reminder charges the fee to the customer, without tax.")
        ),
    )
    subject: Mapped[str] = mapped_column(String(200), info=about(_("Subject")))
    body: Mapped[str] = mapped_column(Text, info=about(_("Message")))
    subject_fr: Mapped[str] = mapped_column(
        String(200), default="", server_default="", info=about(_("Subject in French"))
    )
    body_fr: Mapped[str] = mapped_column(Text, default="", server_default="", info=about(_("Text in French")))
    """Used for contacts whose language is French, where it is filled in."""
    active: Mapped[bool] = mapped_column(
        Boolean, default=True, server_default="true", info=about(_("Active"))
    )

    __constraints__ = (
        Index("days", "company_id", "days", unique=True, postgresql_where=text("active")),
        CheckConstraint("days >= 0 AND fee >= 0", name="not_negative"),
    )

    @property
    def currency(self) -> str | None:
        """Fees are in the company's currency; the screen says which."""
        return None


class DunningHold(CompanyOwned, Model, name="dunning_hold"):
    """No reminder goes out for a disputed invoice, or to a customer with a plan, until the day."""

    __label__ = _("Reminder stopped")
    __labels__ = _("Reminders stopped")
    __display__ = "reason"

    party_id: Mapped[int] = reference("base.party", info=about(_("Customer")))
    party: Mapped[Party] = link("base.party")
    invoice_id: Mapped[int | None] = reference(
        "erp_accounting.invoice",
        nullable=True,
        info=about(_("Invoice"), help=_("Empty: every invoice of the customer.")),
    )
    invoice: Mapped[Invoice | None] = link("erp_accounting.invoice")
    reason: Mapped[str] = mapped_column(String(200), info=about(_("Reason")))
    until: Mapped[dt.date | None] = mapped_column(
        Date, info=about(_("Until"), help=_("Empty: until it is deleted."))
    )


class DunningNotice(CompanyOwned, Model, name="dunning_notice", versioned=False):
    """A reminder that went out, for one invoice. The same level never goes twice."""

    __label__ = _("Reminder")
    __labels__ = _("Reminders")
    __display__ = "date"

    date: Mapped[dt.date] = mapped_column(Date, info=about(_("Date")))
    party_id: Mapped[int] = reference("base.party", info=about(_("Customer")))
    party: Mapped[Party] = link("base.party")
    level_id: Mapped[int] = reference(
        "erp_accounting.dunning_level", index=False, info=about(_("Reminder level"))
    )
    level: Mapped[DunningLevel] = link("erp_accounting.dunning_level")
    invoice_id: Mapped[int] = reference("erp_accounting.invoice", index=False, info=about(_("Invoice")))
    invoice: Mapped[Invoice] = link("erp_accounting.invoice")
    open_amount: Mapped[Decimal] = mapped_column(Money, info=about(_("Open amount"), group=AMOUNTS))
    currency: Mapped[str] = mapped_column(String(3), info=about(_("Currency")))
    fee_entry_id: Mapped[int | None] = reference(
        "erp_accounting.entry", nullable=True, info=about(_("Entry of the fee"))
    )
    fee_entry: Mapped[Entry | None] = link("erp_accounting.entry", key="fee_entry_id")
    mail_id: Mapped[int | None] = mapped_column(Integer)
    """In the outbox."""

    __constraints__ = (
        Index("once", "invoice_id", "level_id", unique=True),
        Index("date", "company_id", "date"),
    )
