"""Attach files to records and hand them out again, never as something a browser would run."""

from __future__ import annotations

import hashlib
import mimetypes
import re
import unicodedata
from pathlib import PurePath
from typing import TYPE_CHECKING

from addons.base.models import File, Party
from addons.base.services import timeline
from core.api import Invalid, _

if TYPE_CHECKING:
    from core.api import Env, Model

MAX_BYTES = 20 * 1024 * 1024
MAX_NAME = 150
RUNS_BY_ITSELF = frozenset(
    [
        "app",
        "bat",
        "chm",
        "cmd",
        "com",
        "cpl",
        "dll",
        "exe",
        "hta",
        "jar",
        "js",
        "jse",
        "lnk",
        "msc",
        "msi",
        "ps1",
        "psm1",
        "reg",
        "scr",
        "sh",
        "vb",
        "vbe",
        "vbs",
        "wsf",
        "wsh",
    ]
)
PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"#!")
"""What programs of Windows, Linux, Java and macOS and scripts begin with, whatever their name."""
SIGNATURES = {
    "application/pdf": (b"%PDF-",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "application/zip": (b"PK\x03\x04", b"PK\x05\x06"),
}
"""What files of a type begin with: a name alone is believed for no type listed here."""


def attach(env: Env, record: Model, name: str, content: bytes, *, party: Party | None = None) -> File:
    """Keep a file with a record. Refused in words: empty, too large, runnable, or not what its name says."""
    clean = clean_name(name)
    media_type = check(clean, content)
    file = env.add(
        File,
        model=record.model_name,
        record_id=record.id,
        party_id=record.id if record.model_name == Party.model_name else (party.id if party else None),
        name=clean,
        media_type=media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        author_id=env.user.id or None,
        content=content,
    )
    timeline.log(env, record, _("File {name} added", name=clean), party=party, topic="base")
    env.session.flush()
    return file


def remove(env: Env, file: File) -> None:
    """Take a file away; only its author or an administrator may."""
    env.session.delete(file)
    env.session.flush()


def clean_name(name: str) -> str:
    """The last part of a path, without what no file system likes, not too long, with its ending."""
    text = unicodedata.normalize("NFC", name.replace("\\", "/")).rsplit("/", maxsplit=1)[-1]
    text = "".join(sign for sign in text if unicodedata.category(sign) not in ("Cc", "Cf", "Co", "Cs"))
    text = re.sub(r"[<>:\"|?*]", "", text).strip(" .")
    if not text:
        raise Invalid(fields={"file": _("Give the file a name.")})
    if len(text) > MAX_NAME:
        ending = PurePath(text).suffix[:20]
        text = text[: MAX_NAME - len(ending)].rstrip(" .") + ending
    return text


def check(name: str, content: bytes) -> str:
    """The media type, or Invalid."""
    if not content:
        raise Invalid(fields={"file": _("{name} is empty.", name=name)})
    if len(content) > MAX_BYTES:
        raise Invalid(
            fields={
                "file": _("{name} is larger than {limit} MB.", name=name, limit=MAX_BYTES // 1024 // 1024)
            }
        )
    if PurePath(name).suffix.lstrip(".").casefold() in RUNS_BY_ITSELF:
        raise Invalid(fields={"file": _("{name} is a program. Send it as a ZIP archive.", name=name)})
    if content.startswith(PROGRAMS):
        raise Invalid(fields={"file": _("{name} is a program. Send it as a ZIP archive.", name=name)})
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    expected = SIGNATURES.get(media_type)
    if expected is not None and not content.startswith(expected):
        raise Invalid(fields={"file": _("{name} is not what its name says.", name=name)})
    return media_type
