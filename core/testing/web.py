"""A signed-in visitor without a browser, and a real server for one with a browser."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.error import URLError
from urllib.request import urlopen

from litestar.testing import TestClient
from sqlalchemy import select

from core.builtin.models import Company
from core.env import Who
from core.security import sessions
from core.security.models import User, UserCompany, UserRole
from core.web import csrf
from core.web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import httpx
    from anyio.from_thread import BlockingPortal

    from core.db.directory import WorkspaceEntry
    from core.platform import Platform


@dataclass(frozen=True)
class Person:
    """A user of a workspace with a session."""

    id: int
    name: str
    email: str
    token: str
    roles: frozenset[str] = frozenset()

    def who(self) -> Who:
        """The user of an Env."""
        return Who(self.id, self.name, self.email, "en", "", self.roles)


def a_person(
    platform: Platform,
    workspace: WorkspaceEntry,
    *,
    name: str = "Camille Roche",
    email: str = "",
    roles: Sequence[str] = ("base.admin",),
    companies: Sequence[int] | None = None,
    locale: str = "en",
) -> Person:
    """Make a user with roles, in all companies unless some are named, and sign them in."""
    address = email or f"{name.lower().replace(' ', '.')}@atelier-lumen.example"
    with platform.env(workspace) as env:
        user = env.add(User, name=name, email=address, locale=locale)
        ids = companies if companies is not None else env.session.scalars(select(env[Company].id)).all()
        env.session.add_all([env[UserRole](user_id=user.id, role=role) for role in roles])
        env.session.add_all([env[UserCompany](user_id=user.id, company_id=company) for company in ids])
        env.session.flush()
        token = sessions.start(env, user.id, ip="127.0.0.1", agent="tests")
        return Person(user.id, name, address, token, frozenset(roles))


class Visitor:
    """Requests of one person to one workspace, with the token that forms carry."""

    def __init__(self, app: Any, workspace: WorkspaceEntry, person: Person | None = None) -> None:
        self.http = a_client(app, f"http://{workspace.name}.localhost")
        self.secret = csrf.new_secret()
        self.http.cookies.set(csrf.COOKIE, self.secret)
        self.person = person
        if person:
            self.http.cookies.set("session", person.token)

    def get(self, path: str, *, partial: bool = False, **options: Any) -> httpx.Response:
        """Ask for a page, or as htmx for a part of one."""
        headers = options.pop("headers", {}) | (_HTMX if partial else {})
        return self.http.get(
            path, headers=headers, follow_redirects=options.pop("follow_redirects", False), **options
        )

    def post(
        self,
        path: str,
        data: dict[str, Any] | None = None,
        *,
        partial: bool = False,
        forged: bool = False,
        **options: Any,
    ) -> httpx.Response:
        """Send a form of ours; ``forged`` leaves its token out."""
        headers = options.pop("headers", {}) | (_HTMX if partial else {})
        if not forged:
            headers[csrf.HEADER] = csrf.token(self.secret)
        return self.http.post(
            path,
            data=data or {},
            headers=headers,
            follow_redirects=options.pop("follow_redirects", False),
            **options,
        )


def a_client(app: Any, base_url: str, **options: Any) -> TestClient[Any]:
    """A client of an application that ``visiting`` started: its requests share that one's event loop, so
    that none has to start a thread and a loop of its own."""
    client = TestClient(app, base_url=base_url, **options)
    if (portal := _portals.get(id(app))) is not None:
        client.blocking_portal = portal
    return client


_portals: dict[int, BlockingPortal] = {}
_HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@contextmanager
def visiting(platform: Platform) -> Iterator[Any]:
    """The application, started; one per test process is enough."""
    app = create_app(platform, threads=8)
    with TestClient(cast("Any", app)) as running:
        _portals[id(app)] = running.blocking_portal
        try:
            yield app
        finally:
            del _portals[id(app)]


@contextmanager
def serving(database_url: str, data: str) -> Iterator[str]:
    """A server process on a free port, as in production; gives its port as text."""
    with serving_at(database_url, data, 0) as (port, _process):
        yield str(port)


@contextmanager
def serving_at(
    database_url: str, data: str, port: int, *, workers: int = 1
) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """A server process on a port (0: a free one) that the test may kill; gives the port and the process.

    It runs no background jobs: those of other tests would be done by the wrong process.
    """
    if not port:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
    environment = os.environ | {"PASSERELLE_DATABASE_URL": database_url, "PASSERELLE_DATA": data}
    command = [sys.executable, "-m", "core.cli", "serve", "--no-jobs", "--port", str(port)]
    command += ["--workers", str(workers)]
    process = subprocess.Popen(command, env=environment)  # noqa: S603 - our own command
    try:
        _wait_until_ready(str(port), process)
        yield port, process
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(port: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            message = f"The server ended with status {process.returncode} before it was ready."
            raise RuntimeError(message)
        try:
            with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.1)
    message = "The server was not ready after a minute."
    raise RuntimeError(message)
