"""Money that came in or went out."""

import datetime as dt
from decimal import Decimal

from sqlalchemy import CheckConstraint, Date, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from addons.base.models import Party
from addons.erp_accounting.models import guards
from addons.erp_accounting.models.account import Account
from addons.erp_accounting.models.entry import AMOUNTS, Entry
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


class Direction(Choice):
    IN = "in", _("Received")
    OUT = "out", _("Sent")


class PaymentState(Choice):
    DRAFT = "draft", _("Draft")
    POSTED = "posted", _("Registered"), "ok"
    REVERSED = "reversed", _("Reversed")


class Payment(CompanyOwned, Model, name="payment"):
    """What it does not settle at once stays as credit of the party. Final once posted: reverse it instead."""

    __open_when__ = open_in("state", PaymentState.DRAFT)
    __label__ = _("Payment")
    __labels__ = _("Payments")
    __display__ = "title"
    __searchable__ = ("number", "memo")
    __document__ = Document(
        closed_when=lambda payment: payment.state != PaymentState.DRAFT,
        service_fields=("state", "number", "entry_id", "write_off"),
        lock_rank=60,
        closed_hint=_("Reverse it to correct it."),
        service_hint=_("Post or reverse the payment instead."),
    )

    direction: Mapped[Direction] = choice(Direction, default=Direction.IN, info=about(_("Direction")))
    state: Mapped[PaymentState] = choice(PaymentState, default=PaymentState.DRAFT, info=about(_("Status")))
    number: Mapped[str | None] = mapped_column(String(40), info=about(_("Number")))
    date: Mapped[dt.date] = mapped_column(Date, info=about(_("Date")))
    party_id: Mapped[int] = reference("base.party", info=about(_("Customer or supplier")))
    party: Mapped[Party] = link("base.party")
    journal_id: Mapped[int] = reference(
        "erp_accounting.journal", index=False, info=about(_("Bank or cash journal"))
    )
    journal: Mapped[Journal] = link("erp_accounting.journal")
    account_id: Mapped[int | None] = reference(
        "erp_accounting.account", nullable=True, index=False, info=about(_("Account"))
    )
    """The customer's or supplier's account that is settled; the ledger's own when empty."""
    account: Mapped[Account | None] = link("erp_accounting.account")
    amount: Mapped[Decimal] = mapped_column(Money, info=about(_("Amount"), group=AMOUNTS))
    currency: Mapped[str] = mapped_column(String(3), info=about(_("Currency")))
    write_off: Mapped[Decimal] = mapped_column(
        Money, default=ZERO, server_default="0", info=about(_("Written off"), group=AMOUNTS)
    )
    """Settled on top of the amount (or, when negative, kept from it), in `currency`."""
    memo: Mapped[str] = mapped_column(String(80), default="", server_default="", info=about(_("Reference")))
    entry_id: Mapped[int | None] = reference(
        "erp_accounting.entry", nullable=True, info=about(_("Journal entry"))
    )
    entry: Mapped[Entry | None] = link("erp_accounting.entry")

    __constraints__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint(
            "state = 'draft' OR (entry_id IS NOT NULL AND number IS NOT NULL)", name="posted_is_numbered"
        ),
        Index("company_date", "company_id", "date"),
    )
    __triggers__ = (
        Trigger("posted_is_final", "BEFORE INSERT OR UPDATE OR DELETE", guards.PAYMENT),
        guards.never_emptied(),
    )

    @property
    def title(self) -> str:
        return self.number or str(_("Draft payment"))

    @property
    def is_posted(self) -> bool:
        return self.state is PaymentState.POSTED

    def before_save(self, env: Env) -> None:
        """In the company's currency unless said otherwise."""
        super().before_save(env)
        if self.currency is None:
            self.currency = env.company.currency
