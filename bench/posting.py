"""Posting throughput: processes that post entries of two lines, each in a transaction of its own, into one
journal or into eight.

The floor takes a number and inserts the same rows in one transaction each, without models, rules, hash,
audit or triggers, one client.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from addons.erp_accounting.models import Journal, JournalKind
from addons.erp_accounting.services import entries, ledgers
from addons.erp_accounting.services.entries import signed
from bench.measure import Number, clock
from bench.workspace import sql, workspace
from core import platform as platforms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.measure import Bench
    from core.db.directory import WorkspaceEntry
    from core.platform import Platform

CLIENTS = 8
TABLES = (
    "CREATE TABLE bench_counter AS SELECT 1 AS id, 0 AS value",
    "CREATE TABLE bench_entry (id bigserial PRIMARY KEY, journal_id int, date date, number text)",
    "CREATE TABLE bench_line (id bigserial, entry_id bigint, account_id int, debit numeric, credit numeric)",
    "CREATE TABLE bench_total (account_id int PRIMARY KEY, debit numeric, credit numeric)",
    "INSERT INTO bench_total VALUES (1, 0, 0), (2, 0, 0)",
)
PLAIN = (
    "BEGIN",
    "UPDATE bench_counter SET value = value + 1 RETURNING value",
    "INSERT INTO bench_entry (journal_id, date, number) VALUES (1, now(), 'B-1') RETURNING id",
    "INSERT INTO bench_line (entry_id, account_id, debit, credit) VALUES (1, 1, 10, 0), (1, 2, 0, 10)",
    "UPDATE bench_total SET debit = debit + 10 WHERE account_id IN (1, 2)",
    "COMMIT",
)


def run(bench: Bench, platform: Platform) -> None:
    """Entries a second; a client is a process."""
    each = 15 if bench.quick else 150
    with workspace(platform, ["erp_accounting"]) as entry:
        with platform.env(entry) as env:
            journals = [
                env.add(Journal, name=f"Bench {n}", code=f"B{n}", kind=JournalKind.GENERAL, prefix=f"B{n}").id
                for n in range(CLIENTS)
            ]
        floor = _plain(platform, entry, each)
        one = _clients(entry, journals[:1], 1, each)
        shared = _clients(entry, journals[:1], CLIENTS, each)
        apart = _clients(entry, journals, CLIENTS, each)
        bench.report(Number("posting, 1 client, one journal", one, "entries/s", floor))
        name = f"posting, {CLIENTS} clients, one journal (beside: 1 client)"
        bench.report(Number(name, shared, "entries/s", one, 1.0, of_ratio=True, at_least=True))
        name = f"posting, {CLIENTS} clients, {CLIENTS} journals (beside: 1 client)"
        bench.report(Number(name, apart, "entries/s", one))


def _plain(platform: Platform, entry: WorkspaceEntry, each: int) -> float:
    sql(platform, entry, *TABLES)
    with platform.server.owner() as connection:
        connection.execute(text(f"SET search_path TO {entry.schema}"))
        with clock() as taken:
            for _ in range(each):
                for statement in PLAIN:
                    connection.exec_driver_sql(statement)
        return each / taken[0]


def _clients(entry: WorkspaceEntry, journals: Sequence[int], clients: int, each: int) -> float:
    """Entries a second of processes that begin together."""
    context = multiprocessing.get_context("spawn")
    ready, done = context.Barrier(clients + 1), context.Barrier(clients + 1)
    processes = [
        context.Process(
            target=_client, args=(entry.name, journals[number % len(journals)], each, ready, done)
        )
        for number in range(clients)
    ]
    for process in processes:
        process.start()
    ready.wait(120)
    with clock() as taken:
        done.wait(600)
    for process in processes:
        process.join(60)
    return clients * each / taken[0]


def _client(name: str, journal_id: int, each: int, ready: Any, done: Any) -> None:
    platform = platforms.start()
    entry = platform.workspace(name)
    _post(platform, entry, journal_id)
    ready.wait(120)
    for _ in range(each):
        _post(platform, entry, journal_id)
    done.wait(600)
    platform.server.dispose()


def _post(platform: Platform, entry: WorkspaceEntry, journal_id: int) -> None:
    with platform.env(entry) as env:
        debit, credit = ledgers.account_id(env, "receivable"), ledgers.account_id(env, "sales")
        ten = Decimal(10)
        entries.post_new(
            env,
            journal=env.get(Journal, journal_id),
            date=env.today(),
            lines=[signed(debit, ten), signed(credit, -ten)],
            label=f"Bench {os.getpid()} {time.monotonic_ns()}",
        )
