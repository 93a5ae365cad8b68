"""A mail server for tests, in this process."""

from __future__ import annotations

import re
import socketserver
import threading
from contextlib import contextmanager
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

from core.jobs.drain import drain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.db.directory import WorkspaceEntry
    from core.platform import Platform


class Mailbox(socketserver.ThreadingTCPServer):
    """A mail server that keeps what it is given, and refuses the recipients named in ``refused``."""

    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.received: list[bytes] = []
        self.refused: set[str] = set()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class _Session(socketserver.StreamRequestHandler):
    server: Mailbox

    def handle(self) -> None:
        self.say("220 mailbox")
        while line := self.rfile.readline().decode().strip():
            verb = line.split(" ")[0].upper()
            if verb == "DATA":
                self.say("354 go on")
                self.server.received.append(self.read_message())
            if verb == "RCPT" and any(address in line for address in self.server.refused):
                self.say("550 nobody here")
                continue
            self.say("221 bye" if verb == "QUIT" else "250 ok")
            if verb == "QUIT":
                return

    def read_message(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b"."))
        return b"".join(lines)

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def a_mailbox() -> Iterator[Mailbox]:
    with Mailbox() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def use(platform: Platform, workspace: WorkspaceEntry, mailbox: Mailbox) -> None:
    """Send the mail of a workspace there."""
    with platform.env(workspace) as env:
        env.set_setting("core.smtp", mailbox.url, workspace=True)


def links_in(mailbox: Mailbox) -> list[str]:
    """The path of each link that arrived, in order."""
    texts = [message_from_bytes(one, policy=policy.default).get_body(("plain",)) for one in mailbox.received]
    return [
        path for text in texts if text for path in re.findall(r"https?://[^/\s]+(/\S+)", text.get_content())
    ]


def delivered_link(platform: Platform, workspace: WorkspaceEntry, mailbox: Mailbox) -> str:
    """The newest link, after every job has run."""
    drain(platform, workspace)
    return links_in(mailbox)[-1]
