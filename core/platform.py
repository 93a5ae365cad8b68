"""One process's view of everything: the server, the addons found, and an Env for any workspace."""

from __future__ import annotations

import gc
import logging
import os
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from core.db import application, directory
from core.db.refusals import refusal_of
from core.db.server import Server, address
from core.db.transaction import JOBS, Limits, on_engine, transaction
from core.env import Env, Scope, Who
from core.errors import NotFound
from core.jobs import schema as queue
from core.registry.compose import Registries
from core.registry.discovery import discover
from core.security import usage
from core.security.access import access_in, access_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from sqlalchemy import Connection

    from core.db.budget import Budget
    from core.db.directory import WorkspaceEntry
    from core.registry.compose import Registry
    from core.registry.discovery import Discovered

log = logging.getLogger("passerelle.platform")
T = TypeVar("T")
SYSTEM = Who()
OWNER_URL = "PASSERELLE_DATABASE_URL"
"""The owner's address of the database: it makes schemas and roles, straight to the server."""
PROCESSES = "PASSERELLE_PROCESSES"
"""How many processes share the server's connections; ``serve`` counts its own."""
THREADS = "PASSERELLE_THREADS"
"""Requests worked on at once in a process, at most."""
APPLICATION_URL = "PASSERELLE_APPLICATION_DATABASE_URL"
"""The application's address, which may lead through a pooler; else the one that was prepared here."""
DIRECTORY_SECONDS = 5.0
"""How long a host name's workspace is remembered."""
UNKNOWN_SECONDS = 0.2
"""How old the directory may be for saying that a host name leads nowhere: a workspace may just have been
made."""
_STATE = text(
    "SELECT (SELECT registry_version FROM core_workspace LIMIT 1) AS version,"
    " array(SELECT name FROM core_addon WHERE enabled ORDER BY name)::text[] AS enabled"
)
_UNWRITTEN = text("SELECT pg_current_xact_id_if_assigned() IS NULL")


