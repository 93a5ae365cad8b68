"""The mail server to send through: the workspace's own setting, else the installation's."""

from __future__ import annotations

import os
import smtplib
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formataddr, make_msgid
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit, urlunsplit

from core.errors import Invalid, RuleBroken
from core.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.env import Env

SETTING, SENDER = "core.smtp", "core.mail_sender"


class NoMailServer(RuleBroken):
    def __init__(self) -> None:
        super().__init__(_("No mail server is set."), hint=_("Save its address first."))


@dataclass(frozen=True, slots=True)
class MailServer:
    """An address such as ``smtps://user:password@mail.example.org``; ``smtp`` takes TLS when offered."""

    host: str
    port: int
    user: str
    password: str
    implicit_tls: bool

    @classmethod
    def at(cls, url: str, password: str = "") -> MailServer:
        """Read an address, or refuse it in words; ``password`` when it is kept apart from it."""
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
            unquote(parts.password or "") or password,
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
    chosen = env.setting(SETTING)
    if chosen:
        return MailServer.at(chosen, env.secret_of_setting(SETTING))
    url = os.environ.get("PASSERELLE_SMTP_URL", "")
    return MailServer.at(url) if url else None


def choose(env: Env, url: str, password: str) -> None:
    """Keep the workspace's mail server, its password apart from the address; an empty address removes both.

    A password may stand in the address too. Left out, the one that is kept goes on with the same host and
    user; another server never gets it.
    """
    with env.system("the mail server and its password") as system:
        before = system.setting(SETTING)
        if not url:
            system.set_setting(SETTING, "", workspace=True, secret="")
            return
        server = MailServer.at(url)
        password = password or server.password
        old = MailServer.at(before) if before else None
        same = old is not None and (old.host, old.user) == (server.host, server.user)
        system.set_setting(
            SETTING, _without_password(url), workspace=True, secret=password or (None if same else "")
        )


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    user, _at, place = parts.netloc.rpartition("@")
    name = user.partition(":")[0]
    return urlunsplit(parts._replace(netloc=f"{name}@{place}" if name else place))


def try_out(env: Env, to: str) -> Callable[[], str]:
    """A test mail, ready to leave outside the transaction; gives an empty text, or why the server refused."""
    server = server_of(env)
    if server is None:
        raise NoMailServer
    message = EmailMessage()
    message["From"], message["To"] = formataddr((env.workspace.title, sender_of(env))), to
    message["Subject"] = str(_("Test mail of {workspace}", workspace=env.workspace.title))
    message["Message-ID"], message["Date"] = make_msgid(), env.now()
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(str(_("The mail server works: this is what you asked for under Settings.")))

    def leave() -> str:
        try:
            server.deliver(message)
        except OSError as error:  # every SMTPException is one
            return _reason(error)
        return ""

    return leave


def _reason(error: OSError) -> str:
    """What a server answered, or what the system says of the way to it."""
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return f"{error.smtp_code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
    return error.strerror or f"{type(error).__name__}: {error}"


def sender_of(env: Env) -> str:
    """Return the address that mails come from."""
    chosen = env.setting(SENDER) or os.environ.get("PASSERELLE_MAIL_SENDER", "")
    return str(chosen) or f"{env.workspace.name}@localhost"
