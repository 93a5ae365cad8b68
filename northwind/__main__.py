"""Make the workspace, import, replay, and print the figures as one JSON object on the last line."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from rich.progress import Progress

from addons.bridge_crm_erp.jobs import nightly
from core import platform as platforms
from core.builtin.models import Company, Workspace
from core.db import directory
from core.errors import CoreError, NotFound
from core.registry import lifecycle
from core.registry.verify import verify
from northwind.figures import figures
from northwind.imports import import_everything
from northwind.replay import replay

if TYPE_CHECKING:
    from typing import Any

    from core.db.directory import WorkspaceEntry
    from core.platform import Platform

NAME = "northwind"
ADDONS = ("crm_sales", "erp_accounting", "l10n_fr", "erp_stock", "erp_orders", "bridge_crm_erp")


def make(platform: Platform, name: str = NAME) -> WorkspaceEntry:
    """A fresh workspace of the trader, with both sides and the bridge."""
    with suppress(NotFound):
        directory.drop(platform.server, name)
    entry = lifecycle.create_workspace(
        platform, name, "Northwind Traders", address=f"http://{name}.localhost:8000"
    )
    with platform.env(entry) as env:
        env.add(Company, name="Northwind Traders", currency="EUR", country="FR")
        env.session.query(env[Workspace]).one().ready_at = env.now()
    with platform.env(entry) as env:
        lifecycle.seed(env, env.registry.plugins)
    lifecycle.enable(platform, entry, ADDONS)
    return entry


def run(platform: Platform, name: str = NAME) -> tuple[dict[str, Any], list[str]]:
    """Everything from the import to the figures; also what ``verify`` found."""
    with Progress(disable=not sys.stderr.isatty()) as bar:
        entry = make(platform, name)
        import_everything(platform, entry)
        task = bar.add_task("Orders and deliveries")
        replay(platform, entry, lambda done, total: bar.update(task, completed=done, total=total))
    with platform.env(entry) as env:
        nightly(env)
    with platform.env(entry) as env:
        found = figures(env)
    return found, [str(finding) for finding in verify(platform, entry)]


def main() -> int:
    """1 when an invariant is broken."""
    try:
        platform = platforms.start()
        found, broken = run(platform)
    except CoreError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for sentence in broken:
        sys.stderr.write(f"{sentence}\n")
    sys.stdout.write(json.dumps(found) + "\n")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
