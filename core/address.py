"""The address people reach a workspace at, for links that leave it: in mails, calendars and printed codes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from core.errors import Invalid
from core.i18n import _

if TYPE_CHECKING:
    from core.env import Env

SETTING = "core.base_url"


def base_url(env: Env) -> str:
    """The workspace's own setting, else the installation's, else its first host; without a slash at the end.

    Set-up keeps the address that the first administrator opened it at. Links that a request of a person makes
    begin with the address they are at.
    """
    chosen = env.setting(SETTING) or os.environ.get("PASSERELLE_BASE_URL", "")
    return str(chosen or f"http://{env.workspace.hosts[0]}").rstrip("/")


def checked(address: str) -> str:
    """An address as it is kept: scheme and host, in small letters; refuses what is none."""
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    extra = parts.path.strip("/") or parts.query or parts.fragment or parts.username
    if parts.scheme.casefold() not in {"http", "https"} or not parts.hostname or extra:
        raise Invalid(fields={SETTING: _("Write the address like https://erp.example.com, without a path.")})
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme.casefold()}://{host}{f':{port}' if port else ''}"
