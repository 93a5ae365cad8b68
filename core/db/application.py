"""The application's login: what web requests and jobs are connected as.

It is not a superuser, owns nothing, creates nothing, and may become the role of any workspace. What changes
schemas, roles or the directory goes through the owner's address instead.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from sqlalchemy import make_url, text

from core.errors import CoreError

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import URL, Connection

ADDRESS_FILE = "application-database.url"
"""In the data folder, readable by its owner only: the application's address with its secret."""
IDLE_SESSION = "90s"
"""After which the server ends a connection of the application at rest: pools shrink to what they need.

Not a minute: jobs run every minute, and one would take a connection in the moment in which it ends."""
STAYING = "-c idle_session_timeout=0"
"""Option of a connection that listens, which is at rest most of the time."""
SECRET_COLUMNS = frozenset({"dsn"})
"""What the application may not read of the directory."""
_OWN_TABLES = ("workspace", "job_queue_version")
_TABLES = text(
    "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'platform'::regnamespace AND c.relkind = 'r'"
    " ORDER BY c.relname"
)
_DIRECTORY = text(
    "SELECT attname FROM pg_attribute WHERE attrelid = 'platform.workspace'::regclass AND attnum > 0"
    " AND NOT attisdropped ORDER BY attnum"
)
_RIGHTS = text(
    "SELECT r.rolsuper, r.rolcreaterole, r.rolcreatedb, r.rolbypassrls, r.rolreplication,"
    " EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid) OR"
    " EXISTS (SELECT FROM pg_namespace n WHERE n.nspowner = r.oid) OR"
    " EXISTS (SELECT FROM pg_proc p WHERE p.proowner = r.oid) AS owns,"
    " has_database_privilege(r.rolname, current_database(), 'CREATE') AS creates"
    " FROM pg_roles r WHERE r.rolname = :role"
)


class LoginUnsuitable(CoreError):
    """The application's login is missing, or may do more than it should."""


def role_for(database: str) -> str:
    """The application's login for a database; roles belong to the whole server, so it is named after it."""
    return f"{database[:51]}_application"


def address_for(owner: URL, secret: str | None = None) -> URL:
    """The application's own way to the server at the owner's address."""
    return owner.set(username=role_for(owner.database or ""), password=secret)


def prepare(connection: Connection, role: str, secret: str | None = None) -> None:
    """Make the login, or take from it what it should not have; idempotent. ``connection`` is the owner's.

    Without a secret the login's own stays as it is.
    """
    quote = connection.dialect.identifier_preparer.quote
    name, database = quote(role), quote(str(connection.scalar(text("SELECT current_database()"))))
    if not exists(connection, role):
        connection.execute(text(f"CREATE ROLE {name} LOGIN NOINHERIT"))
        if not connection.scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")):
            # so that the owner sees how long its transactions last
            connection.execute(text(f"GRANT {name} TO CURRENT_USER WITH INHERIT TRUE, SET FALSE"))
    if secret is not None:
        driver: Any = connection.connection.driver_connection
        kept = driver.pgconn.encrypt_password(secret.encode(), role.encode(), b"scram-sha-256").decode()
        connection.exec_driver_sql(f"ALTER ROLE {name} PASSWORD '{kept}'")  # what is kept, never the secret
    for statement in (
        f"REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {database} TO {name}",
        f"ALTER ROLE {name} IN DATABASE {database} SET search_path = ''",
        f"ALTER ROLE {name} IN DATABASE {database} SET idle_session_timeout = '{IDLE_SESSION}'",
    ):
        connection.execute(text(statement))
    grant_directory(connection, role)
    grant_platform(connection, role)
    for workspace_role in connection.scalars(text("SELECT role_name FROM platform.workspace")).all():
        let_become(connection, role, workspace_role)
    refuse_unsuitable(connection, role)


def exists(connection: Connection, role: str) -> bool:
    """Whether there is such a role."""
    found = connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role})
    return found is not None


def grant_directory(connection: Connection, role: str) -> None:
    """The directory to read, but for what is secret."""
    columns = ", ".join(name for name in connection.scalars(_DIRECTORY) if name not in SECRET_COLUMNS)
    name = connection.dialect.identifier_preparer.quote(role)
    connection.execute(text(f"GRANT USAGE ON SCHEMA platform TO {name}"))
    connection.execute(text(f"GRANT SELECT ({columns}) ON platform.workspace TO {name}"))


def grant_platform(connection: Connection, role: str) -> None:
    """The rows of the queue and of what is counted across workspaces; no structure."""
    name = connection.dialect.identifier_preparer.quote(role)
    tables = [table for table in connection.scalars(_TABLES) if table not in _OWN_TABLES]
    for statement in (
        *(f"GRANT SELECT, INSERT, UPDATE, DELETE ON platform.{table} TO {name}" for table in tables),
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA platform TO {name}",
        f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA platform TO {name}",
    ):
        connection.execute(text(statement))


def let_become(connection: Connection, role: str, workspace_role: str) -> None:
    """Let the login become a workspace's role; nothing of that role's is its own before it does."""
    quote = connection.dialect.identifier_preparer.quote
    connection.execute(
        text(f"GRANT {quote(workspace_role)} TO {quote(role)} WITH INHERIT FALSE, SET TRUE, ADMIN FALSE")
    )


def refuse_unsuitable(connection: Connection, role: str) -> None:
    """Raise LoginUnsuitable when the login is missing, or may do what only the owner should."""
    found = connection.execute(_RIGHTS, {"role": role}).one_or_none()
    if found is None:
        raise LoginUnsuitable(
            f"The application has no login '{role}' at this database.",
            hint="Run 'passerelle database prepare'; it makes one.",
        )
    if any(found):
        raise LoginUnsuitable(
            f"The application's login '{role}' may do more than it should: it is a superuser, may create"
            " roles, databases or schemas, or owns something.",
            hint="Give the application a login of its own: 'passerelle database prepare' makes one.",
        )


def new_secret() -> str:
    """A secret that nobody has to type."""
    return secrets.token_urlsafe(32)


def write_address(folder: Path, address: URL) -> Path:
    """Keep the application's address, with its secret, where only this user reads it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / ADDRESS_FILE
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(address.render_as_string(hide_password=False) + "\n", encoding="utf-8")
    return path


def read_address(folder: Path, owner: URL) -> URL | None:
    """The application's address that was kept, when it leads to the owner's database."""
    path = folder / ADDRESS_FILE
    if not path.is_file():
        return None
    kept = make_url(path.read_text(encoding="utf-8").strip())
    return kept if _place(kept) == _place(owner) else None


def _place(address: URL) -> tuple[Any, ...]:
    return address.host, address.port, address.database, address.query.get("host")
