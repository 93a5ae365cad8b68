"""A used test workspace that is emptied is like a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text

from core.builtin.models import Company
from core.registry.verify import verify
from core.testing.recycled import remember

if TYPE_CHECKING:
    from core.testing.recycled import Pristine
    from core.testing.workspaces import Workspaces

ADDONS = ("crm_sales",)


def lines(pristine: Pristine) -> dict[str, list[bytes]]:
    """The rows of each table, whatever their order on disk."""
    return {table: sorted(content.splitlines()) for table, content in pristine.rows.items()}


def test_what_one_test_wrote_the_next_one_does_not_find(workspaces: Workspaces) -> None:
    platform = workspaces.platform
    workspaces.release(workspaces.fresh(ADDONS))
    used = workspaces.fresh(ADDONS)
    before = remember(platform.server, used)
    with platform.env(used) as env:
        env.add(Company, name="Second", currency="USD", country="US")
        env.session.scalars(select(env[Company])).first().name = "Renamed"  # type: ignore[union-attr]  # there is one

    workspaces.release(used)
    again = workspaces.fresh(ADDONS)

    after = remember(platform.server, again)
    assert again.name != used.name
    assert lines(after) == lines(before)
    assert (after.sequences, after.shape) == (before.sequences, before.shape)
    assert verify(platform, again) == []
    workspaces.release(again)


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE {schema}.base_party ADD COLUMN colour text",
        "ALTER TABLE {schema}.core_audit DISABLE TRIGGER ALL",
        "REVOKE SELECT ON {schema}.base_party FROM {role}",
        "DROP TABLE {schema}.crm_sales_order CASCADE",
    ],
)
def test_a_workspace_whose_form_was_changed_is_not_used_again(workspaces: Workspaces, change: str) -> None:
    used = workspaces.fresh(ADDONS)
    with workspaces.platform.server.owner() as connection:
        connection.execute(text(change.format(schema=used.schema, role=used.role)))
    workspaces.release(used)

    again = workspaces.fresh(ADDONS)

    assert verify(workspaces.platform, again) == []
    workspaces.release(again)
