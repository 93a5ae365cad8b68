"""Secrets that must be given back: encrypted in the database, bound to their place, opened by a key file."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import StatementError

from core.builtin.models import SettingValue
from core.mail import server as mail_server
from core.orm.encrypted import Ciphertext, EncryptedText, encrypted_names
from core.registry import backup, demo, key_rotation
from core.registry.backup import BackupUnusable
from core.registry.key_rotation import KeyNeeded
from core.registry.verify import verify
from core.security import encryption, master_keys
from core.security.encryption import SecretDamaged, reveal
from core.security.master_keys import KeyFileUnusable, KeyMissing
from core.security.models import EncryptionKey, User
from core.security.refusals import StatementRefused
from core.webhooks.models import Webhook

if TYPE_CHECKING:
    from pathlib import Path

    from core.env import Env
    from core.platform import Platform
    from core.testing.plugin import LiveWorkspace
    from core.testing.workspaces import Workspaces

PLAIN = "correct-horse-42"


@pytest.fixture(autouse=True)
def key_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    place = tmp_path / "keys" / "master.json"
    monkeypatch.setenv(master_keys.VARIABLE, str(place))
    return place


def keep_secrets(env: Env, count: int = 1) -> None:
    """A secret of each kind that the platform keeps, and some users more."""
    mail_server.choose(env, "smtp://user@mail.example.com", PLAIN)
    env.add(Webhook, name="Shop", url="https://shop.example", events=["*"], secret=PLAIN)
    for number in range(count):
        env.add(User, name=f"Ana {number}", email=f"ana{number}@example.com", totp_secret=PLAIN)


def secrets_of(env: Env) -> list[str]:
    """Each of them, opened."""
    users = env.session.scalars(select(env[User]).where(env[User].totp_secret.is_not(None)))
    [hook] = env.session.scalars(select(env[Webhook]))
    found = [env.secret_of_setting(mail_server.SETTING), reveal(env, hook, "secret")]
    return found + [reveal(env, user, "totp_secret") for user in users]


def raw(platform: Platform, schema: str) -> str:
    with platform.server.owner() as connection:
        tables = connection.scalars(
            text("SELECT tablename FROM pg_tables WHERE schemaname = :s"), {"s": schema}
        ).all()
        return "\n".join(
            str(connection.scalars(text(f"SELECT t::text FROM {schema}.{table} t")).all()) for table in tables
        )


def test_the_database_holds_no_secret_in_plain(workspace: LiveWorkspace, key_file: Path) -> None:
    with workspace.env() as env:
        keep_secrets(env)

    with workspace.env() as env:
        assert secrets_of(env) == [PLAIN] * 3
    kept = raw(workspace.platform, workspace.entry.schema)
    assert "mail.example.com" in kept
    assert PLAIN not in kept
    assert PLAIN not in key_file.read_text()
    assert kept.count("v1.1.") == 3
    assert (key_file.stat().st_mode & 0o777, key_file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    [master] = json.loads(key_file.read_text())["keys"].values()
    assert master not in kept


def test_the_same_text_is_encrypted_differently_each_time(env: Env) -> None:
    keep_secrets(env, 2)

    kept = env.session.scalars(select(env[User].totp_secret).where(env[User].totp_secret.is_not(None))).all()

    assert len(set(kept)) == 2
    assert [repr(one) for one in kept] == ["<Ciphertext>"] * 2


@pytest.mark.parametrize(
    "move",
    [
        "UPDATE core_user SET totp_secret = b.totp_secret FROM core_user b WHERE b.id <> core_user.id",
        "UPDATE core_user SET totp_secret = (SELECT secret FROM core_webhook) WHERE name = 'Ana 0'",
        "UPDATE core_user SET totp_secret = reverse(totp_secret) WHERE name = 'Ana 0'",
        "UPDATE core_user SET totp_secret = 'v1.99.' || split_part(totp_secret, '.', 3) WHERE name = 'Ana 0'",
        "UPDATE core_user SET totp_secret = 'plain' WHERE name = 'Ana 0'",
        "UPDATE core_user SET totp_secret = overlay(totp_secret PLACING 'AAAA' FROM 20) WHERE name = 'Ana 0'",
    ],
)
def test_a_secret_that_was_moved_or_changed_does_not_open(workspace: LiveWorkspace, move: str) -> None:
    with workspace.env() as env:
        keep_secrets(env, 2)
    with workspace.platform.server.owner() as connection:
        connection.execute(text(f"SET search_path TO {workspace.entry.schema}"))
        connection.execute(text(move))

    with workspace.env() as env:
        user = env.session.scalars(select(env[User]).where(env[User].name == "Ana 0")).one()
        with pytest.raises(SecretDamaged):
            reveal(env, user, "totp_secret")
    broken = [str(one) for one in verify(workspace.platform, workspace.entry)]
    assert broken
    assert [one for one in broken if "core_user.totp_secret" not in one] == []


def test_a_secret_of_another_workspace_does_not_open(
    workspace: LiveWorkspace, workspaces: Workspaces
) -> None:
    other = workspaces.fresh(())
    for entry in (workspace.entry, other):
        with workspace.platform.env(entry) as env:
            keep_secrets(env)
    here, there = workspace.entry.schema, other.schema
    with workspace.platform.server.owner() as connection:
        connection.execute(
            text(
                f"UPDATE {here}.core_user SET totp_secret = theirs.totp_secret FROM {there}.core_user theirs"
                f" WHERE {here}.core_user.id = theirs.id"
            )
        )

    with workspace.env() as env, pytest.raises(SecretDamaged):
        secrets_of(env)


def test_no_statement_and_no_bulk_writes_a_secret_in_plain(env: Env) -> None:
    keep_secrets(env)
    user = env.session.scalars(select(env[User])).first()
    assert user is not None

    with pytest.raises(StatementRefused):
        env.bulk_update(User, env[User].id == user.id, {"totp_secret": PLAIN})
    with pytest.raises(StatementRefused):
        env.bulk_insert(User, [{"name": "Eve", "email": "eve@example.com", "totp_secret": PLAIN}])
    with pytest.raises(StatementError, match="never by a statement"):
        env.session.scalars(select(env[User].id).where(env[User].totp_secret == PLAIN)).all()


def test_every_column_for_a_secret_is_encrypted_and_hidden(workspaces: Workspaces) -> None:
    """A new one is found here by its name, or by its type."""
    registry = workspaces.platform.registries.of(workspaces.platform.discovered.addons)
    models: list[Any] = list(registry.models.values())

    columns = {
        f"{model.model_name}.{column.name}": column for model in models for column in model.__table__.columns
    }
    telling = ("secret", "password", "passphrase", "credential", "api_key", "private_key", "totp")
    named = {
        name
        for name, column in columns.items()
        if any(word in name.partition(".")[2] for word in telling)
        and not name.endswith(("_hash", "_step", "_at"))
        and "PasswordReset" not in name
        and not name.startswith("core.password_reset.")
    }
    encrypted = {name for name, column in columns.items() if isinstance(column.type, EncryptedText)}
    assert named - encrypted == set()
    assert encrypted == {"core.setting.secret", "core.user.totp_secret", "core.webhook.secret"}
    shown = [
        name
        for name in encrypted
        if columns[name].info.get("about") is None or columns[name].info["about"].group != "core.secret"
    ]
    assert shown == []


def test_without_the_key_file_nothing_opens_and_no_new_key_is_made(
    workspace: LiveWorkspace, key_file: Path
) -> None:
    with workspace.env() as env:
        keep_secrets(env)
    key_file.rename(key_file.with_suffix(".away"))

    with workspace.env() as env, pytest.raises(KeyMissing, match="is not in"):
        secrets_of(env)
    with pytest.raises(KeyMissing), workspace.env() as env:
        env.add(User, name="Eve", email="eve@example.com", totp_secret=PLAIN)
    assert not key_file.exists()

    key_file.with_suffix(".away").rename(key_file)
    with workspace.env() as env:
        assert secrets_of(env) == [PLAIN] * 3


@pytest.mark.parametrize("content", ["", "{}", '{"current": "x", "keys": {"x": "AAAA"}}', "[1]"])
def test_what_is_no_key_file_is_refused(workspace: LiveWorkspace, key_file: Path, content: str) -> None:
    with workspace.env() as env:
        keep_secrets(env)
    key_file.write_text(content)

    with workspace.env() as env, pytest.raises(KeyFileUnusable):
        secrets_of(env)


def test_a_key_file_that_everybody_can_read_is_refused(workspace: LiveWorkspace, key_file: Path) -> None:
    with workspace.env() as env:
        keep_secrets(env)
    key_file.chmod(0o644)

    with workspace.env() as env, pytest.raises(KeyFileUnusable, match="Everybody on this machine"):
        secrets_of(env)


def test_a_backup_holds_ciphertext_and_is_restored_where_the_key_is(
    workspace: LiveWorkspace, key_file: Path, tmp_path: Path
) -> None:
    with workspace.env() as env:
        keep_secrets(env)
    file = tmp_path / "saved.zip"
    backup.back_up(workspace.platform, workspace.entry, file)
    name = f"{workspace.entry.name}_2"

    key = key_file.read_bytes()
    key_file.unlink()
    with pytest.raises(BackupUnusable, match="holds secrets under the key"):
        backup.restore(workspace.platform, file, name)
    key_file.write_bytes(key)
    key_file.chmod(0o600)
    restored = backup.restore(workspace.platform, file, name)

    assert backup.read(file).masters == [master_keys.load().current]
    assert file.stat().st_mode & 0o777 == 0o600
    assert PLAIN.encode() not in file.read_bytes()
    with workspace.platform.env(restored) as env:
        assert secrets_of(env) == [PLAIN] * 3
    from core.db import directory  # what the test made goes

    directory.drop(workspace.platform.server, name)


def test_secrets_stay_when_examples_are_removed(workspaces: Workspaces) -> None:
    made = workspaces.fresh(())  # not given back: its schema is another one afterwards
    with workspaces.platform.env(made) as env:
        keep_secrets(env)
        env.session.execute(text("UPDATE core_workspace SET demo = '{}'"))
    entry = demo.remove(workspaces.platform, made)

    with workspaces.platform.env(entry) as env:
        users = env.session.scalars(select(env[User]).where(env[User].totp_secret.is_not(None)))
        assert [reveal(env, user, "totp_secret") for user in users] == [PLAIN]


def keys(env: Env) -> list[tuple[int, str, bool]]:
    model = env[EncryptionKey]
    rows = env.session.scalars(select(model).order_by(model.id))
    return [(row.id, row.master, row.retired_at is None) for row in rows]


def rotated(workspace: LiveWorkspace) -> list[Any]:
    """Rotate this workspace only: others of the test server have key files of their own."""
    if key_rotation.is_done(workspace.platform, workspace.entry):
        master_keys.add()
    return list(key_rotation._rotate(workspace.platform, workspace.entry))


def test_a_rotation_encrypts_every_secret_anew(workspace: LiveWorkspace, tmp_path: Path) -> None:
    with workspace.env() as env:
        keep_secrets(env, 3)
    old = master_keys.load().current
    file = tmp_path / "before.zip"
    backup.back_up(workspace.platform, workspace.entry, file)

    assert rotated(workspace) == []

    new = master_keys.load().current
    with workspace.env() as env:
        assert secrets_of(env) == [PLAIN] * 5
        assert keys(env) == [(1, new, False), (2, new, True)]
    kept = raw(workspace.platform, workspace.entry.schema)
    assert (kept.count("v1.1."), kept.count("v1.2.")) == (0, 5)
    assert set(master_keys.load().keys) == {old, new}  # the backup from before needs the old one
    restored = backup.restore(workspace.platform, file, f"{workspace.entry.name}_2")
    with workspace.platform.env(restored) as env:
        assert secrets_of(env) == [PLAIN] * 5
    from core.db import directory  # what the test made goes

    directory.drop(workspace.platform.server, restored.name)


SLOW = """
import sys, time
from core import platform as platforms
from core.registry import key_rotation
from core.security import master_keys

