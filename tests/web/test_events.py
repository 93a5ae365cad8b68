"""Open pages hear which records changed, after the commit and only of their own workspace."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from core.errors import RuleBroken
from core.registry import lifecycle
from core.web.events import Audience, Listener
from core.web.request import Request
from core.web.unit import run

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.db.directory import WorkspaceEntry
    from core.env import Env
    from core.platform import Platform
    from core.web.app import Application

SILENCE = 0.6
"""Seconds after which nothing more is expected."""


EVERYTHING = Audience(frozenset({"sample_fleet.vehicle"}), frozenset({1}))


def heard(
    app: Application,
    samples: Platform,
    here: WorkspaceEntry,
    schema: str,
    work: Callable[[Env], Any],
    audience: Audience = EVERYTHING,
) -> list[Any]:
    """What a page of a workspace hears of a piece of work done here."""
    request = Request(method="POST", path="/", id="TEST-0001", workspace=here, site=app.site)

    async def listen() -> list[Any]:
        listener = Listener(samples)
        queue = listener.subscribe(schema, audience)
        await asyncio.sleep(SILENCE)  # until it listens
        with suppress(RuleBroken):
            await asyncio.to_thread(run, app.site, request, work)
        news: list[Any] = []
        try:
            while True:
                news += await asyncio.wait_for(queue.get(), SILENCE)
        except TimeoutError:
            return news
        finally:
            listener.unsubscribe(schema, queue)
            listener.stop()

    return asyncio.run(listen())


def a_vehicle(env: Env) -> None:
    with env.system("test") as system:
        system.add(system.registry.model("sample_fleet.vehicle"), plate="NEW-1", company_id=1)


def a_refused_vehicle(env: Env) -> None:
    a_vehicle(env)
    message = "No."
    raise RuleBroken(message)


@pytest.fixture
def fleet(samples: Platform, here: WorkspaceEntry) -> WorkspaceEntry:
    lifecycle.enable(samples, here, ["sample_fleet"])
    return here


def test_a_change_is_told_as_model_and_id(app: Application, samples: Platform, fleet: WorkspaceEntry) -> None:
    assert heard(app, samples, fleet, fleet.schema, a_vehicle) == [["sample_fleet.vehicle", 2]]


def test_nothing_is_told_of_what_was_rolled_back(
    app: Application, samples: Platform, fleet: WorkspaceEntry
) -> None:
    assert heard(app, samples, fleet, fleet.schema, a_refused_vehicle) == []


def test_another_workspace_hears_nothing(app: Application, samples: Platform, fleet: WorkspaceEntry) -> None:
    assert heard(app, samples, fleet, "ws_of_someone_else", a_vehicle) == []


@pytest.mark.parametrize(
    "audience",
    [
        pytest.param(Audience(frozenset(), frozenset({1})), id="who may not read the model"),
        pytest.param(Audience(frozenset({"sample_fleet.vehicle"}), frozenset({2})), id="of another company"),
    ],
)
def test_who_may_not_read_it_hears_nothing(
    app: Application, samples: Platform, fleet: WorkspaceEntry, audience: Audience
) -> None:
    assert heard(app, samples, fleet, fleet.schema, a_vehicle, audience) == []
