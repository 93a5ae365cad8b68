"""A POST sent twice with the same key happens once: "Idempotency-Key" of the API, "once-key" of forms."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from core.i18n import _
from core.jobs import job
from core.rest.answers import Answer, Problem
from core.rest.models import IdempotencyKey

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.env import Env

KEEP_DAYS = 2
Work: TypeAlias = "Callable[[], Answer]"


def once(env: Env, key: str, fingerprint: str, work: Work) -> Answer:
    """Do the work, or give the answer it had the first time.

    The key is written first: a second request waits for the first one's transaction, then finds its answer.
    When the first one fails nothing is kept, and the second one does the work.
    """
    if len(key) > 200 or not key.isprintable():
        raise Problem(400, _("The idempotency key is too long or has signs that cannot be shown."))
    known = begin(env, key, fingerprint)
    if known is not None:
        if known.fingerprint != fingerprint:
            raise Problem(
                422,
                _("This idempotency key was used for another request."),
                hint=_("Make a new key for each new request."),
            )
        headers = json.loads(known.headers or "{}") | {"idempotent-replayed": "true"}
        return Answer(known.status or 200, known.body or b"", headers)
    answer = work()
    keep(env, key, answer.status, answer.body, json.dumps(answer.headers))
    return answer


def begin(env: Env, key: str, fingerprint: str) -> Any:
    """Take a key of the user, or return the row of whoever had it first, once that transaction is over."""
    table, mine = _mine(env, key)
    row = {"user_id": env.user.id or 0, "key": key, "fingerprint": fingerprint}
    first = insert(table).values(row).on_conflict_do_nothing(index_elements=["user_id", "key"])
    connection = env.scope.connection
    if connection.scalar(first.returning(table.c.id)) is not None:
        return None
    return connection.execute(select(table).where(mine)).one()


def keep(env: Env, key: str, status: int, body: bytes, headers: str | None = None) -> None:
    """Keep the answer for whoever comes with the same key."""
    table, mine = _mine(env, key)
    values = {"status": status, "body": body, "headers": headers}
    env.scope.connection.execute(update(table).where(mine).values(values))


def forget(env: Env, key: str) -> None:
    """Give a key back: nothing was done that must not be done again."""
    table, mine = _mine(env, key)
    env.scope.connection.execute(delete(table).where(mine))


def _mine(env: Env, key: str) -> tuple[Any, Any]:
    table: Any = env.registry[IdempotencyKey].__table__  # type: ignore[attr-defined]  # a composed class has its table
    return table, (table.c.user_id == (env.user.id or 0)) & (table.c.key == key)


def fingerprint(method: str, path: str, body: bytes) -> str:
    """Return what tells two requests apart."""
    return hashlib.sha256(f"{method} {path}\n".encode() + body).hexdigest()


@job(title=_("Forget old repeated requests"), cron="50 2 * * *")
def forget_old_requests(env: Env) -> None:
    """Drop keys that nobody will repeat."""
    table = env.registry[IdempotencyKey].__table__  # type: ignore[attr-defined]  # a composed class has its table
    old = env.now() - timedelta(days=KEEP_DAYS)
    env.scope.connection.execute(delete(table).where(table.c.created_at < old))