key_rotation.BATCH = 5
platform = platforms.start(only=["base"], pool_size=2)
anew = key_rotation._encrypt_anew
def slowly(*given):
    time.sleep(0.02)
    return anew(*given)
key_rotation._encrypt_anew = slowly
workspace = platform.workspace(sys.argv[1])
if key_rotation.is_done(platform, workspace):
    master_keys.add()
print("begun", flush=True)
list(key_rotation._rotate(platform, workspace))
"""


def test_a_rotation_that_was_killed_goes_on_where_it_was(workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        keep_secrets(env, 60)
    before = master_keys.load().current

    for _round in range(2):
        command = [sys.executable, "-c", SLOW, workspace.entry.name]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own script
            assert process.stdout is not None
            assert process.stdout.readline() == "begun\n"
            time.sleep(0.3)
            process.kill()
        with workspace.env() as env:
            assert secrets_of(env) == [PLAIN] * 62

    middle = raw(workspace.platform, workspace.entry.schema)
    assert middle.count("v1.1.") > 0
    assert rotated(workspace) == []
    after = raw(workspace.platform, workspace.entry.schema)
    assert (after.count("v1.1."), after.count("v1.2."), after.count("v1.3.")) == (0, 62, 0)
    assert len(master_keys.load().keys) == 2
    assert master_keys.load().current != before
    with workspace.env() as env:
        assert secrets_of(env) == [PLAIN] * 62


def test_all_workspaces_are_rotated_unless_a_key_is_missing(
    workspace: LiveWorkspace, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with workspace.env() as env:
        keep_secrets(env)
    old = master_keys.load().current
    mine = [workspace.platform.workspace(workspace.entry.name)]
    monkeypatch.setattr("core.db.directory.entries", lambda _server: mine)  # others have other key files

    with pytest.raises(KeyNeeded, match="opens secrets of"):
        key_rotation.forget(workspace.platform, old)
    assert key_rotation.rotate(workspace.platform) == []
    new = master_keys.load().current
    assert (new != old, key_rotation.rotate(workspace.platform), len(master_keys.load().keys)) == (
        True,
        [],
        3,
    )
    key_rotation.forget(workspace.platform, old)
    assert old not in master_keys.load().keys
    key_file.unlink()
    with pytest.raises(KeyMissing):
        key_rotation.rotate(workspace.platform)
    assert not key_file.exists()


def test_a_record_written_while_keys_are_replaced_opens(env: Env) -> None:
    keep_secrets(env)
    connection = env.scope.connection
    closed = encryption.sealed(connection, "core_user", "totp_secret", 7, "before")
    first = encryption.current_key(connection)[0]
    connection.execute(text("UPDATE core_encryption_key SET retired_at = now()"))

    after = encryption.sealed(connection, "core_user", "totp_secret", 7, "after")

    assert (closed.split(".")[1], after.split(".")[1]) == (str(first), str(first + 1))
    assert encryption.opened(connection, "core_user", "totp_secret", 7, closed) == "before"


def test_what_is_assigned_can_be_read_before_and_after_it_is_written(env: Env) -> None:
    hook = env[Webhook](name="Shop", url="https://shop.example", events=["*"], secret=PLAIN)
    before = reveal(env, hook, "secret")
    env.session.add(hook)
    env.session.flush()

    assert isinstance(hook.secret, Ciphertext)
    assert [before, reveal(env, hook, "secret")] == [PLAIN, PLAIN]
    assert encrypted_names(env[SettingValue]) == ("secret",)
    hook.secret = PLAIN[::-1]
    env.session.flush()
    assert reveal(env, hook, "secret") == PLAIN[::-1]