class Platform:
    """Made once per process; threads share it."""

    def __init__(self, server: Server, discovered: Discovered) -> None:
        self.server = server
        self.discovered = discovered
        self.registries = Registries(discovered)
        self._sets: dict[tuple[str, int], frozenset[str]] = {}
        self._uses: dict[tuple[str, int], usage.Uses] = {}
        self._hosts: dict[str, WorkspaceEntry] = {}
        self._hosts_at = 0.0
        self._lock = Lock()

    def workspace(self, name: str) -> WorkspaceEntry:
        """A workspace by name, or NotFound."""
        for found in self._directory().values():
            if found.name == name:
                return found
        return directory.entry(self.server, name)

    def workspace_at(self, host: str) -> WorkspaceEntry | None:
        """The workspace that a Host header leads to: one of its host names, or its name before ".localhost".

        Nothing else does: a name of which only a part is known belongs to somebody else.
        """
        name = directory.host_of(host)
        if not name:
            return None
        for seconds in (DIRECTORY_SECONDS, UNKNOWN_SECONDS):
            if found := self._directory(seconds).get(name):
                return found
        return None

    def knows(self, host: str) -> bool:
        """Whether ``workspace_at`` answers from memory; else it asks the database, which takes a thread."""
        fresh = time.monotonic() - self._hosts_at <= DIRECTORY_SECONDS
        return fresh and directory.host_of(host) in self._hosts

    def forget_directory(self) -> None:
        """Read the directory again at the next request: a workspace was made, dropped or renamed."""
        self._hosts, self._hosts_at = {}, 0.0

    def _directory(self, seconds: float = DIRECTORY_SECONDS) -> dict[str, WorkspaceEntry]:
        """The directory, not older than so; while one thread reads it the others go on with what is known."""
        known, at = self._hosts, self._hosts_at
        if time.monotonic() - at <= seconds:
            return known
        if not self._lock.acquire(blocking=not known or seconds < DIRECTORY_SECONDS):
            return known
        try:
            if time.monotonic() - self._hosts_at > seconds:
                self._read_directory()
            return self._hosts
        finally:
            self._lock.release()

    def _read_directory(self) -> None:
        try:
            found = directory.entries(self.server)
        except SQLAlchemyError as error:
            if not self._hosts:
                raise refusal_of(error) or error from error
            log.warning("the directory of workspaces could not be read; going on with what is known")
        else:
            self._hosts = {
                host: entry for entry in found for host in (*entry.hosts, f"{entry.name}.localhost")
            }
        self._hosts_at = time.monotonic()

    def state_in(self, connection: Connection, workspace: WorkspaceEntry) -> tuple[Registry, int]:
        """The registry of what the workspace enabled, and its version, as this transaction sees them."""
        state = connection.execute(_STATE).one()
        version = state.version or 0
        return self.registry_for(connection, workspace, version, state.enabled), version

    def companies(self, connection: Connection, workspace: WorkspaceEntry, version: int) -> tuple[int, ...]:
        """The active companies at a version of the registry, by id."""
        return tuple(self.uses(connection, workspace, version))

    def uses(self, connection: Connection, workspace: WorkspaceEntry, version: int) -> usage.Uses:
        """The active companies with the apps they use, at a version of the registry: a change of either
        raises it.
        """
        key = (workspace.schema, version)
        if (known := self._uses.get(key)) is not None:
            return known
        found, final = _read_and_release(connection, usage.read)
        if found and version and final:
            self._uses[key] = found
        return found

    def registry_for(
        self,
        connection: Connection,
        workspace: WorkspaceEntry,
        version: int,
        enabled: Iterable[str] | None = None,
    ) -> Registry:
        """The registry at a version already read with the request's session row."""
        key = (workspace.schema, version)
        known = self._sets.get(key)
        if known is None or enabled is not None:
            final = True
            if enabled is None:
                names, final = _read_and_release(connection, _read_enabled)
            else:
                names = enabled
            known = self.discovered.here(names)
            if final:
                self._sets[key] = known
        return self.registries.of(known)

    def env_in(
        self,
        connection: Connection,
        workspace: WorkspaceEntry,
        *,
        user: Who = SYSTEM,
        company_id: int | None = None,
        company_ids: tuple[int, ...] | None = None,
        user_companies: tuple[int, ...] = (),
        registry: Registry | None = None,
        at: datetime | None = None,
        request_id: str = "",
        reason: str = "",
        version: int = 0,
        whole: bool = False,
    ) -> Env:
        """An Env inside a transaction that is already there.

        Without a user it is the platform's own and may do everything; ``reason`` says why in the audit.
        ``company_ids`` are looked at, of the ``user_companies`` that the user works in; by default all.
        ``version`` is that of the registry, where the caller has read it with the session. Without a
        ``request_id`` the transaction gets one of its own. ``whole``: every enabled addon is there, whichever
        the companies use, for work on the workspace itself.
        """
        if registry is None or company_ids is None:
            current, version = self.state_in(connection, workspace)
            registry = registry or current
            if company_ids is None:
                company_ids = self.companies(connection, workspace, version)
        if company_id is None and company_ids:
            company_id = company_ids[0]
        request = request_id or f"here-{uuid4().hex[:12]}"
        uses = self.uses(connection, workspace, version) if company_ids else {}
        shown = at_work = registry.whole
        if not whole:
            shown = usage.registry_of_all(registry, connection, uses, company_ids)
            one = () if company_id is None else (company_id,)
            at_work = usage.registry_of_all(registry, connection, uses, one)
        scope = Scope(
            workspace, shown, connection, user, company_id, company_ids, request, at, version,
            user_companies,
            at_work=at_work, uses=uses,
        )  # fmt: skip
        access = access_of(shown, user.roles, everything=user.id is None)
        return Env(scope, access, reason=reason or ("platform" if user.id is None else ""))

    @contextmanager
    def env(self, workspace: WorkspaceEntry | str, *, limits: Limits = JOBS, **options: Any) -> Iterator[Env]:
        """One transaction: committed at the end, rolled back when anything raises."""
        entry = self.workspace(workspace) if isinstance(workspace, str) else workspace
        with transaction(self.server, entry, limits) as connection:
            env = self.env_in(connection, entry, **options)
            yield env
            env.session.flush()
            env.session.close()


def _read_enabled(connection: Connection) -> Iterable[str]:
    return connection.execute(_STATE).one().enabled  # type: ignore[no-any-return]  # an array of texts


def _read_and_release(connection: Connection, read: Callable[[Connection], T]) -> tuple[T, bool]:
    """What was read, and whether it is final: nothing was written in this transaction that may be undone.

    A savepoint that is given up frees the tables again, so that a long report holds none that an addon may
    extend meanwhile. A second connection would do so too, but who holds one and waits for another may wait
    for somebody who does the same.
    """
    savepoint = connection.begin_nested()
    found = read(connection)
    final = connection.scalar(_UNWRITTEN)
    savepoint.rollback()
    return found, bool(final)


def at(env: Env, instant: datetime) -> Env:
    """The same user and transaction at another instant, for replaying history."""
    return Env(replace(env.scope, at=instant), env.access, reason=env.reason)


