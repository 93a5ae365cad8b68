"""Letters ready to be sent about a record."""

from sqlalchemy import Boolean, CheckConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from core.api import Model, _, about


class MailTemplate(Model, name="mail_template"):
    """A subject and a text with merge fields: {party.name}, or {contact.name|Madam or Sir} with a default."""

    __label__ = _("E-mail template")
    __labels__ = _("E-mail templates")

    name: Mapped[str] = mapped_column(String(120))
    model: Mapped[str] = mapped_column(String(80), info=about(_("For")))
    """Model name, e.g. "crm_sales.quote"."""
    locale: Mapped[str] = mapped_column(String(10), default="en", info=about(_("Language")))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text, info=about(_("Text")))
    report: Mapped[str | None] = mapped_column(String(80), info=about(_("Attached document")))
    """Name of a declared report, e.g. "crm_sales.quote"."""
    active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=text("true"))

    __constraints__ = (
        CheckConstraint("name <> '' AND subject <> '' AND body <> ''", name="says_something"),
        Index("of_model", "model", "locale"),
    )
