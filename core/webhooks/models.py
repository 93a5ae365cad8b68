"""Where to tell, and what was told."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, DateTime, Index, Integer, String, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.i18n import _
from core.orm.choices import Choice, choice
from core.orm.encrypted import encrypted
from core.orm.exposure import Exposure
from core.orm.model import Model, about, link, reference


class DeliveryStatus(Choice):
    """A delivery waits until the other system has taken it."""

    WAITING = "waiting", _("Waiting"), "warn"
    DELIVERED = "delivered", _("Delivered"), "ok"
    FAILED = "failed", _("Failed"), "bad"


class Webhook(Model, name="webhook"):
    """An address of another system and the events it wants to hear of.

    It is told which record changed and in which fields, never the values: it reads them through the API, with
    its own rights.
    """

    __exposure__ = Exposure.READ
    __label__ = _("Webhook")
    __labels__ = _("Webhooks")

    name: Mapped[str] = mapped_column(String(100), info=about(_("Name")))
    url: Mapped[str] = mapped_column(String(1000), info=about(_("Address")))
    events: Mapped[list[str]] = mapped_column(ARRAY(String(120)), info=about(_("Events"), internal=True))
    """``crm_sales.order.created``; a star stands for any part: ``crm_sales.order.*``, ``*``."""
    secret: Mapped[str] = encrypted()
    active: Mapped[bool] = mapped_column(Boolean, default=True, info=about(_("Active")))


class WebhookDelivery(Model, name="webhook_delivery", versioned=False, follows=("record_model", "record_id")):
    """One event for one webhook."""

    __exposure__ = Exposure.READ
    __label__ = _("Delivery")
    __labels__ = _("Deliveries")
    __display__ = "event"
    __audited__ = False  # written by the platform for every event; it is a log itself
    __of_company__ = True
    __constraints__ = (Index("webhook_status", "webhook_id", "status", "id"),)

    webhook_id: Mapped[int] = reference(
        "core.webhook", ondelete="CASCADE", index=False, info=about(_("Webhook"))
    )
    webhook: Mapped[Webhook] = link("core.webhook")
    event: Mapped[str] = mapped_column(String(120), info=about(_("Event")))
    record_model: Mapped[str] = mapped_column(String(80), info=about(internal=True))
    record_id: Mapped[int] = mapped_column(BigInteger, info=about(internal=True))
    company_id: Mapped[int | None] = reference(
        "core.company", nullable=True, index=False, info=about(_("Company"))
    )
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB, info=about(internal=True))
    status: Mapped[DeliveryStatus] = choice(
        DeliveryStatus, default=DeliveryStatus.WAITING, info=about(_("Status"))
    )
    attempts: Mapped[int] = mapped_column(Integer, default=0, info=about(_("Attempts")))
    answer: Mapped[int | None] = mapped_column(Integer, info=about(_("Answer")))
    """HTTP status of the last answer."""
    error: Mapped[str | None] = mapped_column(Text, info=about(_("Last error")))
    delivered_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), info=about(_("Delivered at"))
    )


MODELS = (Webhook, WebhookDelivery)
