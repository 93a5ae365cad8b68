"""Search among a million contacts: a rare word, a common one, two letters."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from sqlalchemy import event, select

from addons.base.models import Party
from bench.measure import Number
from bench.workspace import sql, workspace
from core.views.access import views_for
from core.views.lists import list_screen

if TYPE_CHECKING:
    from bench.measure import Bench
    from core.db.directory import WorkspaceEntry
    from core.platform import Platform

FILL = """
INSERT INTO base_party
  (kind, name, email, active, is_customer, is_supplier, version, created_at, updated_at, search_tokens)
SELECT 'organisation', initcap(w.word) || ' ' || n, w.word || n || '@example.com', true, true, false, 1,
       now(), now(),
       array_to_tsvector(ARRAY[w.word, n::text, w.word || n || '@example.com', 'example', 'company'])
FROM generate_series(1, {rows}) AS n,
LATERAL (SELECT (ARRAY['societe', 'atelier', 'maison', 'groupe', 'hotel', 'clinique', 'mairie', 'kervran'])
         [1 + n % 8]) AS w(word)
"""
SETTLE = "SELECT gin_clean_pending_list('ix_base_party_search')"
"""What the database does by itself some time after many rows came in."""
CASES = (
    ("selective term", "{selective}", 20.0),
    ("two words, one row", "hotel {selective}", 20.0),
    ("two words, many rows", "hotel 4", 50.0),
    ("common term", "societe", 50.0),
    ("two letters", "so", 50.0),
)


def run(bench: Bench, platform: Platform) -> None:
    """Time in the database of the first page, as the list reads it, beside one lookup by key."""
    rows = bench.rows(1_000_000)
    with workspace(platform, ["base"]) as entry:
        sql(platform, entry, FILL.format(rows=rows), "ANALYZE base_party", SETTLE)
        selective = str(rows // 16 * 8 - 4)  # one number, of a hotel
        for name, typed, target in CASES:
            words = typed.format(selective=selective)
            spent = [_search(platform, entry, words) for _ in range(6)]
            floor = [_lookup(platform, entry) for _ in range(6)]
            bench.report(Number(f"search, {name}", min(spent[1:]), "ms", min(floor[1:]), target))


def _search(platform: Platform, entry: WorkspaceEntry, words: str) -> float:
    with platform.env(entry) as env:
        screen = list_screen(env, views_for(env, Party.model_name), {"all": ["1"], "q": [words]})
        with _database_time(platform) as spent:
            found = screen.page.rows
    assert found, words  # noqa: S101 - an empty answer must not count as fast
    return spent[0]


def _lookup(platform: Platform, entry: WorkspaceEntry) -> float:
    with platform.env(entry) as env, _database_time(platform) as spent:
        env.session.scalars(select(env[Party]).where(env[Party].id.between(1, 50))).all()
    return spent[0]


class _database_time:
    """Milliseconds between sending each statement and having its answer."""

    def __init__(self, platform: Platform) -> None:
        self.engine = platform.server.engine
        self.spent = [0.0]
        self.began = 0.0

    def __enter__(self) -> list[float]:
        event.listen(self.engine, "before_cursor_execute", self._begin)
        event.listen(self.engine, "after_cursor_execute", self._end)
        return self.spent

    def __exit__(self, *_: object) -> None:
        event.remove(self.engine, "before_cursor_execute", self._begin)
        event.remove(self.engine, "after_cursor_execute", self._end)

    def _begin(self, *_: Any) -> None:
        self.began = time.perf_counter()

    def _end(self, *_: Any) -> None:
        self.spent[0] += (time.perf_counter() - self.began) * 1000
