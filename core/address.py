"""The address people reach a workspace at: every link to it begins so, in mails, prints and calendars.

It is never read from a request, for whoever sends one writes its headers.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from core.db.directory import host_of
from core.errors import Invalid, RuleBroken
from core.i18n import _

if TYPE_CHECKING:
    from core.db.directory import WorkspaceEntry
    from core.env import Env

SETTING = "core.base_url"
INSTALLATION = "PASSERELLE_BASE_URL"
LOCAL = ("localhost", "127.0.0.1", "[::1]")


class AddressUnknown(RuleBroken):
    """A link was to be written, and nobody has said where the workspace is reached."""

    def __init__(self) -> None:
        super().__init__(
            _("The address of this workspace is not known, so no link to it can be written."),
            hint=_(
                "An administrator writes it under Settings, Mail server, as the address in links;"
                " or: passerelle workspace address."
            ),
        )


def base_url(env: Env) -> str:
    """What every link to the workspace begins with: scheme, host and port, without a slash at the end.

    The workspace's own setting (the set-up wizard keeps the address it was opened at), else the
    installation's where its host leads to this workspace, else what the directory holds. Raises
    AddressUnknown when nobody has said.
    """
    found = known_base_url(env)
    if not found:
        raise AddressUnknown
    return found


def known_base_url(env: Env) -> str:
    """The same, or an empty text while it is unknown."""
    return str(env.setting(SETTING) or "") or usual_base_url(env.workspace)


def usual_base_url(workspace: WorkspaceEntry) -> str:
    """What links begin with as long as the workspace has chosen nothing; may be empty."""
    everywhere = os.environ.get(INSTALLATION, "").rstrip("/")
    if everywhere and leads_to(workspace, everywhere):
        return everywhere
    return workspace.address


def leads_to(workspace: WorkspaceEntry, address: str) -> bool:
    """Whether the host of an address is one of the workspace's."""
    host = host_of(urlsplit(address).netloc)
    return bool(host) and host in (*workspace.hosts, f"{workspace.name}.localhost")


def is_local(address: str) -> bool:
    """Whether an address works on the server itself only."""
    host = host_of(urlsplit(address).netloc)
    return host in LOCAL or host.endswith(".localhost")


def local_address(workspace: WorkspaceEntry, port: int) -> str:
    """Where a workspace is reached on the server itself."""
    host = next((one for one in LOCAL[1:] if one in workspace.hosts), f"{workspace.name}.localhost")
    return f"http://{host}" if port == 80 else f"http://{host}:{port}"


def first_address(workspace: WorkspaceEntry, port: int) -> str:
    """The address of a workspace that was just made: that of its public host, else the local one."""
    for host in workspace.hosts:
        if "." in host and not is_local(f"http://{host}"):
            return f"https://{host}"
    return local_address(workspace, port)


def checked(address: str) -> str:
    """An address as it is kept: scheme, host and port, in small letters; refuses what is none."""
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    extra = parts.path.strip("/") or parts.query or parts.fragment
    host = host_of(parts.netloc)
    if parts.scheme.casefold() not in {"http", "https"} or not host or extra:
        raise Invalid(fields={SETTING: _("Write the address like https://erp.example.com, without a path.")})
    return f"{parts.scheme.casefold()}://{host}{f':{port}' if port else ''}"
