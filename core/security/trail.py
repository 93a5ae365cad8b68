"""The audit rows of one transaction: collected while it runs, written by one statement before it commits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy import text

from core.db.transaction import before_commit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from core.env import Env
    from core.orm.document import Condition

_WRITE: Final = text(
    "INSERT INTO core_audit (at, created_at, updated_at, company_id, user_id, action, model, record_id,"
    " changes, request_id, reason) SELECT a, a, a, o, u, c, m, r, v::jsonb, q, w FROM unnest("
    "cast(:at AS timestamptz[]), cast(:company_id AS bigint[]), cast(:user_id AS bigint[]),"
    " cast(:action AS text[]), cast(:model AS text[]), cast(:record_id AS bigint[]),"
    " cast(:changes AS text[]), cast(:request_id AS text[]), cast(:reason AS text[]))"
    " AS t (a, o, u, c, m, r, v, q, w)"
)
_NEWER: Final = text("UPDATE core_workspace SET registry_version = registry_version + 1")
_ENCODE: Final = msgspec.json.Encoder(enc_hook=str, decimal_format="string").encode


@dataclass(frozen=True, slots=True)
class Entry:
    """One row to be written."""

    at: datetime
    company_id: int | None
    user_id: int | None
    action: str
    model: str
    record_id: int | None
    changes: Mapping[str, Any]
    request_id: str
    reason: str


class Trail:
    """All Envs of one connection share it. A rolled back savepoint takes its entries with it."""

    def __init__(self, connection: Connection) -> None:
        self.entries: list[Entry] = []
        self.passages: set[str] = set()
        """Reasons of elevated passages that already left their row in this transaction."""
        self.kept_changed = False
        """Whether this transaction wrote rows that workers keep."""
        self.documents: dict[tuple[str, int], Condition | None] = {}
        """Documents that this transaction holds or made, each with its condition; None: ask the database."""
        self.highest_rank = 0
        """The rank of the last kind of document that was locked."""
        self.raised: set[tuple[str, int]] = set()
        """Documents whose version this transaction has raised."""
        before_commit(connection, self.finish)

    def release(self) -> None:
        """Forget what was held: a savepoint that was rolled back let go of its locks."""
        self.documents.clear()
        self.raised.clear()
        self.highest_rank = 0

    def add(
        self,
        env: Env,
        action: str,
        model: str = "",
        record_id: int | None = None,
        changes: Mapping[str, Any] | None = None,
        reason: str = "",
        *,
        company_id: int | None = None,
    ) -> None:
        """Note what happened; the clock is the real one, also when the Env replays history."""
        scope = env.scope
        self.entries.append(
            Entry(
                datetime.now(UTC),
                company_id,
                scope.user.id,
                action,
                model,
                record_id,
                changes or {},
                scope.request_id,
                reason or env.reason,
            )
        )

    def finish(self, connection: Connection) -> None:
        """Write, and make every worker read again what it keeps, when that was changed."""
        self.write(connection)
        if self.kept_changed:
            connection.execute(_NEWER)

    def write(self, connection: Connection) -> None:
        """Send what was collected."""
        entries, self.entries = self.entries, []
        self.passages.clear()
        if entries:
            names = ("at", "company_id", "user_id", "action", "model", "record_id", "request_id", "reason")
            values: dict[str, Any] = {name: [getattr(entry, name) for entry in entries] for name in names}
            values["changes"] = [_ENCODE(entry.changes).decode() for entry in entries]
            connection.execute(_WRITE, values)


_TRAILS: WeakKeyDictionary[Connection, Trail] = WeakKeyDictionary()


def trail_of(connection: Connection) -> Trail:
    """The trail of the transaction that is open on a connection."""
    trail = _TRAILS.get(connection)
    if trail is None:
        trail = _TRAILS[connection] = Trail(connection)
    return trail


def note(env: Env, action: str, record: Any = None, *, reason: str = "", **facts: Any) -> None:
    """Leave an audit row for something that is not a written record: a sign-in, an export, a print."""
    trail = trail_of(env.scope.connection)
    if record is None:
        trail.add(env, action, changes=facts, reason=reason)
    else:
        company_id = getattr(record, "company_id", None)
        trail.add(env, action, record.model_name, record.id, facts, reason, company_id=company_id)