def in_company(env: Env, company_id: int) -> Env:
    """The same user, rights and transaction, seen from one company: its documents, its currency, its apps."""
    registry = usage.registry_of(env.scope, company_id)
    scope = replace(
        env.scope, company_id=company_id, company_ids=(company_id,), registry=registry, at_work=registry
    )
    return Env(scope, access_in(registry, env), reason=env.reason)


def on_behalf(env: Env, user: Who, company_ids: tuple[int, ...]) -> Env:
    """The same transaction seen by a user in some companies, under all rules: what an elevated passage hands
    to somebody who did not sign in, such as the reader of a calendar address."""
    chosen = env.company_id if env.company_id in company_ids else next(iter(company_ids), None)
    scope = replace(env.scope, user=user, company_id=chosen, company_ids=company_ids)
    return Env(scope, access_of(env.registry, user.roles, everything=False))


@contextmanager
def aside(env: Env) -> Iterator[Env]:
    """A second Env, the platform's own, in a transaction beside this one that is committed at its end.

    For what others must see while this transaction is still under way, such as how far long work is. It sees
    nothing of what this one has written, and must not touch a row that this one holds: it would wait without
    end.
    """
    with on_engine(env.scope.connection.engine, env.workspace) as connection:
        scope = replace(env.scope, connection=connection, user=replace(SYSTEM, locale=env.user.locale))
        beside = Env(scope, access_of(env.registry, frozenset(), everything=True), reason="beside")
        yield beside
        beside.session.flush()
        beside.session.close()


def data_folder() -> Path:
    """Where the embedded database, files and archives lie: PASSERELLE_DATA, else ``.passerelle`` here."""
    return Path(os.environ.get("PASSERELLE_DATA", ".passerelle")).resolve()


def start(
    *, addons_paths: Iterable[Path] = (), only: Iterable[str] | None = None, pool_size: int = 16
) -> Platform:
    """Discover addons and reach the database: the one configured, else the embedded one."""
    server = reach(pool_size=pool_size)
    with _loading():
        platform = Platform(server, discover(folders=addons_paths, only=only))
        from core.soundness import refuse_malformed  # it looks at views and reports, which know the platform

        refuse_malformed(platform)
    return platform


def reach(*, pool_size: int = 16) -> Server:
    """Reach the database configured, else the embedded one; bring the platform's own tables up to date."""
    url = os.environ.get(OWNER_URL, "")
    if url:
        server = Server(url, application_address(url), pool_size=pool_size)
        server.bootstrap()
    else:
        from core.db import embedded  # only where nothing is configured: starts a server

        url = embedded.start(data_folder() / "postgres")
        server = Server(url, embedded.application_address(url), pool_size=pool_size)
        server.bootstrap(make_login=True)
    queue.apply(server)
    return server


def share_connections(platform: Platform, *, threads: int | None = None, jobs: int = 0) -> Budget:
    """Size this process's pool to its share of the server's connections; before anything runs in threads.

    ``threads``: requests at once, else PASSERELLE_THREADS, else 16. Fewer where the share is too small.
    """
    wanted = int(os.environ.get(THREADS, "") or 16) if threads is None else threads
    processes = int(os.environ.get(PROCESSES, "") or 1)
    return platform.server.share(processes=processes, threads=wanted, jobs=jobs)


def application_address(owner_url: str) -> str:
    """The application's address: PASSERELLE_APPLICATION_DATABASE_URL, else the one that was prepared here."""
    if configured := os.environ.get(APPLICATION_URL, ""):
        return configured
    prepared = application.read_address(data_folder(), address(owner_url))
    if prepared is None:
        message = "The application has no login of its own at this database yet."
        raise application.LoginUnsuitable(
            message,
            hint=f"Run 'passerelle database prepare' once, or set {APPLICATION_URL}.",
        )
    return prepared.render_as_string(hide_password=False)


@contextmanager
def _loading() -> Iterator[None]:
    """What is loaded here stays until the process ends: the garbage collector never looks at it again.

    It would walk hundreds of thousands of objects, many times while they come in (a third of the time of a
    start) and with each full collection later.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def single_workspace(platform: Platform) -> WorkspaceEntry:
    """The only workspace of a small installation, or NotFound naming the choice."""
    found = directory.entries(platform.server)
    if len(found) != 1:
        names = ", ".join(entry.name for entry in found) or "none"
        raise NotFound(f"Name the workspace: there are {len(found)} here ({names}).")
    return found[0]
