"""SEPA: whom to pay and from whom to collect, and the files that say it to the bank."""

import datetime as dt
from decimal import Decimal

from sqlalchemy import Boolean, CheckConstraint, Date, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from addons.base.models import Party
from addons.erp_accounting.models.bank import BankAccount, checked_bic, checked_iban
from addons.erp_accounting.models.entry import AMOUNTS
from addons.erp_accounting.models.open_item import OpenItem
from addons.erp_accounting.models.payment import Direction, Payment
from core.api import (
    ZERO,
    Choice,
    CompanyOwned,
    Document,
    DocumentFields,
    Env,
    Model,
    Money,
    _,
    about,
    choice,
    link,
    open_in,
    reference,
)


class PartyAccount(CompanyOwned, Model, name="party_account"):
    """Where a supplier is paid, or a customer paid back. Its check digits are right."""

    __label__ = _("Account of a contact")
    __labels__ = _("Accounts of contacts")
    __display__ = "iban"
    __searchable__ = ("iban", "holder")

    party_id: Mapped[int] = reference("base.party", info=about(_("Customer or supplier")))
    party: Mapped[Party] = link("base.party")
    iban: Mapped[str] = mapped_column(String(34), info=about(_("IBAN"), track=True))
    bic: Mapped[str | None] = mapped_column(String(11), info=about(_("BIC")))
    holder: Mapped[str] = mapped_column(
        String(70),
        default="",
        server_default="",
        info=about(_("Account holder"), help=_("When it differs from the contact's name.")),
    )
    active: Mapped[bool] = mapped_column(
        Boolean, default=True, server_default="true", info=about(_("Active"))
    )

    __constraints__ = (Index("once", "company_id", "party_id", "iban", unique=True),)

    def before_save(self, env: Env) -> None:
        """Check IBAN and BIC."""
        super().before_save(env)
        self.iban = checked_iban(self.iban or "")
        self.bic = checked_bic(self.bic) if self.bic else None


class MandateKind(Choice):
    RECURRENT = "RCUR", _("For every invoice")
    ONCE = "OOFF", _("For one collection")


class Mandate(CompanyOwned, Model, name="mandate"):
    """A customer's signed permission to collect. One for a single collection is used up by it."""

    __label__ = _("Direct debit mandate")
    __labels__ = _("Direct debit mandates")
    __display__ = "number"
    __searchable__ = ("number", "iban")

    party_id: Mapped[int] = reference("base.party", info=about(_("Customer")))
    party: Mapped[Party] = link("base.party")
    number: Mapped[str] = mapped_column(String(35), info=about(_("Unique mandate reference")))
    kind: Mapped[MandateKind] = choice(MandateKind, default=MandateKind.RECURRENT, info=about(_("Kind")))
    signed_on: Mapped[dt.date] = mapped_column(Date, info=about(_("Signed on")))
    iban: Mapped[str] = mapped_column(String(34), info=about(_("IBAN"), track=True))
    bic: Mapped[str | None] = mapped_column(String(11), info=about(_("BIC")))
    used_on: Mapped[dt.date | None] = mapped_column(Date, info=about(_("Last used on")))
    active: Mapped[bool] = mapped_column(
        Boolean, default=True, server_default="true", info=about(_("Active"))
    )

    __constraints__ = (
        Index("number", "company_id", "number", unique=True),
        CheckConstraint("number ~ '^[A-Za-z0-9+?/:().,'' -]{1,35}$'", name="number_of_sepa"),
    )

    def before_save(self, env: Env) -> None:
        """Check IBAN and BIC."""
        super().before_save(env)
        self.iban = checked_iban(self.iban or "")
        self.bic = checked_bic(self.bic) if self.bic else None


class BatchState(Choice):
    DRAFT = "draft", _("Draft")
    SENT = "sent", _("Sent to the bank"), "accent"
    BOOKED = "booked", _("Booked"), "ok"
    CANCELLED = "cancelled", _("Cancelled")


