"""The audit trail is only added to, whoever tries and by whichever door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from psycopg import errors
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.db import directory
from core.db.transaction import transaction
from core.registry import lifecycle
from core.registry.migrations import owner_in
from core.security.models import Audit
from sample_vault.models import Deal

if TYPE_CHECKING:
    from core.db.directory import WorkspaceEntry
    from core.testing.workspaces import Workspaces

CHANGING = (
    "UPDATE core_audit SET user_id = NULL",
    "UPDATE core_audit SET changes = '{}'",
    "UPDATE core_audit SET reason = '' WHERE false OR id > 0",
    "DELETE FROM core_audit",
    "DELETE FROM core_audit USING core_user u WHERE u.id > 0",
    "WITH gone AS (DELETE FROM core_audit RETURNING id) SELECT count(*) FROM gone",
    """INSERT INTO core_audit OVERRIDING SYSTEM VALUE SELECT * FROM core_audit
       ON CONFLICT (id) DO UPDATE SET action = 'nothing'""",
    "MERGE INTO core_audit a USING core_audit b ON a.id = b.id WHEN MATCHED THEN DELETE",
    "MERGE INTO core_audit a USING core_audit b ON a.id = b.id WHEN MATCHED THEN UPDATE SET action = 'x'",
)
STRUCTURE = (
    "TRUNCATE core_audit",
    "TRUNCATE core_user CASCADE",
    "ALTER TABLE core_audit DISABLE TRIGGER USER",
    "DROP TRIGGER append_only ON core_audit",
    """CREATE OR REPLACE FUNCTION core_audit_append_only() RETURNS trigger LANGUAGE plpgsql
       AS 'BEGIN RETURN NEW; END'""",
    "DROP TABLE core_audit CASCADE",
    "SET LOCAL session_replication_role = 'replica'",
)
ERASING = "SELECT set_config('passerelle.erasing', 'on', true)"


@pytest.fixture
def kept(vaults: Workspaces) -> WorkspaceEntry:
    """A workspace with something in its trail."""
    entry = vaults.fresh(("sample_vault",))
    with vaults.platform.env(entry, request_id="r-1") as env:
        env.add(Deal, title="Crane")
        env.add(user_model(env), name="Ana", email="ana@example.com")
    return entry


def user_model(env: Any) -> Any:
    return env.registry.model("core.user")


def trail(vaults: Workspaces, entry: WorkspaceEntry) -> list[str]:
    with transaction(vaults.platform.server, entry) as connection:
        return list(connection.scalars(text("SELECT a::text FROM core_audit a ORDER BY id")))


def refusal(vaults: Workspaces, entry: WorkspaceEntry, *statements: str) -> Any:
    """What the database answers to the workspace's own role."""
    with pytest.raises(DBAPIError) as caught:
        send(vaults, entry, *statements)
    return caught.value.orig


def send(vaults: Workspaces, entry: WorkspaceEntry, *statements: str) -> None:
    with transaction(vaults.platform.server, entry) as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_the_role_of_the_workspace_neither_changes_nor_removes_a_row(
    vaults: Workspaces, kept: WorkspaceEntry
) -> None:
    before = trail(vaults, kept)

    answers = {statement: refusal(vaults, kept, statement) for statement in CHANGING}

    assert [s for s, answer in answers.items() if "only added to" not in str(answer)] == []
    assert trail(vaults, kept) == before


def test_the_role_of_the_workspace_cannot_put_the_guard_away(
    vaults: Workspaces, kept: WorkspaceEntry
) -> None:
    before = trail(vaults, kept)

    answers = {statement: refusal(vaults, kept, statement) for statement in STRUCTURE}

    assert [s for s, a in answers.items() if not isinstance(a, errors.InsufficientPrivilege)] == []
    assert trail(vaults, kept) == before


def test_the_owner_is_stopped_as_well(vaults: Workspaces, kept: WorkspaceEntry) -> None:
    before = trail(vaults, kept)

    for statement in (*CHANGING, "TRUNCATE core_audit", "TRUNCATE core_audit RESTART IDENTITY CASCADE"):
        with (
            pytest.raises(DBAPIError, match="only added to"),
            owner_in(vaults.platform.server, kept) as connection,
        ):
            connection.execute(text(statement))

    assert trail(vaults, kept) == before


def test_an_elevated_env_does_not_remove_a_row_either(vaults: Workspaces, kept: WorkspaceEntry) -> None:
    before = trail(vaults, kept)

    def delete(env: Any) -> None:
        env.bulk_delete(Audit, env[Audit].id > 0)

    def update(env: Any) -> None:
        env.bulk_update(Audit, env[Audit].id > 0, {"action": "nothing"})

    def record(env: Any) -> None:
        env.session.delete(env.session.query(env[Audit]).first())
        env.session.flush()

    for attempt in (delete, update, record):
        with pytest.raises(Exception, match="audit"), vaults.platform.env(kept, reason="tidy up") as env:
            attempt(env)

    assert trail(vaults, kept) == before


def test_knowing_of_the_exception_opens_little_and_leaves_a_trace(
    vaults: Workspaces, kept: WorkspaceEntry
) -> None:
    """Erasing takes values out: never who, when, on what, which fields, and never a row."""
    for statement in (
        "DELETE FROM core_audit",
        "UPDATE core_audit SET user_id = 1",
        "UPDATE core_audit SET at = at - interval '1 day'",
        "UPDATE core_audit SET model = 'x', changes = changes",
        "UPDATE core_audit SET changes = '{}' WHERE changes <> '{}'",
        "UPDATE core_audit SET changes = changes || '{\"invented\": [1, 2]}'",
    ):
        assert "only added to" in str(refusal(vaults, kept, ERASING, statement)), statement
    before = trail(vaults, kept)

    blank = "UPDATE core_audit SET changes = jsonb_set(changes, '{title}', 'null') WHERE changes ? 'title'"
    send(vaults, kept, ERASING, blank, blank)

    with vaults.platform.env(kept) as env:
        audit = env[Audit]
        rows = env.session.query(audit).order_by(audit.id).all()
        assert [(row.action, row.model, row.reason) for row in rows[len(before) :]] == [
            ("erase", "core.audit", "erase a person")
        ]
        assert {row.changes["title"] for row in rows if "title" in (row.changes or {})} == {None}


def test_the_exception_ends_with_its_transaction(vaults: Workspaces, kept: WorkspaceEntry) -> None:
    send(vaults, kept, ERASING)

    assert "only added to" in str(refusal(vaults, kept, "UPDATE core_audit SET reason = ''"))


def test_a_workspace_with_a_trail_can_be_dropped(vaults: Workspaces) -> None:
    entry = lifecycle.create_workspace(vaults.platform, f"t_{uuid4().hex[:12]}", "Test")
    with vaults.platform.env(entry) as env:
        env.add(user_model(env), name="Ana", email="ana@example.com")

    directory.drop(vaults.platform.server, entry.name)

    assert entry.name not in {one.name for one in directory.entries(vaults.platform.server)}
