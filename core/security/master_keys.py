"""The key file: it opens the keys of the workspaces, and lies outside the database and its backups.

A stolen database, or a stolen backup, gives no secret without it. It is made when the first secret is kept,
readable by its owner only, and holds every master key that something may still need, the newest one current.
"""

from __future__ import annotations

import json
import os
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import RuleBroken
from core.i18n import _

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "PASSERELLE_KEY_FILE"
SIZE = 32
"""Bytes of a key: AES-256."""


class KeyFileUnusable(RuleBroken):
    """The key file is not one, or others can read it."""


class KeyMissing(RuleBroken):
    """The key that opens some secrets is not in the key file."""

    def __init__(self, fingerprint: str, path: Path) -> None:
        super().__init__(
            _(
                "The key {fingerprint}, which opens these secrets, is not in {file}.",
                fingerprint=fingerprint,
                file=path,
            ),
            hint=_("Bring the key file that they were kept with, or name it in PASSERELLE_KEY_FILE."),
        )


@dataclass(frozen=True, slots=True)
class MasterKeys:
    """What a key file holds."""

    current: str
    """Fingerprint of the key that new keys of workspaces are wrapped with; empty while there is none."""
    keys: Mapping[str, bytes]

    def of(self, fingerprint: str) -> bytes:
        """A key by its fingerprint, or KeyMissing."""
        if fingerprint not in self.keys:
            raise KeyMissing(fingerprint, path())
        return self.keys[fingerprint]

    def __repr__(self) -> str:
        return f"<master keys {sorted(self.keys)}>"


def path() -> Path:
    """Where the key file lies: PASSERELLE_KEY_FILE, else in the data folder."""
    named = os.environ.get(VARIABLE, "")
    if named:
        return Path(named).resolve()
    return Path(os.environ.get("PASSERELLE_DATA", ".passerelle")).resolve() / "keys" / "master.json"


def fingerprint_of(key: bytes) -> str:
    """Names a key without telling anything of it."""
    return sha256(b"passerelle master key" + key).hexdigest()[:16]


def load() -> MasterKeys:
    """What the key file holds; nothing while there is none."""
    place = path()
    try:
        found = place.stat()
    except FileNotFoundError:
        return MasterKeys("", {})
    if os.name == "posix" and found.st_mode & 0o007:
        raise KeyFileUnusable(
            _("Everybody on this machine can read the key file {file}.", file=place),
            hint=_("Run: chmod 600 {file}", file=place),
        )
    return _read(place, found.st_mtime_ns, found.st_size, found.st_ino)


@lru_cache(maxsize=8)
def _read(place: Path, _changed: int, _size: int, _inode: int) -> MasterKeys:
    try:
        content = json.loads(place.read_text(encoding="utf-8"))
        keys = {name: b64decode(key, validate=True) for name, key in content["keys"].items()}
        current = content["current"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeyFileUnusable(
            _("{file} is not a key file.", file=place), hint=_("Put back the copy that you kept of it.")
        ) from error
    if current not in keys or any(fingerprint_of(key) != name for name, key in keys.items()):
        raise KeyFileUnusable(
            _("{file} is damaged.", file=place), hint=_("Put back the copy that you kept of it.")
        )
    return MasterKeys(current, keys)


def current() -> MasterKeys:
    """The keys of the file, which is made with a first key where there is none."""
    found = load()
    if found.current:
        return found
    key = secrets.token_bytes(SIZE)
    name = fingerprint_of(key)
    temporary = _written(MasterKeys(name, {name: key}))
    try:
        os.link(temporary, path())  # fails when another process was first: its file holds
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
    return load()


def add() -> MasterKeys:
    """Add a new key and make it the current one; the others stay, for what they still open."""
    known = load()
    key = secrets.token_bytes(SIZE)
    name = fingerprint_of(key)
    _written(MasterKeys(name, {**known.keys, name: key})).replace(path())
    return load()


def forget(fingerprint: str) -> None:
    """Take a key that nothing needs any more out of the file."""
    known = load()
    known.of(fingerprint)
    kept = {name: key for name, key in known.keys.items() if name != fingerprint}
    _written(MasterKeys(known.current, kept)).replace(path())


def _written(keys: MasterKeys) -> Path:
    """A file beside the key file, complete and on disk, that only its owner can read."""
    place = path()
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = place.with_name(f"{place.name}.{secrets.token_hex(6)}")
    content = {"current": keys.current, "keys": {n: b64encode(k).decode() for n, k in keys.keys.items()}}
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(json.dumps(content, indent=1) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return temporary
