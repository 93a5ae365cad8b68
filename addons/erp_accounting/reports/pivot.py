"""A pivot of the books: rows and columns to choose, every figure with its lines behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from sqlalchemy import func, select

from addons.base.models import Party
from addons.erp_accounting.models import (
    PARTY_TYPES,
    Account,
    AccountType,
    Entry,
    EntryKind,
    EntryLine,
    EntryState,
    Journal,
    PeriodTotal,
)
from addons.erp_accounting.reports.periods import period_choices, whole_months
from addons.erp_accounting.reports.sheet import Choice, FinancialSheet
from addons.erp_accounting.reports.statements import days
from addons.erp_accounting.services.terms import add_months, month_end
from core.api import ZERO, Head, Row, _, format_month, people_order

if TYPE_CHECKING:
    from decimal import Decimal

    from addons.erp_accounting.reports.sheet import Asked
    from core.api import Env

ROWS = (
    ("account", _("Account")),
    ("type", _("Type of account")),
    ("journal", _("Journal")),
    ("party", _("Customer or supplier")),
)
COLUMNS = (
    ("month", _("Month")),
    ("quarter", _("Quarter")),
    ("year", _("Year")),
    ("journal", _("Journal")),
)
MEASURES = (("balance", _("Balance")), ("debit", _("Debit")), ("credit", _("Credit")))
MOST_COLUMNS = 36


@dataclass(frozen=True, slots=True)
class _Cell:
    row: Any
    month: date
    journal: int
    debit: Decimal
    credit: Decimal


def pivot_sheet(env: Env, wanted: Asked) -> FinancialSheet:
    """Sums of what was posted in the period, by what the reader chose; for contacts, on the accounts of
    customers and suppliers."""
    rows, columns, measure = (
        _known(wanted.rows, ROWS),
        _known(wanted.columns, COLUMNS),
        _known(wanted.measure, MEASURES),
    )
    cells = _cells(env, wanted, by_party=rows == "party")
    names = _Names(env, rows)
    journals = {row.id: row.code for row in env.session.scalars(select(env[Journal]))}
    sums: dict[Any, dict[Any, Decimal]] = {}
    for cell in cells:
        column = cell.journal if columns == "journal" else _first(cell.month, columns)
        amount = {"debit": cell.debit, "credit": cell.credit}.get(measure, cell.debit - cell.credit)
        key = cell.journal if rows == "journal" else names.key(cell.row)
        line = sums.setdefault(key, {})
        line[column] = line.get(column, ZERO) + amount
    used = sorted({column for line in sums.values() for column in line})[:MOST_COLUMNS]
    sheet = FinancialSheet(
        "pivot",
        str(_("Pivot")),
        days(wanted.start, wanted.end),
        env.company.currency,
        [
            Head(str(dict(ROWS)[rows])),
            *(Head(_column_name(column, columns, journals), "money") for column in used),
            Head(str(_("Total")), "money"),
        ],
        choices=[
            *period_choices(wanted),
            _choice("rows", _("Rows"), rows, ROWS),
            _choice("columns", _("Columns"), columns, COLUMNS),
            _choice("measure", _("Figure"), measure, MEASURES),
        ],
        empty=str(_("Nothing was posted in these days.")),
    )
    for key in sorted(sums, key=names.order):
        line = sums[key]
        amounts = [line.get(column, ZERO) for column in used]
        spans = [_span(wanted, column, columns) for column in used]
        urls = [names.url(key, *span) for span in spans]
        whole = names.url(key, wanted.start, wanted.end, None)
        sheet.rows.append(
            Row((names.name(key), *amounts, sum(amounts, ZERO)), url=whole, urls=["", *urls, whole])
        )
    if sums:
        totals = [sum((line.get(column, ZERO) for line in sums.values()), ZERO) for column in used]
        sheet.rows.append(Row((str(_("Total")), *totals, sum(totals, ZERO)), "grand"))
    return sheet


def _cells(env: Env, wanted: Asked, *, by_party: bool) -> list[_Cell]:
    """One statement: monthly totals where they can answer, else the lines."""
    if not by_party and whole_months(wanted.start, wanted.end):
        total = env[PeriodTotal]
        statement = (
            select(
                total.account_id,
                total.period,
                total.journal_id,
                func.sum(total.debit),
                func.sum(total.credit),
            )
            .where(
                total.company_id == env.company_id,
                total.kind == EntryKind.ORDINARY,
                total.period.between(wanted.start, wanted.end),
            )
            .group_by(total.account_id, total.period, total.journal_id)
        )
    else:
        line, entry = env[EntryLine], env[Entry]
        key = line.party_id if by_party else line.account_id
        month = func.date_trunc("month", line.date)
        statement = (
            select(key, month, line.journal_id, func.sum(line.debit), func.sum(line.credit))
            .join(entry, entry.id == line.entry_id)
            .where(
                line.company_id == env.company_id,
                entry.state == EntryState.POSTED,
                entry.kind == EntryKind.ORDINARY,
                line.date.between(wanted.start, wanted.end),
            )
            .group_by(key, month, line.journal_id)
        )
        if by_party:
            account = env[Account]
            owing = select(account.id).where(account.type.in_(PARTY_TYPES))
            statement = statement.where(line.party_id.is_not(None), line.account_id.in_(owing))
    return [
        _Cell(key, date(month.year, month.month, 1), journal, debit, credit)
        for key, month, journal, debit, credit in env.session.execute(statement)
    ]


class _Names:
    """What rows are called, in which order they stand and where they lead, for one sheet."""

    def __init__(self, env: Env, rows: str) -> None:
        self.rows = rows
        self.accounts: dict[int, Account] = {}
        self.labels: dict[Any, str] = {}
        if rows in ("account", "type"):
            model = env[Account]
            found = env.session.scalars(select(model).where(model.company_id == env.company_id))
            self.accounts = {account.id: account for account in found}
        elif rows == "journal":
            self.labels = {
                row.id: f"{row.code} {row.name}" for row in env.session.scalars(select(env[Journal]))
            }
        else:
            line, party = env[EntryLine], env[Party]
            known = select(line.party_id).where(line.company_id == env.company_id)
            pairs = env.session.execute(select(party.id, party.name).where(party.id.in_(known)))
            self.labels = {row.id: row.name for row in pairs}

    def key(self, found: Any) -> Any:
        return self.accounts[found].type if self.rows == "type" else found

    def name(self, key: Any) -> str:
        if self.rows == "account":
            return self.accounts[key].title
        return str(key.label) if self.rows == "type" else self.labels.get(key, "")

    def order(self, key: Any) -> Any:
        if self.rows == "type":
            return list(AccountType).index(key)
        return people_order(self.name(key))

    def url(self, key: Any, start: date, end: date, journal: int | None) -> str:
        """The lines behind a figure: the ledger of an account, else a filtered list."""
        span = f"date:{start}..{end}"
        if self.rows == "type":
            query = {"rows": "account", "from": str(start), "to": str(end)}
            return "/accounting/pivot?" + urlencode(query)
        if self.rows == "journal" or journal is not None:
            chosen = key if self.rows == "journal" else journal
            filters = [("f", f"journal:{chosen}"), ("f", span), ("f", "state:posted")]
            return "/app/erp_accounting/entry/?" + urlencode(filters)
        if self.rows == "account":
            query = {"account": str(key), "from": str(start), "to": str(end)}
            return "/accounting/general-ledger?" + urlencode(query)
        return "/app/erp_accounting/entry_line/?" + urlencode([("f", f"party:{key}"), ("f", span)])


def _known(value: str, choices: tuple[tuple[str, str], ...]) -> str:
    return value if value in dict(choices) else choices[0][0]


def _choice(name: str, label: str, value: str, choices: tuple[tuple[str, str], ...]) -> Choice:
    return Choice(name, str(label), value, tuple((key, str(text)) for key, text in choices), "select")


def _first(month: date, columns: str) -> date:
    if columns == "quarter":
        return month.replace(month=(month.month - 1) // 3 * 3 + 1)
    return month.replace(month=1) if columns == "year" else month


def _span(wanted: Asked, column: Any, columns: str) -> tuple[date, date, int | None]:
    if columns == "journal":
        return wanted.start, wanted.end, column
    length = {"month": 1, "quarter": 3, "year": 12}[columns]
    end = month_end(add_months(column, length - 1))
    return max(column, wanted.start), min(end, wanted.end), None


def _column_name(column: Any, columns: str, journals: dict[int, str]) -> str:
    if columns == "journal":
        return journals.get(column, "")
    if columns == "quarter":
        return str(_("Q{quarter} {year}", quarter=(column.month + 2) // 3, year=column.year))
    return str(column.year) if columns == "year" else format_month(column)
