"""What an event on one side did on the other: once, with its proof."""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, Index, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from addons.base.models import Party
from core.api import Choice, CompanyOwned, Model, _, about, choice, link, open_in, reference


class Event(Choice):
    """The steps from the customer's yes to the payment, as the page shows them."""

    ORDER_CONFIRMED = "order_confirmed", _("Order confirmed")
    ORDER_AMENDED = "order_amended", _("Order amended")
    ORDER_CANCELLED = "order_cancelled", _("Order cancelled")
    DELIVERED = "delivered", _("Delivered")
    RETURNED = "returned", _("Returned")
    INVOICED = "invoiced", _("Invoiced")
    CREDITED = "credited", _("Credited")
    PAID = "paid", _("Paid")
    OVERDUE = "overdue", _("Overdue")


class EffectState(Choice):
    """Effects on our own records are done in the event's transaction; only deferred ones wait or fail."""

    DONE = "done", _("Done"), "ok"
    WAITING = "waiting", _("Waiting"), "warn"
    FAILED = "failed", _("Failed"), "bad"
    SKIPPED = "skipped", _("Skipped")


class Effect(
    CompanyOwned,
    Model,
    name="effect",
    versioned=False,
    follows=(("source_model", "source_id"), ("target_model", "target_id")),
):
    """The unique key makes an effect happen once, whoever asks for it again."""

    __open_when__ = open_in("state", EffectState.WAITING)
    __label__ = _("Bridge effect")
    __labels__ = _("Bridge effects")
    __display__ = "source_name"

    event: Mapped[Event] = choice(Event)
    key: Mapped[str] = mapped_column(String(120), info=about(internal=True))
    state: Mapped[EffectState] = choice(EffectState, default=EffectState.DONE, info=about(_("Status")))
    party_id: Mapped[int | None] = reference("base.party", nullable=True, info=about(_("Customer")))
    party: Mapped[Party | None] = link("base.party")
    source_model: Mapped[str] = mapped_column(String(80), info=about(internal=True))
    source_id: Mapped[int] = mapped_column(BigInteger, info=about(internal=True))
    source_name: Mapped[str] = mapped_column(String(200), info=about(_("Event of")))
    target_model: Mapped[str | None] = mapped_column(String(80), info=about(internal=True))
    target_id: Mapped[int | None] = mapped_column(BigInteger, info=about(internal=True))
    target_name: Mapped[str | None] = mapped_column(String(200), info=about(_("Effect on")))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    attempts: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    detail: Mapped[str | None] = mapped_column(Text)

    __constraints__ = (
        UniqueConstraint("company_id", "event", "key", name="once"),
        Index("target", "target_model", "target_id"),
        Index("not_done", "state", postgresql_where=text("state <> 'done'")),
    )
