"""One request, one transaction: kept as a whole, undone as a whole, run again when the database asks."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest
from psycopg import errors
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from core.api import Invalid, RuleBroken
from core.security.models import User
from core.security.reading_only import WritesWhileReading
from core.web.failures import answer_to
from core.web.htmx import Htmx
from core.web.render import render
from core.web.request import Fields, Request
from core.web.results import Nothing, Redirect, Toast
from core.web.unit import run
from tests.web.browsers import user

if TYPE_CHECKING:
    from core.db.directory import WorkspaceEntry
    from core.env import Env
    from core.platform import Platform
    from core.web.app import Application


def a_request(app: Application, here: WorkspaceEntry, **values: Any) -> Request:
    given: dict[str, Any] = {
        "method": "GET",
        "path": "/",
        "id": "TEST-0001",
        "workspace": here,
        "site": app.site,
    }
    return Request(**given | values)


def names(samples: Platform, here: WorkspaceEntry) -> list[str]:
    with samples.env(here, reason="test") as env:
        return list(env.session.scalars(select(env[User].name)))


def rename(env: Env, user_id: int, name: str) -> None:
    with env.system("test") as system:
        system.get(User, user_id).name = name


def test_what_a_handler_did_is_kept_when_it_returns(
    app: Application, samples: Platform, here: WorkspaceEntry
) -> None:
    user_id = user(samples, here)

    run(app.site, a_request(app, here, method="POST"), lambda env: rename(env, user_id, "Idriss"))

    assert names(samples, here) == ["Idriss"]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_who_only_reads_changes_nothing(
    app: Application, samples: Platform, here: WorkspaceEntry, method: str
) -> None:
    user_id = user(samples, here)

    with pytest.raises(WritesWhileReading, match=rf"{method} / would update core\.user {user_id},"):
        run(app.site, a_request(app, here, method=method), lambda env: rename(env, user_id, "Idriss"))

    assert names(samples, here) == ["Camille Roche"]


@pytest.mark.parametrize(
    "error", [RuleBroken("No.", hint="Not so."), Invalid(fields={"name": "No."}), KeyError("x")]
)
def test_nothing_of_a_request_that_raises_is_kept(
    app: Application,
    samples: Platform,
    here: WorkspaceEntry,
    error: Exception,
    caplog: pytest.LogCaptureFixture,
) -> None:
    user_id = user(samples, here)
    request = a_request(app, here, method="POST")

    def work(env: Env) -> None:
        rename(env, user_id, "Idriss")
        raise error

    with pytest.raises(type(error)):
        run(app.site, request, work)
    with caplog.at_level(logging.CRITICAL):
        answer = answer_to(app.site, request, error)

    assert answer.status == getattr(error, "status_code", 500)
    assert names(samples, here) == ["Camille Roche"]


def test_an_unforeseen_error_shows_a_reference_and_logs_the_rest(
    app: Application, here: WorkspaceEntry, caplog: pytest.LogCaptureFixture
) -> None:
    answer = answer_to(app.site, a_request(app, here), ZeroDivisionError("secret detail"))

    assert answer.status == 500
    assert b"TEST-0001" in bytes(answer.content)  # type: ignore[arg-type]  # bytes for a page
    assert b"secret detail" not in bytes(answer.content)  # type: ignore[arg-type]  # see above
    assert "secret detail" in caplog.text


def test_a_deadlock_runs_the_whole_request_again(
    app: Application, samples: Platform, here: WorkspaceEntry
) -> None:
    user_id = user(samples, here)
    attempts: list[int] = []

    def work(env: Env) -> str:
        attempts.append(1)
        rename(env, user_id, f"Attempt {len(attempts)}")
        if len(attempts) < 3:
            statement = "select"
            raise OperationalError(statement, {}, errors.DeadlockDetected())
        return "done"

    assert run(app.site, a_request(app, here, method="POST"), work) == "done"
    assert len(attempts) == 3
    assert names(samples, here) == ["Attempt 3"]


def test_a_redirect_is_a_header_for_htmx_and_carries_its_toast(
    app: Application, here: WorkspaceEntry
) -> None:
    plain = a_request(app, here)
    swapped = a_request(app, here, htmx=Htmx.of({"hx-request": "true", "hx-request-type": "partial"}))
    result = Redirect("/settings?a=1", toast=Toast("Saved.", "Undo", "/undo"))

    answers = [
        run(app.site, request, lambda env, request=request: render(app.site, env, request, result))  # type: ignore[misc]  # the loop's value is bound on purpose
        for request in (plain, swapped)
    ]

    assert (answers[0].status, answers[0].headers) == (303, {"Location": "/settings?a=1"})
    assert (answers[1].status, answers[1].headers) == (200, {"HX-Redirect": "/settings?a=1"})
    assert [cookie.name for cookie in answers[0].cookies] == ["toast"]


def test_events_and_toasts_travel_as_one_header(app: Application, here: WorkspaceEntry) -> None:
    request = a_request(app, here)

    answer = run(
        app.site,
        request,
        lambda env: render(app.site, env, request, Nothing({"saved": ""}, toast="Enregistré : été")),
    )

    assert answer.status == 204
    assert answer.headers["HX-Trigger"] == (
        '{"saved":"","toast":{"text":"Enregistr\\u00e9 : \\u00e9t\\u00e9","icon":"check"}}'
    )


def test_a_field_that_comes_several_times_keeps_all_its_values() -> None:
    fields = Fields([("role", "a"), ("role", " b "), ("page", "x")])

    assert fields.all("role") == ["a", " b "]
    assert fields.get("role") == "b"
    assert fields.integer("page", 1) == 1
    assert "absent" not in fields
