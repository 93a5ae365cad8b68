"""An addon that raises while it is asked for something to show never takes the page away."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from core.builtin.models import AddonEvent, Company, Workspace
from core.checks import hook_reference
from core.db import directory
from core.hooks import ANSWERS
from core.registry import answering, lifecycle
from core.registry.discovery import discover
from core.web.app import create_app
from tests.web.browsers import Browser, user

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from core.platform import Platform

RAISING = """
from sqlalchemy import Integer, cast, select
from core.api import Company, FormExtension, Slot, Smart, hookimpl
from addons.base.models import Party

ASKED = []

def broken(env, record):
    ASKED.append("view")
    env.session.execute(select(cast(env[Company].name, Integer)))  # the transaction is over with it

@hookimpl
def customer_panels(env, party):
    ASKED.append("panel")
    yield broken(env, party)

@hookimpl
def declare_views():
    return [
        Slot("base.party.side", template="core/_notice.html", context=broken),
        FormExtension(Party, smart=(Smart("cars", "Cars", count=broken, url=lambda env, record: "/"),)),
    ]

@hookimpl
def workspace_ready(env):
    ASKED.append("fact")
    1 / 0
"""
SOUND = """
from addons.base.services.panels import Panel
from core.api import hookimpl

@hookimpl
def customer_panels(env, party):
    return [Panel("fleet", "Vehicles of this customer")]
"""
NEEDS_BASE = (
    'from core.api import Manifest\nmanifest = Manifest(name="{name}", version="1.0.0", depends=("base",),'
    ' summary="Panels.")\n'
)


@pytest.fixture
def here(
    started: Callable[..., Platform], monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Platform, Browser, int]]:
    """A server with an addon that raises and a sound one, an administrator's browser, and a customer."""
    monkeypatch.setenv("PASSERELLE_PASSWORDS", "fast")
    files = {
        name: {"manifest.py": NEEDS_BASE.format(name=name), "hooks.py": hooks}
        for name, hooks in (("acme_raising", RAISING), ("acme_sound", SOUND))
    }
    platform = started(only=["base"], **files)
    assert platform.discovered.refused == {}
    entry = lifecycle.create_workspace(platform, f"answers_{uuid4().hex[:8]}", "Test")
    with platform.env(entry, reason="test") as env:
        env.add(Company, name="Atelier Lumen")
        env.session.scalars(select(env[Workspace])).one().ready_at = env.now()
        lifecycle.bump(env)
    lifecycle.enable(platform, entry, list(files))
    with platform.env(entry, reason="test") as env:
        party = env.add(env.registry.model("base.party"), name="Kervran").id
    app = create_app(platform, threads=4)
    yield platform, Browser(app, platform, entry).sign_in(user(platform, entry)), party
    app.site.gate.executor.shutdown()
    directory.drop(platform.server, entry.name)


def test_a_page_is_drawn_without_the_addon_that_raises_and_after_three_times_it_is_not_asked(
    here: tuple[Platform, Browser, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    platform, browser, party = here
    asked: list[str] = sys.modules["acme_raising.hooks"].ASKED

    # when the page of a customer is opened again and again
    pages = [browser.get(f"/app/base/party/{party}") for _ in range(5)]

    # then everybody's panels are there but those of the addon that raises, which was asked three times
    assert {page.status_code for page in pages} == {200}
    assert all("Vehicles of this customer" in page.text for page in pages)
    assert len(asked) == answering.FAILURES

    # and administrators see it
    told = browser.get("/settings/apps").text
    assert "Acme raising failed too often: its panels and figures are left out for 10 minutes." in told
    assert "invalid input syntax for type integer" in told
    with platform.env(browser.workspace, reason="test") as env:
        actions = env.session.scalars(
            select(env[AddonEvent].action).where(env[AddonEvent].action == "left out")
        )
        assert len(list(actions)) == 1

    # and after the while it is asked again
    later = answering.time.monotonic() + answering.SECONDS + 1
    monkeypatch.setattr(answering.time, "monotonic", lambda: later)
    assert browser.get(f"/app/base/party/{party}").status_code == 200
    assert len(asked) == answering.FAILURES + 1


def test_a_fact_that_may_refuse_is_never_left_out(here: tuple[Platform, Browser, int]) -> None:
    platform, browser, _party = here

    def unit() -> None:
        with platform.env(browser.workspace, reason="test") as env:
            env.hooks.workspace_ready(env=env)

    for _ in range(answering.FAILURES + 2):
        with pytest.raises(ZeroDivisionError):
            answering.answering(platform, browser.workspace.name, unit)

    assert sys.modules["acme_raising.hooks"].ASKED.count("fact") == answering.FAILURES + 2
    assert answering.left_out(browser.workspace.name) == frozenset()


def test_only_what_never_refuses_and_is_only_shown_is_marked_as_an_answer() -> None:
    """Of all hooks found: one that may refuse, or by which something is decided, is a fact."""
    found: dict[str, Any] = {}
    for _owner, module in hook_reference.modules(discover()):
        found |= {name: spec for name, spec in vars(module).items() if getattr(spec, ANSWERS, False)}

    assert set(found) == {"customer_facts", "customer_panels", "line_hint"}
    for name, spec in found.items():
        assert "Refuse: never." in spec.__doc__, name
        assert "read-only" in spec.__doc__, name
