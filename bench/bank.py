"""Bank matching: 1,000 statement lines against 10,000 open invoices, beside the plain join on the amount; and
what one accepted match costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, text

from addons.base.models import Party
from addons.erp_accounting.models import (
    BankAccount,
    BankLine,
    BankStatement,
    Entry,
    Journal,
    JournalKind,
    OpenItem,
    StatementFormat,
)
from addons.erp_accounting.services.bank import importing, suggesting
from addons.erp_accounting.services.bank.statement import ParsedLine, ParsedStatement
from bench.measure import Number, clock, median_wall
from bench.workspace import sql, workspace
from core.api import ZERO
from core.db.transaction import transaction
from core.testing.statements import counting

if TYPE_CHECKING:
    from decimal import Decimal

    from bench.measure import Bench
    from core.db.directory import WorkspaceEntry
    from core.env import Env
    from core.platform import Platform

TABLES = (
    "erp_accounting_entry",
    "erp_accounting_entry_line",
    "erp_accounting_open_item",
    "erp_accounting_invoice",
)
PARTIES = """
INSERT INTO base_party
  (kind, name, name_key, is_customer, is_supplier, active, version, created_at, updated_at)
SELECT 'organisation', 'Maison Verdier ' || n, 'maison verdier ' || n, true, false, true, 1, now(), now()
FROM generate_series(1, {parties}) AS n
"""
ENTRIES = """
INSERT INTO erp_accounting_entry
  (company_id, journal_id, date, kind, state, number, year, sequence, hash, posted_at, version,
   created_at, updated_at)
SELECT (SELECT min(id) FROM core_company), j.id, DATE '2026-01-01' + (n % 300), 'ordinary', 'posted',
       'FA-2026-' || to_char(n, 'FM00000'), 2026, n, md5(n::text), now(), 1, now(), now()
FROM generate_series(1, {invoices}) AS n,
     (SELECT id FROM erp_accounting_journal WHERE kind = 'sale' ORDER BY id LIMIT 1) AS j
"""
LINES = """
INSERT INTO erp_accounting_entry_line
  (company_id, entry_id, position, journal_id, date, account_id, party_id, debit, credit, currency,
   amount_currency, tax_base, due_date, created_at, updated_at)
SELECT e.company_id, e.id, 1, e.journal_id, e.date, l.receivable_id, 1 + e.sequence % {parties},
       100 + e.sequence * 1.17, 0, 'EUR', 100 + e.sequence * 1.17, 0, e.date + 30, now(), now()
FROM erp_accounting_entry AS e, erp_accounting_ledger AS l
"""
ITEMS = """
INSERT INTO erp_accounting_open_item
  (company_id, line_id, entry_id, account_id, party_id, date, due_date, currency, amount, amount_currency,
   residual, residual_currency, created_at, updated_at)
SELECT company_id, id, entry_id, account_id, party_id, date, due_date, currency, debit, debit, debit, debit,
       now(), now()
FROM erp_accounting_entry_line
"""
FLOOR = text(
    "SELECT b.id, i.id FROM erp_accounting_bank_line b JOIN erp_accounting_open_item i"
    " ON i.residual_currency = b.amount AND i.currency = b.currency AND i.company_id = b.company_id"
    " WHERE b.state = 'open' AND i.residual_currency <> 0"
)


def run(bench: Bench, platform: Platform) -> None:
    """Milliseconds on the clock (median), statements of one match, and lines matched a second."""
    lines = 100 if bench.quick else 1000
    invoices = 10 * lines
    parties = max(invoices // 20, 1)
    with workspace(platform, ["erp_accounting"]) as entry:
        triggers = [f"ALTER TABLE {table} {{}} TRIGGER USER" for table in TABLES]
        sql(platform, entry, *(one.format("DISABLE") for one in triggers))
        sql(
            platform,
            entry,
            PARTIES.format(parties=parties),
            ENTRIES.format(invoices=invoices),
            LINES.format(parties=parties),
            ITEMS,
        )
        sql(platform, entry, *(one.format("ENABLE") for one in triggers), *(f"ANALYZE {t}" for t in TABLES))
        with platform.env(entry) as env, clock() as taken:
            _import(env, lines)
        bench.report(Number("bank import: lines a second", lines / taken[0], "lines/s"))
        floor = median_wall(lambda: _plain(platform, entry))
        found = median_wall(lambda: _proposals(platform, entry), repeat=3)
        name = f"bank matching: {lines} lines against {invoices} open invoices"
        bench.report(Number(name, found, "ms", floor))
        _accept(bench, platform, entry)


def _import(env: Env, lines: int) -> None:
    """Half of the lines name their invoice, the other half only pay its amount."""
    model = env[Journal]
    journal = env.session.scalars(select(model).where(model.kind == JournalKind.BANK).limit(1)).one()
    account = env.add(
        BankAccount,
        company_id=env.company_id,
        name="Bench",
        journal_id=journal.id,
        number="1",
        currency="EUR",
    )
    told = [
        ParsedLine(env.today(), amount, f"VIR SEPA {number if n % 2 else name.upper()}")
        for n, (number, amount, name) in enumerate(_targets(env, lines))
    ]
    statement = ParsedStatement(StatementFormat.CAMT, "1", "EUR", lines=told, opening=ZERO)
    statement.closing = statement.total
    importing.take_in(env, [statement], "bench.xml", account=account)


def _targets(env: Env, lines: int) -> list[tuple[str, Decimal, str]]:
    item, entry, party = env[OpenItem], env[Entry], env[Party]
    rows = env.session.execute(
        select(entry.number, item.residual_currency, party.name)
        .join(entry, entry.id == item.entry_id)
        .join(party, party.id == item.party_id)
        .order_by(item.id)
        .limit(lines)
    )
    return [(str(number), amount, name) for number, amount, name in rows]


def _plain(platform: Platform, entry: WorkspaceEntry) -> int:
    with transaction(platform.server, entry) as connection:
        return len(connection.execute(FLOOR).all())


def _proposals(platform: Platform, entry: WorkspaceEntry) -> int:
    with platform.env(entry) as env:
        model = env[BankLine]
        account = env.session.scalars(select(env[BankAccount])).one()
        found = suggesting.for_lines(env, account, env.session.scalars(select(model)))
        return sum(1 for proposals in found.values() if proposals)


def _accept(bench: Bench, platform: Platform, entry: WorkspaceEntry) -> None:
    with platform.env(entry) as env:
        statement = env.session.scalars(select(env[BankStatement])).one()
        with counting(platform.server.engine) as sent, clock() as taken:
            run = suggesting.match_certain(env, statement)
        bench.report(Number("bank matching: lines matched a second", run.matched / taken[0], "lines/s"))
        bench.report(
            Number("bank matching: statements a line", len(sent) / max(run.matched, 1), "statements")
        )
