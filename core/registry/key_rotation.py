"""Replace the keys that secrets are encrypted with, while people work; killed midway, it goes on.

A new master key, then in each workspace a new key under it and every secret encrypted anew, a few rows in
each transaction. Keys that nothing in the workspace needs any more stay, under the new master key: backups
and archives of removed apps hold what they encrypted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from core.db import directory
from core.db.transaction import transaction
from core.errors import RuleBroken
from core.i18n import _
from core.orm.encrypted import encrypted_names
from core.registry import lifecycle
from core.registry.findings import Finding
from core.security import encryption, master_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

    from core.db.directory import WorkspaceEntry
    from core.platform import Platform

BATCH = 200
"""Rows in one transaction."""
_KEYS = text("SELECT id, wrapped, master, retired_at FROM core_encryption_key ORDER BY id")
_MASTERS = text("SELECT DISTINCT master FROM core_encryption_key ORDER BY master")


class KeyNeeded(RuleBroken):
    """A master key that still opens something."""

    def __init__(self, fingerprint: str, names: str) -> None:
        super().__init__(
            _("The key {fingerprint} opens secrets of {names}.", fingerprint=fingerprint, names=names),
            hint=_("Run: passerelle key rotate"),
        )


@dataclass(frozen=True, slots=True)
class Column:
    """Where secrets lie."""

    table: str
    name: str


def columns_of(platform: Platform, workspace: WorkspaceEntry) -> list[Column]:
    """Every encrypted column of a workspace, those of disabled apps too."""
    registry = lifecycle.installed(platform, workspace)
    models: list[Any] = list(registry.models.values())
    return [Column(model.__table__.name, name) for model in models for name in encrypted_names(model)]


def masters_of(connection: Connection) -> list[str]:
    """Fingerprints of the master keys that a workspace needs."""
    return list(connection.scalars(_MASTERS))


def rotate(platform: Platform, *, progress: Callable[[str], None] = lambda _: None) -> list[Finding]:
    """Give every workspace a new key; go on with a rotation that did not end.

    Give the secrets that could not be opened: they stay as they are.
    """
    entries = [entry for entry in directory.entries(platform.server) if entry.state == "ready"]
    _refuse_missing_keys(platform, entries)
    if all(is_done(platform, entry) for entry in entries):
        master_keys.add()
    found: list[Finding] = []
    for entry in entries:
        progress(entry.name)
        found += _rotate(platform, entry)
    return found


def _refuse_missing_keys(platform: Platform, entries: list[WorkspaceEntry]) -> None:
    """Raise KeyMissing before anything is changed when the key file lacks a key that a workspace needs."""
    keys = master_keys.load()
    for entry in entries:
        with transaction(platform.server, entry) as connection:
            for master in masters_of(connection):
                keys.of(master)


def is_done(platform: Platform, workspace: WorkspaceEntry) -> bool:
    """Whether the current master key opens everything, and the current key of the workspace every secret."""
    current = master_keys.load().current
    with transaction(platform.server, workspace) as connection:
        if any(master != current for master in masters_of(connection)):
            return False
        row = next((key for key in connection.execute(_KEYS) if key.retired_at is None), None)
        return row is None or not any(
            _older(connection, column, row.id, 0, 1) for column in columns_of(platform, workspace)
        )


def _rotate(platform: Platform, workspace: WorkspaceEntry) -> Iterator[Finding]:
    with transaction(platform.server, workspace) as connection:
        current = _renew(connection)
    if current is None:
        return
    for column in columns_of(platform, workspace):
        last = 0
        while True:
            with transaction(platform.server, workspace) as connection:
                rows = _older(connection, column, current, last, BATCH)
                for row_id, closed in rows:
                    if sentence := _encrypt_anew(connection, column, row_id, closed):
                        place = f"{column.table}.{column.name} {row_id}"
                        yield Finding("a secret opens with a key of its workspace", place, sentence)
            if not rows:
                break
            last = rows[-1][0]


def _renew(connection: Connection) -> int | None:
    """Make a new key where the newest is under an older master key, and put all under the current one.

    Give the number of the newest; None where there is none, for there is no secret.
    """
    connection.execute(text("LOCK TABLE core_encryption_key IN SHARE ROW EXCLUSIVE MODE"))
    keys = master_keys.load()
    rows = connection.execute(_KEYS).all()
    newest = next((row for row in rows if row.retired_at is None), None)
    if newest is None:
        return None
    for row in rows:
        if row.master != keys.current:
            connection.execute(
                text("UPDATE core_encryption_key SET wrapped = :wrapped, master = :master WHERE id = :id"),
                {
                    "wrapped": encryption.wrap(
                        encryption.unwrap(row.wrapped, row.master), keys.of(keys.current)
                    ),
                    "master": keys.current,
                    "id": row.id,
                },
            )
    if newest.master != keys.current:
        connection.execute(text("UPDATE core_encryption_key SET retired_at = now() WHERE retired_at IS NULL"))
    return encryption.current_key(connection)[0]


def _older(
    connection: Connection, column: Column, current: int, last: int, limit: int
) -> list[tuple[int, str]]:
    """Rows whose secret is under an older key, in the order of their ids, held until the transaction ends."""
    query = text(
        f"SELECT id, {column.name} FROM {column.table} WHERE id > :last AND {column.name} IS NOT NULL"  # noqa: S608 - declared names
        f" AND NOT starts_with({column.name}, :prefix) ORDER BY id LIMIT :limit FOR UPDATE"
    )
    given = {"last": last, "prefix": encryption.prefix_of(current), "limit": limit}
    return [(row[0], row[1]) for row in connection.execute(query, given)]


def _encrypt_anew(connection: Connection, column: Column, row_id: int, closed: str) -> str:
    """Why a secret could not be encrypted anew; empty when it was."""
    try:
        plain = encryption.opened(connection, column.table, column.name, row_id, closed)
    except encryption.SecretDamaged as damaged:
        return str(damaged.message)
    fresh = encryption.sealed(connection, column.table, column.name, row_id, plain)
    connection.execute(
        text(f"UPDATE {column.table} SET {column.name} = :fresh WHERE id = :id"),  # noqa: S608 - declared names
        {"fresh": str(fresh), "id": row_id},
    )
    return ""


def forget(platform: Platform, fingerprint: str) -> None:
    """Take a master key out of the key file once no workspace needs it; KeyNeeded names those that do."""
    needing = []
    for entry in directory.entries(platform.server):
        with transaction(platform.server, entry) as connection:
            if fingerprint in masters_of(connection):
                needing.append(entry.name)
    if needing or fingerprint == master_keys.load().current:
        raise KeyNeeded(fingerprint, ", ".join(needing) or str(_("what is kept from now on")))
    master_keys.forget(fingerprint)


def damaged_secrets(platform: Platform, workspace: WorkspaceEntry) -> Iterator[Finding]:
    """Secrets that do not open, of every encrypted column, and keys that the key file does not open."""
    with transaction(platform.server, workspace) as connection:
        for column in columns_of(platform, workspace):
            query = text(f"SELECT id, {column.name} FROM {column.table} WHERE {column.name} IS NOT NULL")  # noqa: S608 - declared names
            for row_id, closed in connection.execute(query).all():
                try:
                    encryption.opened(connection, column.table, column.name, row_id, closed)
                except RuleBroken as broken:
                    yield Finding(
                        "a secret opens with a key of its workspace",
                        f"{column.table}.{column.name} {row_id}",
                        str(broken.message),
                    )
