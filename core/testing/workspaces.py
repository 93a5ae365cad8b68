"""Workspaces for tests: one per set of addons and process, made once, each test rolled back."""

from __future__ import annotations

import hashlib
import os
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

from sqlalchemy import text

from core import platform as platforms
from core.builtin.models import AddonState, Company, Workspace
from core.db import application, directory
from core.db.server import Server, address
from core.db.transaction import enter
from core.registry import lifecycle, migrations, schema
from core.registry.migrations import owner_in
from core.security import master_keys
from core.testing.recycled import Pristine, remember, reuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from core.db.directory import WorkspaceEntry
    from core.env import Env
    from core.platform import Platform


def platform_for_tests(addons_paths: Iterable[Path] = ()) -> Platform:
    """The process's platform on the tests' own server: PASSERELLE_TEST_DATABASE_URL, else an embedded one."""
    url = os.environ.get("PASSERELLE_TEST_DATABASE_URL", "")
    if not url:
        from core.db import embedded

        root = Path(os.environ.get("PASSERELLE_TEST_DATA", ".passerelle/test")).resolve()
        name = os.environ.get(
            "PYTEST_XDIST_WORKER", "postgres"
        )  # each process of a parallel run has a server
        url = embedded.start(root / name, durable=False)
    # each process, and those it starts, know the same secret without asking each other
    secret = hashlib.sha256(url.encode()).hexdigest()
    owner = address(url)
    login = application.address_for(owner, secret).render_as_string(hide_password=False)
    os.environ[platforms.OWNER_URL] = url
    os.environ[platforms.APPLICATION_URL] = login
    Server(url, login).prepare(secret)
    if master_keys.VARIABLE not in os.environ:  # one for all processes of the tests
        name = f"passerelle-{os.getpid()}"
        os.environ[master_keys.VARIABLE] = str(Path(gettempdir()) / name / "master.json")
    return platforms.start(addons_paths=addons_paths, pool_size=24)


class Recipe(NamedTuple):
    """What a workspace is made of."""

    addons: frozenset[str]
    seed: bool
    company: bool
    created: bool = False
    """By the product's own way, with the revisions of core and base."""


class Workspaces:
    """Makes workspaces for tests and drops them at the end."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self._shared: dict[frozenset[str], WorkspaceEntry] = {}
        self._made: dict[str, tuple[Recipe, WorkspaceEntry]] = {}
        self._pristine: dict[Recipe, Pristine] = {}
        self._spare: dict[Recipe, list[WorkspaceEntry]] = {}

    def shared(self, addons: Iterable[str]) -> WorkspaceEntry:
        """The workspace of a set of addons that tests use inside transactions they roll back."""
        key = frozenset(self.platform.discovered.closure(addons))
        if key not in self._shared:
            self._shared[key] = self.fresh(key)
        return self._shared[key]

    def fresh(self, addons: Iterable[str], *, seed: bool = True, company: bool = True) -> WorkspaceEntry:
        """A workspace of its own, for tests that commit: threads, processes, the web."""
        return self._of(Recipe(frozenset(self.platform.discovered.closure(addons)), seed, company))

    def created(self) -> WorkspaceEntry:
        """A workspace as ``passerelle workspace create`` leaves it: nobody has opened the wizard."""
        return self._of(Recipe(frozenset(), seed=False, company=False, created=True))

    def _of(self, recipe: Recipe) -> WorkspaceEntry:
        entry = self._reused(recipe) or (self._created() if recipe.created else self._new(recipe))
        self._made[entry.name] = (recipe, entry)
        if recipe not in self._pristine:
            self._pristine[recipe] = remember(self.platform.server, entry)
        self.platform.forget_directory()
        return entry

    def release(self, entry: WorkspaceEntry) -> None:
        """Nobody works in it any more: it may be emptied for another test."""
        recipe, kept = self._made[entry.name]
        self._spare.setdefault(recipe, []).append(kept)

    def _reused(self, recipe: Recipe) -> WorkspaceEntry | None:
        spare = self._spare.get(recipe)
        if not spare:
            return None
        used = spare.pop()
        fresh = reuse(self.platform.server, used, self._pristine[recipe])
        if fresh is not None:
            del self._made[used.name]
        return fresh

    def _new(self, recipe: Recipe) -> WorkspaceEntry:
        registry = self.platform.registries.of(recipe.addons)
        name = f"t_{uuid4().hex[:16]}"
        entry = directory.create(self.platform.server, name, "Test", address=f"http://{name}.localhost")
        self._made[name] = (recipe, entry)
        with owner_in(self.platform.server, entry) as connection:
            connection.execute(text("SET lock_timeout = 0"))
            schema.create_all(connection, registry)
            for unit in migrations.units_of(registry):
                migrations.stamp(connection, unit)
        with self.platform.env(entry, registry=registry) as env:
            env.session.add(env[Workspace](title="Test", ready_at=env.now() if recipe.company else None))
            for addon in registry.addons:
                version = registry.discovered[addon].manifest.version
                env.session.add(env[AddonState](name=addon, installed_version=version))
            if recipe.company:
                env.session.add(env[Company](name="Atelier Lumen", currency="EUR", country="FR"))
            env.session.flush()
        if recipe.seed and recipe.company:
            with self.platform.env(entry, registry=registry) as env:
                env.hooks.seed_data(env=env)
        directory.set_state(self.platform.server, name, "ready")
        return entry

    def _created(self) -> WorkspaceEntry:
        name = f"t_{uuid4().hex[:16]}"
        return lifecycle.create_workspace(self.platform, name, "Test", address=f"http://{name}.localhost")

    @contextmanager
    def rolled_back(self, addons: Iterable[str], *, as_owner: bool = False, **options: Any) -> Iterator[Env]:
        """An Env of the shared workspace whose transaction never commits."""
        entry = self.shared(addons)
        server = self.platform.server
        with server.owner() if as_owner else server.engine.connect() as opened:
            connection = opened.execution_options(isolation_level="READ COMMITTED")
            outer = connection.begin()
            enter(connection, entry)
            registry = self.platform.registries.of(addons)
            env = self.platform.env_in(connection, entry, registry=registry, **options)
            try:
                yield env
            finally:
                env.session.close()
                if outer.is_active:
                    outer.rollback()

    def drop(self) -> None:
        """Drop every workspace that was made."""
        for _recipe, entry in self._made.values():
            directory.drop(self.platform.server, entry.name)

    def close(self) -> None:
        """Drop every workspace that was made, and let the server go."""
        self.drop()
        self.platform.server.dispose()
