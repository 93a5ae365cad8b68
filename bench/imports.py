"""Import contacts from a file, each checked, with a key that finds those already there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from bench.measure import Number, clock
from bench.workspace import workspace
from core.db.transaction import transaction
from core.views.imports import Table, run_import

if TYPE_CHECKING:
    from bench.measure import Bench
    from core.platform import Platform


def run(bench: Bench, platform: Platform) -> None:
    """Rows a second on the clock, beside single-column rows inserted without any check."""
    count = bench.rows(100_000)
    rows = [[f"C-{n}", f"Contact {n}", f"contact{n}@example.com"] for n in range(count)]
    table = Table(["Reference", "Name", "E-mail"], rows)
    mapping = {"Reference": "external_ref", "Name": "name", "E-mail": "email"}
    with workspace(platform, ["base"]) as entry:
        with clock() as taken, platform.env(entry) as env:
            result = run_import(env, "base.party", table, mapping, key=("external_ref",))
        assert result.created == count, result.errors[:1]  # noqa: S101 - refused rows must not count as fast
        with clock() as plain, transaction(platform.server, entry) as connection:
            connection.execute(
                text("CREATE TEMP TABLE floor_contact (ref text, name text, email text) ON COMMIT DROP")
            )
            connection.execute(
                text("INSERT INTO floor_contact VALUES (:ref, :name, :email)"),
                [dict(zip(("ref", "name", "email"), row, strict=True)) for row in rows],
            )
    bench.report(
        Number("import of contacts", count / taken[0], "rows/s", count / plain[0], 2000.0, at_least=True)
    )
