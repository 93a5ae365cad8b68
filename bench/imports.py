"""Import contacts from a file in the background.

Each row is checked, looked for by its key, compared with those who have the same e-mail or phone number,
audited, and noted so that the import can be undone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from bench.measure import Number, clock
from bench.workspace import workspace
from core.views import batches
from core.views.access import views_for
from core.views.imports import read_table, write_csv
from core.views.models import Batch, BatchState

if TYPE_CHECKING:
    from bench.measure import Bench
    from core.db.directory import WorkspaceEntry
    from core.platform import Platform

HEADINGS = ["Reference", "Name", "E-mail", "Phone"]
MAPPING = dict(zip(HEADINGS, ("external_ref", "name", "email", "phone"), strict=True))


def run(bench: Bench, platform: Platform) -> None:
    """Rows a second on the clock, beside the same columns inserted without any check."""
    count = bench.rows(100_000)
    rows = [
        [
            f"C-{n}",
            f"Contact {n}",
            f"contact{n}@example.com",
            f"+33 6 {n // 10000:02} {n % 10000:04} {n % 97:02}",
        ]
        for n in range(count)
    ]
    content = write_csv(HEADINGS, rows)
    with workspace(platform, ["base"]) as entry:
        with clock() as taken:
            batch = _import(platform, entry, content)
        assert batch.created == count, (batch.created, batch.failed)  # noqa: S101 - refused rows must not count
        with clock() as plain, platform.server.owner() as owner:
            connection = owner.execution_options(isolation_level="READ COMMITTED")
            connection.execute(
                text("CREATE TEMP TABLE floor_contact (r text, name text, email text, p text) ON COMMIT DROP")
            )
            connection.execute(
                text("INSERT INTO floor_contact VALUES (:r, :name, :email, :p)"),
                [dict(zip(("r", "name", "email", "p"), row, strict=True)) for row in rows],
            )
            connection.commit()
    bench.report(
        Number("import of contacts", count / taken[0], "rows/s", count / plain[0], 2000.0, at_least=True)
    )


def _import(platform: Platform, entry: WorkspaceEntry, content: bytes) -> Batch:
    """As the page and the worker do it: a transaction that takes the file, then one for each piece."""
    with platform.env(entry) as env:
        table = read_table(content)
        views = views_for(env, "base.party")
        batch_id = batches.begin_import(env, views, "contacts.csv", table, MAPPING, ["external_ref"]).id
    while True:
        with platform.env(entry) as env:
            batch = env.get(Batch, batch_id, lock=True)
            batches.work(env, batch)
            if batch.state is BatchState.DONE:
                return batch
