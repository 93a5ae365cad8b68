"""The directory of workspaces: which there are, under which host names and address, in which schema, as which
role."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from core.db.application import exists, let_become
from core.db.transaction import retrying
from core.errors import CoreError, NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from core.db.server import Server

_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+\])")
"""A host name or an IP address, in small letters, without a port."""
_PRESENTED = re.compile(rf"({HOST.pattern})(?::[0-9]*)?")
_COLUMNS = "name, title, schema_name, role_name, hosts, state, address"


class WorkspaceName(CoreError):
    """A name that cannot be given to a workspace."""

    status_code = 422


class WorkspaceHost(CoreError):
    """A host name that cannot lead to a workspace."""

    status_code = 422


@dataclass(frozen=True, slots=True)
class WorkspaceEntry:
    """One customer of the platform: a schema and a role that may touch nothing else."""

    name: str
    title: str
    schema: str
    role: str
    hosts: tuple[str, ...]
    state: str
    address: str = ""
    """Scheme, host and port under which the installation serves it; empty: nobody has said."""


def host_of(presented: str) -> str:
    """The host name of a Host header, in small letters; empty when it is anything else than a name and,
    perhaps, a port (RFC 9110, section 7.2). A user name before it, as in an address, is refused."""
    found = _PRESENTED.fullmatch(presented.casefold())
    return found[1] if found else ""


def entries(server: Server) -> list[WorkspaceEntry]:
    """Every workspace, by name."""
    with server.engine.connect() as connection:
        rows = connection.execute(text(f"SELECT {_COLUMNS} FROM platform.workspace ORDER BY name"))
        return [_entry(row) for row in rows]


def entry(server: Server, name: str) -> WorkspaceEntry:
    """One workspace, or NotFound."""
    with server.engine.connect() as connection:
        return _find(connection, name)


def _find(connection: Connection, name: str) -> WorkspaceEntry:
    found = connection.execute(
        text(f"SELECT {_COLUMNS} FROM platform.workspace WHERE name = :name"), {"name": name}
    ).one_or_none()
    if found is None:
        raise NotFound(f"There is no workspace '{name}'.", hint="passerelle workspace list shows them.")
    return _entry(found)


def create(
    server: Server, name: str, title: str, hosts: Sequence[str] = (), address: str = ""
) -> WorkspaceEntry:
    """Create schema and role and note the workspace as being made."""
    if not _NAME.fullmatch(name):
        raise WorkspaceName(
            f"'{name}' cannot name a workspace.",
            hint="Use lower case letters, digits and underscores, letter first.",
        )
    schema = role = f"ws_{name}"
    known = [host.casefold() for host in hosts] or [name]
    with server.owner() as connection:
        if connection.scalar(text("SELECT 1 FROM platform.workspace WHERE name = :name"), {"name": name}):
            raise WorkspaceName(
                f"There is already a workspace '{name}'.", hint="Choose another name, or drop it first."
            )
        _refuse_hosts(connection, name, known)
        connection.execute(
            text(
                "INSERT INTO platform.workspace (name, title, schema_name, role_name, hosts, address)"
                " VALUES (:name, :title, :schema, :role, :hosts, :address)"
            ),
            {
                "name": name,
                "title": title,
                "schema": schema,
                "role": role,
                "hosts": known,
                "address": address,
            },
        )
        make_role(connection, role)
        let_become(connection, server.application_role, role)
        connection.execute(text(f"CREATE SCHEMA {schema}"))
        grant(connection, schema, role)
    return WorkspaceEntry(name, title, schema, role, tuple(known), "creating", address)


def _refuse_hosts(connection: Connection, name: str, hosts: Sequence[str]) -> None:
    """Raise WorkspaceHost for what is no host name, and for one that leads to another workspace."""
    for host in hosts:
        if not HOST.fullmatch(host):
            raise WorkspaceHost(
                f"'{host}' is not a host name.", hint="Write it without scheme and port: erp.example.com."
            )
    taken = text("SELECT name, hosts FROM platform.workspace WHERE name <> :name")
    for other, theirs in connection.execute(taken, {"name": name}):
        if shared := sorted({*hosts, f"{name}.localhost"} & {*theirs, f"{other}.localhost"}):
            raise WorkspaceHost(
                f"The host {shared[0]} leads to the workspace '{other}' already.",
                hint="Choose another host name, or take it from that workspace: passerelle workspace hosts.",
            )


def make_role(connection: Connection, role: str) -> None:
    """A role nobody can log in as; the owner may become it."""
    if not exists(connection, role):
        connection.execute(text(f"CREATE ROLE {role} NOLOGIN NOINHERIT"))
    if not connection.scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")):
        connection.execute(text(f"GRANT {role} TO CURRENT_USER"))


def grant(connection: Connection, schema: str, role: str) -> None:
    """Rights on the rows of its own schema, present and future; none on its structure."""
    future = f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema}"
    for statement in (
        f"GRANT USAGE ON SCHEMA {schema} TO {role}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
        f"{future} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
        f"{future} GRANT USAGE ON SEQUENCES TO {role}",
        f"{future} GRANT EXECUTE ON FUNCTIONS TO {role}",
    ):
        connection.execute(text(statement))


def set_state(server: Server, name: str, state: str) -> None:
    """Note where a workspace stands: creating, ready, restoring, dropping."""
    with server.owner() as connection:
        connection.execute(
            text("UPDATE platform.workspace SET state = :state WHERE name = :name"),
            {"state": state, "name": name},
        )


def set_title(server: Server, name: str, title: str) -> None:
    """Rename a workspace for people; its name stays."""
    with server.owner() as connection:
        connection.execute(
            text("UPDATE platform.workspace SET title = :title WHERE name = :name"),
            {"title": title, "name": name},
        )


def set_hosts(server: Server, name: str, hosts: Sequence[str]) -> None:
    """Replace the host names that lead to a workspace."""
    known = [host.casefold() for host in hosts]
    with server.owner() as connection:
        _refuse_hosts(connection, name, known)
        connection.execute(
            text("UPDATE platform.workspace SET hosts = :hosts WHERE name = :name"),
            {"hosts": known, "name": name},
        )


def set_address(server: Server, name: str, address: str) -> None:
    """Note the scheme, host and port under which the installation serves a workspace."""
    with server.owner() as connection:
        connection.execute(
            text("UPDATE platform.workspace SET address = :address WHERE name = :name"),
            {"address": address, "name": name},
        )


def drop(server: Server, name: str) -> None:
    """Drop schema, role and entry; nothing else can own what lies in the schema."""
    with server.owner() as connection:
        found = _find(connection, name)
        connection.execute(
            text("UPDATE platform.workspace SET state = 'dropping' WHERE name = :n"), {"n": name}
        )
        # whoever still works there holds locks in another order: one of the two must give way
        retrying(lambda: connection.execute(text(f"DROP SCHEMA IF EXISTS {found.schema} CASCADE")))
        if exists(connection, found.role):
            connection.execute(text(f"DROP OWNED BY {found.role}"))
            connection.execute(text(f"DROP ROLE {found.role}"))
        forget_jobs(connection, name)
        connection.execute(text("DELETE FROM platform.workspace WHERE name = :n"), {"n": name})


def forget_jobs(connection: Connection, name: str) -> None:
    """Take what waits for a workspace from the queue: its rows are going, and ids begin anew."""
    if connection.scalar(text("SELECT to_regproc('platform.forget_jobs')")):
        connection.execute(text("SELECT platform.forget_jobs(:n)"), {"n": name})


def _entry(row: Any) -> WorkspaceEntry:
    return WorkspaceEntry(
        row.name, row.title, row.schema_name, row.role_name, tuple(row.hosts), row.state, row.address
    )
