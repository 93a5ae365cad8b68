from __future__ import annotations

from email import message_from_bytes, policy
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from core.errors import Invalid
from core.jobs.drain import drain
from core.mail import Attachment, outbox, send
from core.mail.models import Mail, MailStatus
from core.mail.server import MailServer, try_out
from tests.mail.mailbox import Mailbox, a_mailbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.env import Env
    from core.testing.plugin import LiveWorkspace


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with a_mailbox() as server:
        yield server


def use(workspace: LiveWorkspace, url: str) -> None:
    with workspace.env() as env:
        env.set_setting("core.smtp", url, workspace=True)
        env.set_setting("core.mail_sender", "office@lumen.example", workspace=True)


def write(workspace: LiveWorkspace, **values: object) -> None:
    with workspace.env() as env:
        options = {"to": ["Zoé <zoe@kervran.example>"], "subject": "Votre devis\nn° 7", "text": "Bonjour"}
        send(env, **(options | values))  # type: ignore[arg-type]  # the values are the test's own


def mails(workspace: LiveWorkspace) -> list[tuple[str, int, str | None]]:
    with workspace.env() as env:
        found = env.session.scalars(select(env[Mail]).order_by(env[Mail].id))
        return [(mail.status.value, mail.attempts, mail.error) for mail in found]


def test_a_mail_arrives_as_it_was_written(workspace: LiveWorkspace, mailbox: Mailbox) -> None:
    use(workspace, mailbox.url)
    write(workspace, html="<p>Bonjour</p>", attachments=[Attachment("devis.pdf", "application/pdf", b"%PDF")])

    drain(workspace.platform, workspace.entry)
    with workspace.env() as env:
        answer = try_out(env, "zoe@kervran.example")()

    received, trial = mailbox.received
    assert (answer, b"To: zoe@kervran.example" in trial) == ("", True)
    message = message_from_bytes(received, policy=policy.default)
    assert message["From"] == "Atelier Lumen <office@lumen.example>"
    assert message["To"] == "Zoé <zoe@kervran.example>"
    assert message["Subject"] == "Votre devis n° 7"
    types = [part.get_content_type() for part in message.walk() if not part.is_multipart()]
    assert types == ["text/plain", "text/html", "application/pdf"]
    assert [part.get_content() for part in message.iter_attachments()] == [b"%PDF"]
    assert mails(workspace) == [("sent", 1, None)]


def test_without_a_mail_server_a_mail_waits_and_leaves_once_there_is_one(
    workspace: LiveWorkspace, mailbox: Mailbox
) -> None:
    write(workspace)
    drain(workspace.platform, workspace.entry)
    assert mails(workspace) == [("waiting", 0, None)]

    use(workspace, mailbox.url)
    with workspace.env() as env:
        outbox.deliver_waiting_mail(env)
    drain(workspace.platform, workspace.entry)

    assert mails(workspace) == [("sent", 1, None)]
    assert len(mailbox.received) == 1


def test_a_mail_server_that_is_away_leaves_the_mail_waiting_with_the_reason(workspace: LiveWorkspace) -> None:
    use(workspace, "smtp://127.0.0.1:9")
    write(workspace)

    drain(workspace.platform, workspace.entry)

    [(status, attempts, error)] = mails(workspace)
    assert (status, attempts) == ("waiting", 1)
    assert str(error).startswith("ConnectionRefusedError")


def test_a_refused_recipient_is_final_and_can_be_sent_again_by_a_person(
    workspace: LiveWorkspace, mailbox: Mailbox
) -> None:
    use(workspace, mailbox.url)
    mailbox.refused = {"zoe@kervran.example"}
    write(workspace)
    drain(workspace.platform, workspace.entry)
    [(status, attempts, error)] = mails(workspace)
    assert (status, attempts) == ("failed", 1)
    assert "nobody here" in str(error)

    mailbox.refused = set()
    with workspace.env() as env:
        outbox.send_again(env, env.session.scalars(select(env[Mail])).one())
    drain(workspace.platform, workspace.entry)

    assert mails(workspace) == [("sent", 2, None)]
    with workspace.env() as env, pytest.raises(outbox.AlreadySent):
        outbox.send_again(env, env.session.scalars(select(env[Mail])).one())


def test_a_mail_of_a_transaction_that_fails_is_never_sent(workspace: LiveWorkspace, mailbox: Mailbox) -> None:
    use(workspace, mailbox.url)

    def refused() -> None:
        with workspace.env() as env:
            send(env, to=["zoe@kervran.example"], subject="x", text="y")
            env.get(Mail, 0)

    with pytest.raises(Exception, match="does not exist"):
        refused()

    drain(workspace.platform, workspace.entry)
    assert (mailbox.received, mails(workspace)) == ([], [])


@pytest.mark.parametrize(
    "address", ["", "zoe", "zoe@kervran", "zoe@kervran.example\nBcc: all@x.example", "@x.fr"]
)
def test_what_is_no_address_is_refused_before_anything_is_written(env: Env, address: str) -> None:
    with pytest.raises(Invalid) as refused:
        send(env, to=[address], subject="x", text="y")

    assert set(refused.value.fields) == {"to"}
    assert env.session.scalars(select(env[Mail])).all() == []


def test_the_address_of_a_mail_server_is_read_or_refused() -> None:
    assert MailServer.at("smtps://me%40x:p%3Aw@mail.example") == MailServer(
        "mail.example", 465, "me@x", "p:w", implicit_tls=True
    )
    for wrong in ("mail.example", "http://mail.example", "smtp://", "smtp://h:port"):
        with pytest.raises(Invalid):
            MailServer.at(wrong)


def test_the_status_says_what_it_means() -> None:
    assert {status.value for status in MailStatus} == {"waiting", "sent", "failed"}
