"""The mail server to send through: the workspace's own setting, else the installation's."""

from __future__ import annotations

import os
import smtplib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from core.errors import Invalid
from core.i18n import _

if TYPE_CHECKING:
    from email.message import EmailMessage

    from core.env import Env

SETTING, SENDER = "core.smtp", "core.mail_sender"


@dataclass(frozen=True, slots=True)
class MailServer:
    """An address such as ``smtps://user:password@mail.example.org``; ``smtp`` takes TLS when offered."""

    host: str
    port: int
    user: str
    password: str
    implicit_tls: bool

    @classmethod
    def at(cls, url: str) -> MailServer:
        """Read an address, or refuse it in words."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            parts, port = urlsplit(""), None
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise Invalid(
                fields={
                    SETTING: _("Write the mail server as smtp://user:password@host:587 or smtps://…:465.")
                }
            )
        secure = parts.scheme == "smtps"
        return cls(
            parts.hostname,
            port or (465 if secure else 587),
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            secure,
        )

    def deliver(self, message: EmailMessage) -> None:
        """Hand one message over; raises OSError or SMTPException when the server does not take it."""
        make = smtplib.SMTP_SSL if self.implicit_tls else smtplib.SMTP
        with make(self.host, self.port, timeout=20) as connection:
            if not self.implicit_tls and connection.has_extn("starttls"):
                connection.starttls()
            if self.user:
                connection.login(self.user, self.password)
            connection.send_message(message)


def server_of(env: Env) -> MailServer | None:
    """Return the server of a workspace, or None while none is set."""
    url = env.setting(SETTING) or os.environ.get("PASSERELLE_SMTP_URL", "")
    return MailServer.at(url) if url else None


def sender_of(env: Env) -> str:
    """Return the address that mails come from."""
    chosen = env.setting(SENDER) or os.environ.get("PASSERELLE_MAIL_SENDER", "")
    return str(chosen) or f"{env.workspace.name}@localhost"
