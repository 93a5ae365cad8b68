"""Put mails into the outbox, and send what waits there."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from email.utils import formataddr, make_msgid, parseaddr
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from core.errors import Invalid, RuleBroken
from core.i18n import _
from core.jobs import job
from core.jobs.defer import defer_in
from core.mail.links import LINK, link_of
from core.mail.models import Mail, MailAttachment, MailStatus
from core.mail.server import sender_of, server_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.env import Env
    from core.mail.links import Openable
    from core.orm.model import Model

GIVE_UP = 8
"""Attempts before a mail is shown as failed."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to send along."""

    name: str
    media_type: str
    content: bytes


class AlreadySent(RuleBroken):
    """What left the house cannot be sent or cancelled again; write a new mail."""

    def __init__(self, mail: Mail) -> None:
        super().__init__(
            _('"{subject}" was already sent.', subject=mail.subject), hint=_("Write a new mail instead.")
        )


def send(
    env: Env,
    *,
    to: Iterable[str],
    subject: str,
    text: str,
    html: str | None = None,
    attachments: Sequence[Attachment] = (),
    reply_to: str | None = None,
    record: Model | None = None,
    opens: Openable | None = None,
) -> int:
    """Put a mail into the outbox in this transaction and return its id; it leaves after commit.

    ``opens``: the record that a secret link in the text leads to, for which the text holds ``LINK``. The
    secret is made when the mail is handed to the mail server, and is nowhere before.
    """
    recipients = [_address(address) for address in to]
    if not recipients:
        raise Invalid(fields={"to": _("Write at least one address.")})
    with env.system("put a mail into the outbox") as system:
        mail = system[Mail](
            recipients=recipients,
            reply_to=_address(reply_to) if reply_to else None,
            subject=" ".join(str(subject).split())[:400],
            text=str(text),
            html=html,
            message_id=make_msgid(domain=sender_of(system).rpartition("@")[2]),
            record_model=record.model_name if record else None,
            record_id=record.id if record else None,
            opens_model=opens.model_name if opens else None,
            opens_id=opens.id if opens else None,
            company_id=env.company_id,
        )
        mail.attachments = [
            system[MailAttachment](name=a.name, media_type=a.media_type, content=a.content)
            for a in attachments
        ]
        system.session.add(mail)
        system.session.flush()
        identity = mail.id
        defer_in(system, deliver_mail, {"mail_id": identity})
    return identity


def send_again(env: Env, mail: Mail) -> None:
    """Try a failed or waiting mail once more."""
    if mail.status == MailStatus.SENT:
        raise AlreadySent(mail)
    mail.status = MailStatus.WAITING
    env.session.flush()
    defer_in(env, deliver_mail, {"mail_id": mail.id})


@job(title=_("Send a mail"), retries=3)
def deliver_mail(env: Env, mail_id: int) -> None:
    """Send one mail; without a mail server it stays where it is."""
    server = server_of(env)
    if server is None:
        return
    found = env.session.scalars(select(env[Mail]).where(env[Mail].id == mail_id).with_for_update())
    mail = found.one_or_none()
    if mail is None or mail.status != MailStatus.WAITING:
        return
    mail.attempts += 1
    try:
        server.deliver(as_message(env, mail, link_of(env, mail)))
    except RuleBroken as refused:  # nobody should get the link any more, or its address is not known
        mail.status, mail.error = MailStatus.FAILED, f"{refused.message} {refused.hint}"
    except (OSError, smtplib.SMTPException) as error:
        mail.error = f"{type(error).__name__}: {error}"[:1000]
        final = isinstance(error, smtplib.SMTPRecipientsRefused) or mail.attempts >= GIVE_UP
        if final:
            mail.status = MailStatus.FAILED
        else:
            pause = timedelta(seconds=min(3600, 15 * 2**mail.attempts))
            defer_in(env, deliver_mail, {"mail_id": mail.id}, at=env.now() + pause)
    else:
        mail.status, mail.sent_at, mail.error = MailStatus.SENT, env.now(), None
    env.session.flush()


@job(title=_("Send the mails that wait"), cron="*/15 * * * *")
def deliver_waiting_mail(env: Env) -> None:
    """Start what waited for a mail server to be set."""
    if server_of(env) is None:
        return
    model = env[Mail]
    never_tried = model.attempts == 0
    forgotten = model.updated_at < env.now() - timedelta(minutes=65)  # beyond the longest pause
    waiting = select(model.id).where(model.status == MailStatus.WAITING, or_(never_tried, forgotten))
    for mail_id in env.session.scalars(waiting.order_by(model.id).limit(500)).all():
        defer_in(env, deliver_mail, {"mail_id": mail_id})


def as_message(env: Env, mail: Mail, link: str = "") -> EmailMessage:
    """Return a mail in the form of RFC 5322 and MIME, with its link in the place kept for it."""
    message = EmailMessage()
    name = env.company.name if env.company_id else env.workspace.title
    message["From"] = formataddr((name, sender_of(env)))
    message["To"] = ", ".join(mail.recipients)
    if mail.reply_to:
        message["Reply-To"] = mail.reply_to
    message["Subject"] = mail.subject
    message["Message-ID"] = mail.message_id
    message["Date"] = mail.created_at
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text.replace(LINK, link) if link else mail.text)
    if mail.html:
        message.add_alternative(mail.html.replace(LINK, link) if link else mail.html, subtype="html")
    for file in mail.attachments:
        main, _slash, sub = file.media_type.partition("/")
        message.add_attachment(file.content, maintype=main, subtype=sub or "octet-stream", filename=file.name)
    return message


def _address(written: str) -> str:
    name, address = parseaddr(written)
    local, at, domain = address.rpartition("@")
    known = "." in domain or domain == "localhost"
    if not (local and at and known) or any(c in written for c in "\r\n"):
        raise Invalid(fields={"to": _('"{address}" is not a mail address.', address=written)})
    return formataddr((name, address)) if name else address
