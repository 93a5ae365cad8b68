"""Which of our records stands for which record of another system."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from addons.base.models import ExternalSystem
from core.api import Choice, CompanyOwned, Model, _, about, choice, link, never_open, reference


class ForeignKind(Choice):
    """What it is there."""

    ORDER = "order", _("Order")
    DELIVERY = "delivery", _("Delivery")
    RETURN = "return", _("Return")
    INVOICE = "invoice", _("Invoice")
    CREDIT_NOTE = "credit_note", _("Credit note")


class ForeignLink(
    CompanyOwned, Model, name="foreign_link", versioned=False, follows=("record_model", "record_id")
):
    """A record of another system, the record of ours it belongs to, and what that system said of it last.

    An order has its counterpart here, one to one; deliveries and invoices of another ERP belong to an order.
    """

    __open_when__ = never_open
    __label__ = _("Link to another system")
    __labels__ = _("Links to other systems")
    __display__ = "number"

    system_id: Mapped[int] = reference("base.external_system", ondelete="RESTRICT", index=False)
    system: Mapped[ExternalSystem] = link("base.external_system")
    kind: Mapped[ForeignKind] = choice(ForeignKind, info=about(_("Kind")))
    external_id: Mapped[str] = mapped_column(String(120), info=about(_("Key there")))
    number: Mapped[str] = mapped_column(String(120), info=about(_("Number there")))
    record_model: Mapped[str] = mapped_column(String(80), info=about(internal=True))
    record_id: Mapped[int] = mapped_column(BigInteger, info=about(internal=True))
    record_name: Mapped[str] = mapped_column(String(200), info=about(_("Here")))
    state: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, info=about(internal=True))
    """The last message about it, as it came."""
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), info=about(_("Last heard")))

    __constraints__ = (
        UniqueConstraint("system_id", "kind", "external_id", name="key_once"),
        Index(
            "order_once",
            "system_id",
            "record_model",
            "record_id",
            unique=True,
            postgresql_where=text("kind = 'order'"),
        ),
        Index("of_record", "record_model", "record_id"),
        CheckConstraint("external_id <> ''", name="key_not_empty"),
    )
