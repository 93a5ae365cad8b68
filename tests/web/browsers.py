"""A browser without a screen, that keeps cookies and sends the form token back, and users for it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.builtin.models import Company
from core.registry import lifecycle
from core.security import passwords, sessions
from core.security.models import User, UserCompany, UserRole
from core.security.roles import ADMIN, USER
from core.testing.web import a_client

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from httpx import Response

    from core.db.directory import WorkspaceEntry
    from core.platform import Platform
    from core.web.app import Application

PASSWORD = "a lamp in the hall"  # noqa: S105 - of invented people in tests
_TOKEN = re.compile(r'<meta name="csrf" content="([^"]+)">')


def user(
    platform: Platform,
    workspace: WorkspaceEntry,
    email: str = "camille@example.com",
    *,
    name: str = "Camille Roche",
    roles: Iterable[str] = (ADMIN,),
    **values: Any,
) -> int:
    """A user of every company of the workspace, with a password; give its id."""
    with platform.env(workspace, reason="test") as env:
        kept = passwords.hash_of(PASSWORD)
        made = env.add(User, name=name, email=email, password_hash=kept, **values)
        for role in {*roles, USER}:
            env.add(UserRole, user_id=made.id, role=role)
        for company in env.session.query(env[Company]).all():
            env.add(UserCompany, user_id=made.id, company_id=company.id)
        lifecycle.bump(env)
        return int(made.id)


@dataclass
class Browser:
    """One person's browser on one workspace."""

    app: Application
    platform: Platform
    workspace: WorkspaceEntry
    client: Any = field(init=False)

    def __post_init__(self) -> None:
        base_url = f"http://{self.workspace.name}.localhost"
        self.client = a_client(self.app, base_url, raise_server_exceptions=False)

    def sign_in(self, user_id: int) -> Browser:
        """Hold a session of a user."""
        with self.platform.env(self.workspace, reason="test") as env:
            token = sessions.start(env, user_id, ip="testclient", agent="tests")
        self.client.cookies.set("session", token)
        return self

    def get(self, path: str, *, partial: bool = False, follow: bool = False, **headers: str) -> Response:
        """Open a page; ``partial`` asks as htmx does for a part of one."""
        return self.client.get(path, headers=_headers(partial, headers), follow_redirects=follow)

    def post(
        self,
        path: str,
        data: Mapping[str, Any] | None = None,
        *,
        partial: bool = False,
        follow: bool = False,
        token: bool = True,
        files: Any = None,
        **headers: str,
    ) -> Response:
        """Send a form with the token of a page of this site, or without one."""
        fields = dict(data or {})
        if token:
            fields["csrf"] = self.token()
        return self.client.post(
            path, data=fields, files=files, headers=_headers(partial, headers), follow_redirects=follow
        )

    def token(self) -> str:
        """The form token of a page that anyone may open."""
        found = _TOKEN.search(self.client.get("/forgotten").text)
        assert found is not None, "the page has no token"
        return found.group(1)


def _headers(partial: bool, headers: Mapping[str, str]) -> dict[str, str]:
    asked = {name.replace("_", "-"): value for name, value in headers.items()}
    if partial:
        asked |= {"HX-Request": "true", "HX-Request-Type": "partial"}
    return asked
