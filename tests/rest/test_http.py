from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest
from litestar.testing import TestClient

from core.web.app import create_app
from tests.rest.test_api import CUSTOMERS, DEALS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.web.app import Application
    from tests.rest.conftest import Api

pytestmark = pytest.mark.addons("sample_rights")


@pytest.fixture
def client(api: Api) -> Iterator[TestClient[Application]]:
    app = create_app(api.workspace.platform, threads=4)
    host = f"http://{api.workspace.entry.name}.localhost"
    with TestClient(app, base_url=host, raise_server_exceptions=True) as client:  # type: ignore[type-var]  # an ASGI application
        client.headers["authorization"] = f"Bearer {api.token}"
        yield client


def test_the_interface_is_reached_over_http(client: TestClient[Application]) -> None:
    created = client.post(f"/api/v1/{CUSTOMERS}", json={"name": "Élan"})
    read = client.get(created.headers["location"])
    changed = client.patch(created.headers["location"], json={"name": "Kervran"}, headers={"if-match": '"1"'})
    gone = client.delete(created.headers["location"])

    assert created.status_code == 201
    assert created.headers["content-type"] == "application/json"
    assert read.json()["name"] == "Élan"
    assert changed.json()["name"] == "Kervran"
    assert (gone.status_code, gone.content) == (204, b"")


def test_a_refusal_is_a_problem_document_with_a_reference(client: TestClient[Application]) -> None:
    reply = client.get(f"/api/v1/{DEALS}/7", headers={"x-request-id": "from-outside"})

    assert reply.status_code == 404
    assert reply.headers["content-type"] == "application/problem+json"
    assert set(reply.json()) == {"type", "title", "status", "detail", "hint", "instance"}
    assert reply.json()["instance"] == reply.headers["x-request-id"] == "from-outside"


def test_a_huge_body_is_refused_before_it_is_read(client: TestClient[Application]) -> None:
    huge = base64.b64encode(b"x" * 3_000_000)

    reply = client.post(f"/api/v1/{CUSTOMERS}", content=huge, headers={"content-type": "application/json"})

    assert reply.status_code == 413


def test_a_session_cookie_is_not_a_token(client: TestClient[Application]) -> None:
    del client.headers["authorization"]
    client.cookies.set("session", "anything")

    assert client.post(f"/api/v1/{CUSTOMERS}", json={"name": "x"}).status_code == 401
