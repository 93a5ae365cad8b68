from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from core.builtin.models import Company
from core.db import directory
from core.env import Env, Who
from core.errors import AddonError, NotFound, RuleBroken
from core.jobs import job, page, run, schedule, worker
from core.jobs.defer import defer_in
from core.jobs.drain import drain
from core.registry import lifecycle
from core.security import users
from core.security.models import User, UserRole

if TYPE_CHECKING:
    from core.testing.plugin import LiveWorkspace
    from core.testing.workspaces import Workspaces


@job(title="Rename the company", retries=2)
def rename(
    env: Env, *, company_id: int, name: str, on: date | None = None, amount: Decimal = Decimal(0)
) -> None:
    if name == "refused":
        message = "This name is taken."
        raise RuleBroken(message, hint="Choose another.")
    if name == "broken":
        message = "the disk is full"
        raise OSError(message)
    env.get(Company, company_id).name = f"{name} {on:%d/%m} {amount}" if on else name


@job(cron="0 6 * * *")
def every_morning(env: Env) -> None:
    env.session.scalars(select(env[Company])).one().name = "Good morning"


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        run, "jobs_of", lambda registry: {j.name: j for j in (rename, every_morning, as_the_user)}
    )
    for module in (page, schedule):
        monkeypatch.setattr(module, "jobs_of", run.jobs_of)


def name_in(workspace: LiveWorkspace) -> str:
    with workspace.env() as env:
        return str(env.session.scalars(select(env[Company].name)).one())


