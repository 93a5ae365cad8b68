"""How many requests a token may send: counted together by all processes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import text

from core.rest.answers import Problem
from core.rest.caller import Allowance
from core.rest.dispatch import Dispatcher
from core.testing.statements import counting
from tests.rest.conftest import Api, a_token

if TYPE_CHECKING:
    from core.platform import Platform
    from core.testing.plugin import LiveWorkspace

pytestmark = pytest.mark.addons("sample_rights")


def granted(allowance: Allowance, caller: str, tries: int) -> int:
    """How many of some requests are let through."""
    done, waits = 0, []
    for _try in range(tries):
        try:
            allowance.take(caller)
            done += 1
        except Problem as problem:
            waits.append((problem.status, int(problem.headers["retry-after"])))
    assert all(status == 429 and 1 <= wait <= 61 for status, wait in waits)
    return done


def earlier(platform: Platform, caller: str, seconds: int) -> None:
    """Let time pass."""
    with platform.server.engine.begin() as connection:
        connection.execute(
            text("UPDATE platform.api_allowance SET at = at - make_interval(secs => :s) WHERE key = :key"),
            {"s": seconds, "key": caller},
        )


def test_processes_share_one_allowance(platform: Platform) -> None:
    caller, processes = uuid4().hex, [Allowance(platform.server, 6) for _process in range(3)]

    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda one: granted(one, caller, 6), processes))

    assert sum(found) == 6
    assert granted(processes[0], uuid4().hex, 1) == 1


def test_it_is_saved_up_again_but_never_beyond_a_minute(platform: Platform) -> None:
    caller, allowance = uuid4().hex, Allowance(platform.server, 6)
    assert granted(allowance, caller, 9) == 6

    earlier(platform, caller, 20)
    assert granted(allowance, caller, 9) == 2
    earlier(platform, caller, 3600)
    assert granted(allowance, caller, 9) == 6


def test_most_requests_cost_no_statement(platform: Platform) -> None:
    caller, allowance = uuid4().hex, Allowance(platform.server, 600)

    with counting(platform.server.engine) as sent:
        assert granted(allowance, caller, 100) == 100

    assert len([one for one in sent if "api_allowance" in one]) == 10


def test_each_token_has_its_own_and_a_wrong_one_leaves_nothing(workspace: LiveWorkspace) -> None:
    dispatchers = [Dispatcher(workspace.platform, per_minute=3) for _process in range(2)]
    one, two = a_token(workspace, "base.admin"), a_token(workspace, "base.admin", email="two@example.com")

    answers = [Api(workspace, one, dispatchers[n % 2])("GET", "core.company").status for n in range(5)]
    other = Api(workspace, two, dispatchers[0])("GET", "core.company").status
    with workspace.platform.server.engine.begin() as connection:
        before = connection.scalar(text("SELECT count(*) FROM platform.api_allowance"))
    wrong = [Api(workspace, uuid4().hex, dispatchers[0])("GET", "core.company").status for _try in range(3)]
    with workspace.platform.server.engine.begin() as connection:
        after = connection.scalar(text("SELECT count(*) FROM platform.api_allowance"))
        kept = connection.scalars(text("SELECT key FROM platform.api_allowance")).all()

    assert answers == [200, 200, 200, 429, 429]
    assert (other, wrong) == (200, [401, 401, 401])
    assert before == after
    assert not [key for key in kept if one in key or two in key]
