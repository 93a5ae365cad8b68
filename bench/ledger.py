"""Statements over a million lines: by full scan beside the plain aggregate, from the monthly totals, and a
page of a customer's ledger beside the same lines read plainly."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import text

from addons.erp_accounting.queries import balances, ledger, statements
from addons.erp_accounting.reports.sheet import Asked
from addons.erp_accounting.web.reports import SHEETS
from bench.measure import Number, median_wall
from bench.workspace import sql, workspace
from core.db.transaction import transaction
from core.testing.statements import counting

if TYPE_CHECKING:
    from bench.measure import Bench
    from core.db.directory import WorkspaceEntry
    from core.platform import Platform

TABLES = ("erp_accounting_entry", "erp_accounting_entry_line", "erp_accounting_period_total")
ENTRIES = """
INSERT INTO erp_accounting_entry
  (company_id, journal_id, date, kind, state, number, year, sequence, hash, posted_at, version,
   created_at, updated_at)
SELECT (SELECT min(id) FROM core_company), j.id, DATE '2020-01-01' + (n % 2000), 'ordinary', 'posted',
       'B-' || n, 2020, n, md5(n::text), now(), 1, now(), now()
FROM generate_series(1, {entries}) AS n, (SELECT min(id) AS id FROM erp_accounting_journal) AS j
"""
PARTIES = """
INSERT INTO base_party (kind, name, is_customer, is_supplier, active, version, created_at, updated_at)
SELECT 'organisation', 'Customer ' || n, true, false, true, 1, now(), now()
FROM generate_series(1, {parties}) AS n
"""
LINES = """
INSERT INTO erp_accounting_entry_line
  (company_id, entry_id, position, journal_id, date, account_id, party_id, debit, credit, currency,
   amount_currency, tax_base, created_at, updated_at)
SELECT e.company_id, e.id, s.side, e.journal_id, e.date,
       (ARRAY(SELECT id FROM erp_accounting_account ORDER BY id))[1 + (e.sequence * 7 + s.side) % 60],
       1 + e.sequence % {parties},
       CASE s.side WHEN 0 THEN 10 ELSE 0 END, CASE s.side WHEN 1 THEN 10 ELSE 0 END, 'EUR',
       CASE s.side WHEN 0 THEN 10 ELSE -10 END, 0, now(), now()
FROM erp_accounting_entry AS e, generate_series(0, 1) AS s(side)
"""
TOTALS = """
INSERT INTO erp_accounting_period_total
  (company_id, account_id, journal_id, kind, period, debit, credit, created_at, updated_at)
SELECT company_id, account_id, journal_id, 'ordinary', date_trunc('month', date)::date, sum(debit),
       sum(credit), now(), now()
FROM erp_accounting_entry_line GROUP BY 1, 2, 3, 5
"""
PLAIN = text(
    "SELECT l.account_id, sum(l.debit), sum(l.credit) FROM erp_accounting_entry_line l"
    " JOIN erp_accounting_entry e ON e.id = l.entry_id WHERE e.state = 'posted' GROUP BY l.account_id"
)


def run(bench: Bench, platform: Platform) -> None:
    """Milliseconds on the clock, median of seven."""
    lines = bench.rows(1_000_000)
    parties = max(lines // 2000, 1)
    with workspace(platform, ["erp_accounting", "l10n_fr"]) as entry:
        triggers = [f"ALTER TABLE {table} {{}} TRIGGER USER" for table in TABLES]
        sql(platform, entry, *(one.format("DISABLE") for one in triggers))
        sql(
            platform,
            entry,
            PARTIES.format(parties=parties),
            ENTRIES.format(entries=lines // 2),
            LINES.format(parties=parties),
            TOTALS,
        )
        sql(
            platform,
            entry,
            *(one.format("ENABLE") for one in triggers),
            *(f"ANALYZE {name}" for name in TABLES),
        )
        floor = median_wall(lambda: _plain(platform, entry))
        scanned = median_wall(lambda: _trial(platform, entry, scan=True))
        totals = median_wall(lambda: _trial(platform, entry, scan=False))
        bench.report(Number("trial balance, every line", scanned, "ms", floor, 1.1, of_ratio=True))
        bench.report(Number("trial balance, monthly totals", totals, "ms", floor))
        sheet = median_wall(lambda: _balance_sheet(platform, entry))
        bench.report(Number("balance sheet, three years beside", sheet, "ms", floor))
        party, account = _partner(platform, entry)
        wanted = {"party": party, "account": account}
        read = median_wall(lambda: _plain_page(platform, entry, wanted))
        page = median_wall(lambda: _partner_page(platform, entry, party, account))
        bench.report(Number("a partner's ledger, first page", page, "ms", read))
        _count_statements(bench, platform, entry, wanted)


def _count_statements(
    bench: Bench, platform: Platform, entry: WorkspaceEntry, wanted: dict[str, int]
) -> None:
    """SQL statements that each report sends, whatever the number of lines."""
    for name, build in SHEETS.items():
        asked = Asked(date(2024, 1, 1), date(2024, 12, 31), **_about(name, wanted))
        with platform.env(entry) as env:
            build(env, asked)  # what stays in memory is read before
            env.session.expunge_all()
            with counting(platform.server.engine) as sent:
                build(env, asked)
        bench.report(Number(f"{name}: SQL statements", len(sent), "statements"))


def _about(name: str, wanted: dict[str, int]) -> dict[str, int]:
    if name == "partner-ledger":
        return {"party": wanted["party"]}
    return {"account": wanted["account"]} if name == "general-ledger" else {}


PLAIN_PAGE = text(
    "SELECT l.date, e.number, l.label, l.debit, l.credit FROM erp_accounting_entry_line l"
    " JOIN erp_accounting_entry e ON e.id = l.entry_id WHERE l.party_id = :party AND l.account_id = :account"
    " AND e.state = 'posted' ORDER BY l.date, l.id"
)


def _plain(platform: Platform, entry: WorkspaceEntry) -> None:
    with transaction(platform.server, entry) as connection:
        connection.execute(PLAIN).all()


def _trial(platform: Platform, entry: WorkspaceEntry, *, scan: bool) -> None:
    with platform.env(entry) as env:
        balances.trial_balance(env, None, None, scan=scan)


def _balance_sheet(platform: Platform, entry: WorkspaceEntry) -> None:
    with platform.env(entry) as env:
        statements.balance_sheet(env, [date(2024, 12, 31), date(2023, 12, 31), date(2022, 12, 31)])


def _partner(platform: Platform, entry: WorkspaceEntry) -> tuple[int, int]:
    """A customer in the middle, and the account with most of its lines."""
    with transaction(platform.server, entry) as connection:
        row = connection.execute(
            text(
                "SELECT party_id, account_id FROM erp_accounting_entry_line WHERE party_id ="
                " (SELECT max(id) / 2 FROM base_party) GROUP BY 1, 2 ORDER BY count(*) DESC LIMIT 1"
            )
        ).one()
        return row.party_id, row.account_id


def _plain_page(platform: Platform, entry: WorkspaceEntry, wanted: dict[str, int]) -> None:
    """All lines of the customer, as a balance beside each needs."""
    with transaction(platform.server, entry) as connection:
        connection.execute(PLAIN_PAGE, wanted).all()


def _partner_page(platform: Platform, entry: WorkspaceEntry, party: int, account: int) -> None:
    with platform.env(entry) as env:
        ledger.partner_ledger(env, party, [account], date(2020, 1, 1), date(2026, 12, 31))