def test_a_job_runs_after_the_transaction_that_deferred_it(workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        defer_in(env, rename, {"company_id": env.company.id, "name": "Kervran", "on": date(2026, 12, 2)})

    assert drain(workspace.platform, workspace.entry) == 1
    assert name_in(workspace) == "Kervran 02/12 0"


def test_a_job_deferred_by_a_transaction_that_fails_never_was(workspace: LiveWorkspace) -> None:
    def refused() -> None:
        with workspace.env() as env:
            defer_in(env, rename, {"company_id": env.company.id, "name": "Kervran"})
            env.get(Company, 0)

    with pytest.raises(NotFound):
        refused()

    assert drain(workspace.platform, workspace.entry) == 0


def test_wrong_arguments_are_refused_where_the_job_is_deferred(env: Env) -> None:
    with pytest.raises(TypeError, match=r"tests\.rename: unknown \['nam'\], missing \['name'\]"):
        defer_in(env, rename, {"company_id": 1, "nam": "x"})
    with pytest.raises(TypeError, match="Expected `int`"):
        defer_in(env, rename, {"company_id": "one", "name": "x"})


def test_a_schedule_that_is_none_is_refused_when_the_addon_is_loaded() -> None:
    with pytest.raises(AddonError, match="'at noon' is no schedule"):
        job(cron="at noon")(lambda env: None)


def test_the_jobs_page_shows_why_a_job_failed_and_can_repeat_it(workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        defer_in(env, rename, {"company_id": env.company.id, "name": "refused"})
    drain(workspace.platform, workspace.entry)

    with workspace.env() as env:
        [row] = page.recent(env)
        assert (row.title, row.state, row.error) == (
            "Rename the company",
            "failed",
            "This name is taken. Choose another.",
        )
        assert page.counts(env) == {"failed": 1}
        page.retry(env, row.id)
        assert page.counts(env) == {"todo": 1}
        page.cancel(env, row.id)
        assert page.counts(env) == {"cancelled": 1}
        with pytest.raises(NotFound):
            page.retry(env, row.id)


def test_a_workspace_neither_sees_nor_touches_the_jobs_of_another(
    workspaces: Workspaces, workspace: LiveWorkspace
) -> None:
    other = workspaces.fresh(())
    with workspace.env() as env:
        mine = defer_in(env, rename, {"company_id": env.company.id, "name": "refused"})
    drain(workspace.platform, workspace.entry)
    assert mine is not None

    with workspace.platform.env(other) as env:
        assert page.recent(env) == []
        for verb in (page.retry, page.cancel):
            with pytest.raises(NotFound):
                verb(env, mine)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM platform.procrastinate_jobs",
        "DELETE FROM platform.procrastinate_jobs",
        "SELECT platform.procrastinate_defer_jobs_v1(NULL)",
        "SELECT platform.procrastinate_cancel_job_v1(1, true, true)",
        "SELECT * FROM platform.job_error",
        "SELECT * FROM platform.workspace",
    ],
)
def test_the_role_of_a_workspace_cannot_go_around_the_queues_functions(env: Env, statement: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        env.scope.connection.execute(text(statement))


def test_only_one_job_waits_under_the_same_key(workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        arguments = {"company_id": env.company.id, "name": "Once"}
        first = defer_in(env, rename, arguments, once="rename")
        second = defer_in(env, rename, arguments, once="rename")

    assert first is not None
    assert second is None
    assert drain(workspace.platform, workspace.entry) == 1


def test_a_job_of_the_future_waits(workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        arguments = {"company_id": env.company.id, "name": "Later"}
        defer_in(env, rename, arguments, at=datetime.now(UTC) + timedelta(hours=1))

    assert drain(workspace.platform, workspace.entry) == 0


def test_what_is_due_by_the_clock_is_deferred_once_per_workspace(
    workspace: LiveWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = [e for e in directory.entries(workspace.platform.server) if e.name == workspace.entry.name]
    monkeypatch.setattr(schedule.directory, "entries", lambda server: ready)  # leave other tests alone
    morning, noon = datetime(2026, 12, 2, 6, tzinfo=UTC), datetime(2026, 12, 2, 12, tzinfo=UTC)

    schedule.start_due(workspace.platform, noon)
    assert drain(workspace.platform, workspace.entry) == 0

    schedule.start_due(workspace.platform, morning)
    schedule.start_due(workspace.platform, morning)
    assert drain(workspace.platform, workspace.entry) == 1
    assert name_in(workspace) == "Good morning"


def test_a_real_worker_runs_jobs_and_repeats_those_that_may_go_better(workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        defer_in(env, rename, {"company_id": env.company.id, "name": "broken"})
        defer_in(env, rename, {"company_id": env.company.id, "name": "refused"})
        defer_in(env, rename, {"company_id": env.company.id, "name": "Worked"})

    async def until_done() -> None:
        working = asyncio.create_task(worker.work(workspace.platform, handle_signals=False))
        for _attempt in range(200):
            await asyncio.sleep(0.05)
            with workspace.env() as env:
                if page.counts(env) == {"succeeded": 1, "failed": 1, "todo": 1}:
                    break
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)

    asyncio.run(until_done())

    with workspace.env() as env:
        states = {(row.state, row.attempts, row.error) for row in page.recent(env)}
    assert states == {
        ("todo", 1, "OSError: the disk is full"),
        ("failed", 1, "This name is taken. Choose another."),
        ("succeeded", 1, ""),
    }
    assert name_in(workspace) == "Worked"


def test_the_jobs_of_a_dead_worker_are_given_back(workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        mine = defer_in(env, rename, {"company_id": env.company.id, "name": "Rescued"})
    with workspace.platform.server.owner() as connection:
        dead = connection.scalar(
            text(
                "INSERT INTO platform.procrastinate_workers (last_heartbeat)"
                " VALUES (now() - interval '5 min') RETURNING id"
            )
        )
        connection.execute(text("SET search_path = platform"))
        connection.execute(
            text("UPDATE procrastinate_jobs SET status = 'doing', worker_id = :dead WHERE id = :id"),
            {"dead": dead, "id": mine},
        )

    async def rescue() -> int:
        app = worker.make_app(workspace.platform)
        async with app.open_async():
            return await worker.rescue(app)

    assert asyncio.run(rescue()) >= 1
    assert drain(workspace.platform, workspace.entry) == 1
    assert name_in(workspace) == "Rescued"


@job(as_user=True)
def as_the_user(env: Env) -> None:
    with env.system("tell who works") as system:
        told = f"{env.user.name} {sorted(env.access.roles)}"
        system.session.scalars(select(system[Company])).one().name = told


def test_a_job_may_run_with_the_rights_of_who_asked_for_it(workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        user = env.add(User, name="Ada", email="ada@example.com")
        env.add(UserRole, user_id=user.id, role="base.admin")
        user_id = user.id
    with workspace.env() as env:
        who = users.who(env, user_id)
        assert who is not None
    with workspace.env(user=who) as env:
        defer_in(env, as_the_user, {})

    assert drain(workspace.platform, workspace.entry) == 1
    assert name_in(workspace) == "Ada ['base.admin', 'base.user']"


def test_a_job_of_someone_who_can_no_longer_sign_in_is_refused(workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        user = env.add(User, name="Ada", email="ada@example.com", active=False)
        assert users.who(env, user.id) is None
        gone = Who(user.id, "Ada")
    with workspace.env(user=gone) as env:
        defer_in(env, as_the_user, {})

    drain(workspace.platform, workspace.entry)

    with workspace.env() as env:
        [row] = page.recent(env)
    assert row.error == "The user who asked for this job can no longer sign in. Ask again as another user."


def test_the_jobs_of_a_dropped_workspace_go_with_it(workspaces: Workspaces) -> None:
    server = workspaces.platform.server
    old = lifecycle.create_workspace(workspaces.platform, "t_dropped_jobs")
    with workspaces.platform.env(old) as env:
        company = env.add(Company, name="Old")
        defer_in(env, rename, {"company_id": company.id, "name": "From before"})

    directory.drop(server, old.name)
    new = lifecycle.create_workspace(workspaces.platform, "t_dropped_jobs")

    try:
        assert drain(workspaces.platform, new) == 0
    finally:
        directory.drop(server, new.name)
