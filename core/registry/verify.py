"""Check every invariant of a workspace: ``passerelle verify``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, text

from core.builtin.models import CompanyApp
from core.db.transaction import transaction
from core.registry import key_rotation, lifecycle, ownership, schema
from core.registry.findings import Finding
from core.security.company_triggers import mismatch_queries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.db.directory import WorkspaceEntry
    from core.platform import Platform
    from core.registry.compose import Registry


def verify(platform: Platform, workspace: WorkspaceEntry) -> list[Finding]:
    """What does not hold; empty when everything does.

    The database has the form that is declared, no record points to another company's, and for every company
    the invariants hold of each addon that it uses, or has used: its data is still there.
    """
    installed = lifecycle.installed(platform, workspace)
    with transaction(platform.server, workspace) as connection:
        gone = ownership.missing(platform, connection)
    found = [
        Finding("the code of every app is here", name, ownership.why_missing(platform.discovered, name))
        for name in gone
    ]
    found += [
        Finding("composed metadata == database", workspace.name, sentence)
        for sentence in schema.differences(platform.server, workspace, installed, gone.values())
    ]
    found += mixed_companies(platform, workspace, installed)
    found += key_rotation.damaged_secrets(platform, workspace)
    with platform.env(workspace, reason="verify") as env:
        companies = env.company_ids
    for company in companies:
        with platform.env(workspace, company_id=company, company_ids=(company,), reason="verify") as env:
            row = env[CompanyApp]
            ever = env.session.scalars(select(row.addon_name).where(row.company_id == company))
            for findings in env.registry.used(frozenset(ever)).hooks.verify(env=env):
                found.extend(findings or ())
    return found


def mixed_companies(platform: Platform, workspace: WorkspaceEntry, installed: Registry) -> Iterator[Finding]:
    """References of every model, those of disabled addons too, that lead to a record of another company."""
    with transaction(platform.server, workspace) as connection:
        for model, column, target, query in mismatch_queries(installed):
            for row in connection.execute(text(query)):
                yield Finding(
                    "a record points to records of its own company",
                    f"{model} {row.id}",
                    f"{column}: {target} {row.other} is of company {row.theirs}, not {row.ours}",
                )
