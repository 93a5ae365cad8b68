"""Check every invariant of a workspace: ``passerelle verify``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.registry import lifecycle, schema
from core.registry.findings import Finding

if TYPE_CHECKING:
    from core.db.directory import WorkspaceEntry
    from core.platform import Platform


def verify(platform: Platform, workspace: WorkspaceEntry) -> list[Finding]:
    """What does not hold; empty when everything does.

    The database has the form that is declared, and for every company each enabled addon's own invariants
    hold.
    """
    installed = platform.registries.of(lifecycle.states(platform, workspace))
    found = [
        Finding("composed metadata == database", workspace.name, sentence)
        for sentence in schema.differences(platform.server, workspace, installed)
    ]
    with platform.env(workspace, reason="verify") as env:
        companies = env.company_ids
    for company in companies:
        with platform.env(workspace, company_id=company, company_ids=(company,), reason="verify") as env:
            for findings in env.hooks.verify(env=env):
                found.extend(findings or ())
    return found
