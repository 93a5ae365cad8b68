"""The outbox of a workspace."""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, Integer, LargeBinary, String, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from core.i18n import _
from core.orm.choices import Choice, choice
from core.orm.exposure import Exposure
from core.orm.model import Model, about, link, reference


class MailStatus(Choice):
    """A mail waits until a mail server is set and answers."""

    WAITING = "waiting", _("Waiting"), "warn"
    SENT = "sent", _("Sent"), "ok"
    FAILED = "failed", _("Failed"), "bad"


class Mail(Model, name="mail", follows=("record_model", "record_id")):
    """What was or will be sent, exactly as the recipient reads it, but for the secret of a link."""

    __exposure__ = Exposure.READ
    __label__ = _("Mail")
    __labels__ = _("Outgoing mail")
    __display__ = "subject"
    __of_company__ = True

    recipients: Mapped[list[str]] = mapped_column(ARRAY(String(320)), info=about(_("To"), internal=True))
    reply_to: Mapped[str | None] = mapped_column(String(320), info=about(_("Reply to")))
    subject: Mapped[str] = mapped_column(String(400), info=about(_("Subject")))
    text: Mapped[str] = mapped_column(Text, info=about(_("Text")))
    html: Mapped[str | None] = mapped_column(Text, info=about(internal=True))
    message_id: Mapped[str] = mapped_column(String(200), unique=True, info=about(internal=True))
    """Stays the same over repetitions, so that a mail server can drop a second copy."""
    status: Mapped[MailStatus] = choice(MailStatus, default=MailStatus.WAITING, info=about(_("Status")))
    attempts: Mapped[int] = mapped_column(Integer, default=0, info=about(_("Attempts")))
    error: Mapped[str | None] = mapped_column(Text, info=about(_("Last error")))
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), info=about(_("Sent at")))
    record_model: Mapped[str | None] = mapped_column(String(80), info=about(internal=True))
    record_id: Mapped[int | None] = mapped_column(Integer, info=about(internal=True))
    opens_model: Mapped[str | None] = mapped_column(String(80), info=about(internal=True))
    opens_id: Mapped[int | None] = mapped_column(BigInteger, info=about(internal=True))
    """The record that the mail's link opens. Its secret is made when the mail is handed to the server and
    never kept here: the text holds a mark in its place."""
    company_id: Mapped[int | None] = reference("core.company", nullable=True, info=about(_("Company")))
    attachments: Mapped[list["MailAttachment"]] = link(
        "core.mail_attachment", back="mail", many=True, owned=True
    )


class MailAttachment(Model, name="mail_attachment", versioned=False):
    """A file that goes with a mail."""

    __audited__ = False  # the bytes of a mail that has an audit row itself
    __label__ = _("Attachment")
    __labels__ = _("Attachments")

    mail_id: Mapped[int] = reference("core.mail", ondelete="CASCADE", info=about(_("Mail")))
    mail: Mapped[Mail] = link("core.mail", back="attachments")
    name: Mapped[str] = mapped_column(String(200), info=about(_("Name")))
    media_type: Mapped[str] = mapped_column(String(100), info=about(_("Media type")))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, info=about(internal=True))


MODELS = (Mail, MailAttachment)
