from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, text

from core.builtin.models import Company
from core.rest.dispatch import Call, Dispatcher
from core.security import tokens
from core.security.models import User, UserCompany, UserRole
from core.testing.plugin import LiveWorkspace
from core.testing.workspaces import Workspaces, platform_for_tests

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from core.platform import Platform
    from core.rest.answers import Answer

ADDONS = Path(__file__).parents[1] / "addons"


@pytest.fixture(scope="session")
def platform() -> Platform:
    return platform_for_tests([ADDONS])


@pytest.fixture(scope="session")
def workspaces(platform: Platform) -> Iterator[Workspaces]:
    made = Workspaces(platform)
    yield made
    made.close()


@pytest.fixture(scope="module")
def shop(workspaces: Workspaces) -> LiveWorkspace:
    return LiveWorkspace(workspaces.platform, workspaces.fresh(("sample_rights",)))


@pytest.fixture
def workspace(shop: LiveWorkspace) -> LiveWorkspace:
    """One workspace for the file, emptied before each test: making one takes longer than most tests."""
    with shop.platform.server.owner() as connection:
        tables = ("sample_shop_customer", "core_user", "core_idempotency_key", "core_api_token")
        names = ", ".join(f"{shop.entry.schema}.{table}" for table in tables)
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    return shop


@dataclass
class Api:
    """A program that calls the interface with a token."""

    workspace: LiveWorkspace
    token: str
    dispatcher: Dispatcher
    headers: Mapping[str, str] = field(default_factory=dict)

    def __call__(
        self, method: str, path: str, body: Any = None, query: Mapping[str, str] | None = None, **headers: str
    ) -> Reply:
        sent = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        given = {"authorization": f"Bearer {self.token}", "accept-language": "en"}
        if body is not None:
            given["content-type"] = "application/json"
        given |= {name.replace("_", "-"): text for name, text in headers.items()}
        call = Call(
            self.workspace.entry,
            method,
            path,
            query or {},
            given,
            sent,
            "R-1",
            "127.0.0.1",
        )
        return Reply(self.dispatcher.answer(call))


class Reply:
    """An answer, read."""

    def __init__(self, answer: Answer) -> None:
        self.status = answer.status
        self.headers = answer.headers
        self.json: Any = json.loads(answer.body) if answer.body else None

    @property
    def problem(self) -> tuple[int, Any]:
        told = {one["field"]: one["detail"] for one in self.json.get("errors", ())}
        return self.status, told or self.json["detail"]


def a_token(
    workspace: LiveWorkspace, role: str, scopes: tuple[str, ...] = ("write",), email: str = ""
) -> str:
    with workspace.env() as env:
        company = env.session.scalars(select(env[Company])).first()
        assert company is not None
        user = env.add(
            User, name="Robot", email=email or f"robot-{role}-{'-'.join(scopes)}@example.com".replace(":", "")
        )
        env.add(UserRole, user_id=user.id, role=role)
        env.add(UserCompany, user_id=user.id, company_id=company.id)
        return tokens.create(env, "Robot", scopes, user_id=user.id)


@pytest.fixture
def dispatcher(platform: Platform) -> Dispatcher:
    return Dispatcher(platform, per_minute=100_000)


@pytest.fixture
def api(workspace: LiveWorkspace, dispatcher: Dispatcher) -> Api:
    """An administrator's program."""
    return Api(workspace, a_token(workspace, "base.admin"), dispatcher)


@pytest.fixture
def seller(workspace: LiveWorkspace, dispatcher: Dispatcher) -> Api:
    """A seller's program: no secrets, no deals that are nearly won."""
    return Api(workspace, a_token(workspace, "sample_rights.seller"), dispatcher)