class PaymentBatch(CompanyOwned, Model, name="payment_batch"):
    """Transfers to suppliers, or collections from customers, in one file. Payments are posted when the bank
    has confirmed it."""

    __open_when__ = open_in("state", BatchState.DRAFT, BatchState.SENT)
    __label__ = _("Payment batch")
    __labels__ = _("Payment batches")
    __searchable__ = ("name",)
    __document__ = Document(
        closed_when=lambda batch: batch.state != BatchState.DRAFT,
        totals_by="services.sepa:recompute",
        service_fields=("state", "name", "direction", "bank_account_id"),
        computed_fields=("total",),
        lock_rank=3,  # before the orders and invoices that its payments settle
        closed_hint=_("Cancel it and make another one."),
        service_hint=_("Choose its payments in a new batch, then send or book it."),
    )

    name: Mapped[str] = mapped_column(String(35), info=about(_("Reference")))
    direction: Mapped[Direction] = choice(Direction, default=Direction.OUT, info=about(_("Direction")))
    state: Mapped[BatchState] = choice(
        BatchState, default=BatchState.DRAFT, info=about(_("Status"), track=True)
    )
    bank_account_id: Mapped[int] = reference(
        "erp_accounting.bank_account", index=False, info=about(_("Bank account"))
    )
    bank_account: Mapped[BankAccount] = link("erp_accounting.bank_account")
    execution_date: Mapped[dt.date] = mapped_column(Date, info=about(_("To be carried out on")))
    total: Mapped[Decimal] = mapped_column(
        Money, default=ZERO, server_default="0", info=about(_("Total"), group=AMOUNTS)
    )
    lines: Mapped[list["PaymentBatchLine"]] = link(
        "erp_accounting.payment_batch_line", back="batch", many=True, order_by="id", owned=True
    )

    __constraints__ = (Index("name", "company_id", "name", unique=True),)

    @property
    def currency(self) -> str:
        """SEPA knows the euro only."""
        return "EUR"

    @property
    def is_draft(self) -> bool:
        return self.state is BatchState.DRAFT


class PaymentBatchLine(CompanyOwned, Model, name="payment_batch_line", versioned=False):
    """One transfer or collection. What is in a batch that is not finished is in no other one."""

    __label__ = _("Payment of a batch")
    __labels__ = _("Payments of a batch")
    __display__ = "label"
    __document_fields__ = DocumentFields(
        service_fields=(
            *("batch_id", "open_item_id", "party_id", "holder", "iban", "bic", "amount", "label"),
            *("mandate_id", "payment_id", "waiting"),
        )
    )

    batch_id: Mapped[int] = reference("erp_accounting.payment_batch", ondelete="CASCADE")
    batch: Mapped[PaymentBatch] = link("erp_accounting.payment_batch", back="lines")
    open_item_id: Mapped[int] = reference("erp_accounting.open_item", index=False)
    open_item: Mapped[OpenItem] = link("erp_accounting.open_item")
    party_id: Mapped[int] = reference("base.party", info=about(_("Customer or supplier")))
    party: Mapped[Party] = link("base.party")
    holder: Mapped[str] = mapped_column(String(70), info=about(_("Account holder")))
    iban: Mapped[str] = mapped_column(String(34), info=about(_("IBAN")))
    bic: Mapped[str | None] = mapped_column(String(11), info=about(_("BIC")))
    amount: Mapped[Decimal] = mapped_column(Money, info=about(_("Amount"), group=AMOUNTS))
    label: Mapped[str] = mapped_column(String(140), info=about(_("Reference")))
    mandate_id: Mapped[int | None] = reference(
        "erp_accounting.mandate", nullable=True, info=about(_("Mandate"))
    )
    mandate: Mapped[Mandate | None] = link("erp_accounting.mandate")
    payment_id: Mapped[int | None] = reference(
        "erp_accounting.payment", nullable=True, info=about(_("Payment"))
    )
    payment: Mapped[Payment | None] = link("erp_accounting.payment")
    waiting: Mapped[bool] = mapped_column(Boolean, default=True, server_default="true")
    """Until its batch is booked or cancelled."""

    __constraints__ = (
        Index("in_one_batch", "open_item_id", unique=True, postgresql_where=text("waiting")),
        CheckConstraint("amount > 0", name="amount_positive"),
    )

    @property
    def currency(self) -> str:
        """SEPA knows the euro only."""
        return "EUR"
