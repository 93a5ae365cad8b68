"""Requests that no browser of ours sends: another Host, another method, and errors that nobody foresaw."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

import pytest

from core.testing.web import a_client
from core.web.logs import errors

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.db.directory import WorkspaceEntry
    from core.web.app import Application
    from tests.web.browsers import Browser

HOSTS = [
    "nobody.example",
    "nobody.example/x",
    "a b",
    "demo@nobody",
    "[::1",
    "[zz]",
    "x:99999",
    "x:y",
    "é",
    "*",
]


@pytest.mark.parametrize("host", HOSTS)
def test_a_wrong_host_is_answered_whatever_the_path(
    app: Application, here: WorkspaceEntry, host: str, caplog: pytest.LogCaptureFixture
) -> None:
    client = a_client(app, "http://somewhere.localhost", raise_server_exceptions=False)
    paths = ["/", "/login", "/app/base/party", "/api/v1/core.company", "/events", "/healthz/x", "/a?b=%ff"]
    sent = [(method, path) for path in [*paths, "//x"] for method in ("GET", "POST", "HEAD", "PROPFIND")]
    sent += [("POST", "/readyz"), ("PROPFIND", "/healthz")]  # a probe knows no host name

    answers = {one: client.request(*one, headers={"Host": host.encode()}).status_code for one in sent}

    assert set(answers.values()) <= {400, 404}, answers
    assert [one for one in caplog.records if one.exc_info] == []


@pytest.mark.parametrize("query", ["%ff", "a=%00", "a=%d8%00&a", "=&&;"])
def test_an_odd_query_is_no_error_of_ours(browser: Callable[[], Browser], query: str) -> None:
    assert browser().get(f"/login?{query}").status_code == 200


@pytest.mark.parametrize("door", ["page", "framework", "api"])
def test_the_reference_of_an_error_page_is_in_the_log_with_the_traceback(
    admin: Browser,
    app: Application,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    door: str,
) -> None:
    def broken(*_given: Any, **_options: Any) -> None:
        message = "a fault nobody foresaw"
        raise ZeroDivisionError(message)

    place = {
        "page": "core.web.pages.render",
        "framework": "core.web.incoming.read",
        "api": "core.rest.dispatch.identify",
    }[door]
    monkeypatch.setattr(place, broken)
    with caplog.at_level(logging.ERROR, errors.name):
        answer = admin.get("/api/v1/core.company" if door == "api" else "/profile")

    assert answer.status_code == 500
    reference = answer.headers["x-request-id"]
    assert reference in answer.text
    line = caplog.text
    assert re.search(rf"Reference {reference}: GET /\S+ failed: ZeroDivisionError\nTraceback", line), line
    assert "a fault nobody foresaw" in line
    assert "a fault nobody foresaw" not in answer.text
