"""Encrypt what must be given back: AES-256-GCM with a key of the workspace, which a master key wraps.

Each text is bound to its table, column and row: moved elsewhere, or to another workspace, it does not open.
"""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import text

from core.errors import RuleBroken
from core.i18n import _
from core.orm.encrypted import Ciphertext, encrypted_names
from core.orm.model import Model
from core.security import master_keys

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.orm import Session, UOWTransaction

    from core.env import Env

NONCE = 12
"""Bytes; NIST SP 800-38D, 8.2: random, which is safe for 2^32 texts with one key."""
_VERSION = "v1"
_WRAPPING = b"passerelle workspace key"
_CURRENT = text("SELECT id, wrapped, master FROM core_encryption_key WHERE retired_at IS NULL")
_BY_ID = text("SELECT wrapped, master FROM core_encryption_key WHERE id = :id")
_FIRST = text(
    "INSERT INTO core_encryption_key (wrapped, master, created_at, updated_at)"
    " VALUES (:wrapped, :master, now(), now()) ON CONFLICT DO NOTHING"
)
_NEXT_ID = text("SELECT nextval(pg_get_serial_sequence(:table, 'id'))")


class SecretDamaged(RuleBroken):
    """A secret does not open: it was changed, or taken from another row, column or workspace."""

    def __init__(self, table: str, column: str, row_id: int) -> None:
        super().__init__(
            _(
                "The secret in {table}.{column} of record {id} cannot be opened.",
                table=table,
                column=column,
                id=row_id,
            ),
            hint=_("It was changed or moved. Enter it again."),
        )


def new_wrapped_key(keys: master_keys.MasterKeys) -> str:
    """A fresh key of a workspace, as its table keeps it."""
    return wrap(AESGCM.generate_key(8 * master_keys.SIZE), keys.of(keys.current))


def wrap(key: bytes, master: bytes) -> str:
    """A key under the master key."""
    nonce = os.urandom(NONCE)
    return b64encode(nonce + AESGCM(master).encrypt(nonce, key, _WRAPPING)).decode()


def unwrap(wrapped: str, fingerprint: str) -> bytes:
    """A key of a workspace, opened by the key file; KeyMissing when that lacks the master key."""
    return _unwrapped(wrapped, master_keys.load().of(fingerprint))


@lru_cache(maxsize=4096)
def _unwrapped(wrapped: str, master: bytes) -> bytes:
    whole = b64decode(wrapped)
    try:
        return AESGCM(master).decrypt(whole[:NONCE], whole[NONCE:], _WRAPPING)
    except InvalidTag as error:
        raise master_keys.KeyFileUnusable(
            _("A key of this workspace does not open with its master key."),
            hint=_("Restore the workspace from a backup."),
        ) from error


def current_key(connection: Connection) -> tuple[int, bytes]:
    """The key that new secrets of a workspace are encrypted with; made when it keeps its first one."""
    found = connection.execute(_CURRENT).one_or_none()
    if found is None:
        keys = master_keys.current()
        connection.execute(_FIRST, {"wrapped": new_wrapped_key(keys), "master": keys.current})
        found = connection.execute(_CURRENT).one()
    return found.id, unwrap(found.wrapped, found.master)


def key_of(connection: Connection, key_id: int) -> bytes | None:
    """A key by its number, also one that new secrets no longer use."""
    found = connection.execute(_BY_ID, {"id": key_id}).one_or_none()
    return unwrap(found.wrapped, found.master) if found else None


def prefix_of(key_id: int) -> str:
    """What every text that a key encrypted begins with."""
    return f"{_VERSION}.{key_id}."


def sealed(connection: Connection, table: str, column: str, row_id: int, plain: str) -> Ciphertext:
    """Encrypt a text for one place."""
    key_id, key = current_key(connection)
    nonce = os.urandom(NONCE)
    whole = nonce + AESGCM(key).encrypt(nonce, plain.encode(), _place(table, column, row_id, key_id))
    return Ciphertext(prefix_of(key_id) + b64encode(whole).decode())


def opened(connection: Connection, table: str, column: str, row_id: int, closed: str) -> str:
    """The text again; SecretDamaged when it is not what was encrypted for this place."""
    try:
        version, number, coded = str(closed).split(".")
        key_id, whole = int(number), b64decode(coded, validate=True)
        key = key_of(connection, key_id) if version == _VERSION else None
        if key is None:
            raise SecretDamaged(table, column, row_id)
        plain = AESGCM(key).decrypt(whole[:NONCE], whole[NONCE:], _place(table, column, row_id, key_id))
    except (ValueError, InvalidTag) as error:
        raise SecretDamaged(table, column, row_id) from error
    return plain.decode()


def _place(table: str, column: str, row_id: int, key_id: int) -> bytes:
    """What a text is bound to, so that it opens nowhere else."""
    return f"{table}\0{column}\0{row_id}\0{key_id}".encode()


def reveal(env: Env, record: Model, name: str) -> str:
    """The plain text of an encrypted attribute, for whoever is about to use it; empty when there is none.

    Such attributes are hidden from every user: read them in ``env.system(...)``. Raises SecretDamaged, or
    KeyMissing when the key file is another one.
    """
    value = getattr(record, name)
    if value is None:
        return ""
    if not isinstance(value, Ciphertext):
        return str(value)  # assigned, and not written yet
    table = cast("Any", type(record)).__table__.name
    return opened(env.scope.connection, table, name, record.id, value)


def seal_before(session: Session, flush_context: UOWTransaction, instances: Any) -> None:
    """Encrypt what was assigned, whoever writes the record. A new record gets its id now: it is part of what
    the text is bound to."""
    env: Env = session.env  # type: ignore[attr-defined]  # listened to on EnvSession only
    for record in (*session.new, *session.dirty):
        if not isinstance(record, Model):
            continue
        for name in encrypted_names(type(record)):  # type: ignore[arg-type]  # mypy takes the instances' __hash__
            value = record.__dict__.get(name)
            if value is None or isinstance(value, Ciphertext):
                continue
            connection = env.scope.connection
            table = cast("Any", type(record)).__table__.name
            if record.id is None:
                record.id = connection.scalar(_NEXT_ID, {"table": table})
            setattr(record, name, sealed(connection, table, name, record.id, str(value)))
