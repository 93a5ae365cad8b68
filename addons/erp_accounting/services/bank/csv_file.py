"""CSV of any bank: what each column holds is guessed, shown, corrected and remembered."""

from __future__ import annotations

import csv
import hashlib
import re
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from addons.erp_accounting.models import StatementFormat
from addons.erp_accounting.services.bank.statement import (
    MOST_LINES,
    DoesNotAddUp,
    FileRefused,
    ParsedLine,
    ParsedStatement,
    clean,
)
from core.api import ZERO, _, fold, uploads

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MOST_ABOVE = 30
"""Rows that a bank may write above the headings."""
DELIMITERS = (";", ",", "\t", "|")
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "date": (
        "date",
        "date operation",
        "date de l operation",
        "date comptable",
        "date de comptabilisation",
        "booking date",
        "transaction date",
        "date d operation",
        "dateop",
        "completed date",
        "buchungstag",
        "posted",
    ),
    "value_date": ("date valeur", "date de valeur", "value date", "valuta", "valeur", "dateval"),
    "label": (
        "libelle",
        "libelle operation",
        "libelle de l operation",
        "description",
        "label",
        "details",
        "text",
        "communication",
        "motif",
        "remittance information",
        "reference de paiement",
        "payment reference",
        "verwendungszweck",
        "informations complementaires",
        "libelle complementaire",
        "detail",
    ),
    "amount": (
        "montant",
        "amount",
        "montant operation",
        "betrag",
        "montant eur",
        "amount eur",
        "montant euros",
    ),
    "debit": ("debit", "debit eur", "debit euros", "money out", "paid out", "montant debit", "soll"),
    "credit": ("credit", "credit eur", "credit euros", "money in", "paid in", "montant credit", "haben"),
    "balance": ("solde", "balance", "solde apres operation", "running balance", "saldo", "accountbalance"),
    "side": (
        "sens",
        "sens operation",
        "debit credit",
        "credit debit",
        "type",
        "dc",
        "cd",
        "soll haben",
        "signe",
    ),
    "currency": ("devise", "currency", "wahrung", "ccy"),
    "partner_name": (
        "nom",
        "beneficiaire",
        "counterparty",
        "payee",
        "name",
        "tiers",
        "donneur d ordre",
        "counterparty name",
        "contrepartie",
        "nom contrepartie",
    ),
    "partner_iban": ("iban", "compte contrepartie", "counterparty iban", "iban contrepartie", "account"),
    "bank_reference": (
        "reference",
        "ref",
        "transaction id",
        "id",
        "numero d operation",
        "reference operation",
    ),
}
"""Headings as banks write them, without accents, capitals and signs."""
FIELDS = tuple(HEADINGS)
ORDERS = {"dmy": (0, 1, 2), "mdy": (1, 0, 2), "ymd": (2, 1, 0)}
"""Where day, month and year stand."""
_NUMBERS = re.compile(r"\d+")
SIDES = {
    "d": -1, "debit": -1, "dbit": -1, "dr": -1, "s": -1, "soll": -1,
    "c": 1, "credit": 1, "crdt": 1, "cr": 1, "h": 1, "haben": 1,
}  # fmt: skip
"""How banks that give amounts without sign say which side they are on."""
BALANCES = frozenset(
    {"solde initial", "ancien solde", "solde precedent", "solde final", "nouveau solde"}
    | {"opening balance", "closing balance", "balance brought forward", "anfangssaldo", "endsaldo"}
)
"""Texts of rows that are no movements."""
_NO_GROUP = re.compile(r"^[^.,]*[.,](?!\d{3}$)\d*$")
"""One sign that no three digits follow: it cannot part thousands."""
_BLANKS = re.compile(r"(?<=\d)[\s\u00a0\u202f]*[A-Z]{3}$|[\s\u00a0\u202f'€$£]")


@dataclass(slots=True)
class Columns:
    """Which column holds what, and how dates and amounts are written. Kept with the bank account as JSON."""

    columns: dict[str, list[int]] = field(default_factory=dict)
    """Field -> positions of its columns; only the text may have several."""
    order: str = "dmy"
    decimal: str = ","

    def as_json(self) -> dict[str, Any]:
        """For the column of the bank account."""
        return asdict(self)

    @property
    def is_usable(self) -> bool:
        return "date" in self.columns and bool(self.columns.keys() & {"amount", "debit", "credit"})


@dataclass(frozen=True, slots=True)
class Sheet:
    """A CSV file as headings and rows."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def signature(self) -> str:
        """The same for every file with these headings."""
        joined = "\x1f".join(normal(heading) for heading in self.headings)
        return hashlib.sha256(joined.encode()).hexdigest()[:24]


def normal(text: str) -> str:
    """Words and numbers only, without accents and capitals."""
    return " ".join(re.findall(r"[a-z0-9]+", fold(text)))


def read_sheet(text: str) -> Sheet:
    """Find the delimiter and the row of headings; what a bank writes above it is skipped."""
    best: tuple[int, list[list[str]], int] | None = None
    for delimiter in DELIMITERS:
        try:
            rows = list(uploads.rows_of(text, delimiter, MOST_LINES + MOST_ABOVE))
        except csv.Error:
            continue
        for at, row in enumerate(rows[:MOST_ABOVE]):
            score = sum(1 for cell in row if _meaning(cell))
            if best is None or score > best[0]:
                best = (score, rows, at)
    if best is None or best[0] < 2:
        raise FileRefused(
            _("No row of this file names the columns of a bank statement."),
            hint=_("The file needs headings such as Date, Description and Amount."),
        )
    _score, rows, at = best
    width = len(rows[at])
    body = [tuple((row + [""] * width)[:width]) for row in rows[at + 1 :]]
    if len(body) > MOST_LINES:
        raise FileRefused(
            _("The file has more than {most} lines.", most=MOST_LINES), hint=_("Split it by month.")
        )
    return Sheet(tuple(cell.strip() for cell in rows[at]), tuple(body))


def _meaning(heading: str) -> str:
    words = normal(heading)
    for name, known in HEADINGS.items():
        if words in known:
            return name
    return next(
        (name for name, known in HEADINGS.items() if any(words.startswith(f"{one} ") for one in known)), ""
    )


def guess(sheet: Sheet) -> Columns:
    """The mapping that headings and values suggest."""
    mapping = Columns()
    for position, heading in enumerate(sheet.headings):
        name = _meaning(heading)
        if name == "label":
            mapping.columns.setdefault(name, []).append(position)
        elif name and name not in mapping.columns:
            mapping.columns[name] = [position]
    if "amount" in mapping.columns:
        mapping.columns.pop("debit", None)
        mapping.columns.pop("credit", None)
    sides = [normal(cell) for row in sheet.rows for cell in _cells(row, mapping, "side")]
    if "amount" not in mapping.columns or not SIDES.keys() & set(sides):
        mapping.columns.pop("side", None)
    mapping.order = _order(cell for row in sheet.rows for cell in _cells(row, mapping, "date"))
    money = [
        cell
        for row in sheet.rows
        for name in ("amount", "debit", "credit", "balance")
        for cell in _cells(row, mapping, name)
    ]
    mapping.decimal = _decimal(money)
    return mapping


def remembered(kept: Mapping[str, Any], sheet: Sheet) -> Columns | None:
    """The mapping that was confirmed for a file with these headings."""
    found = kept.get(sheet.signature)
    return Columns(**found) if found else None


def _order(cells: Iterable[str]) -> str:
    order = ""
    for cell in cells:
        parts = [int(part) for part in _NUMBERS.findall(cell)[:3]]
        if len(parts) < 3:
            continue
        if parts[0] > 31:
            return "ymd"
        if parts[0] > 12:
            return "dmy"
        if parts[1] > 12:
            order = "mdy"
    return order or "dmy"


def _decimal(cells: Iterable[str]) -> str:
    """By the digits after the last sign; three may be thousands, then the other sign is the decimal one."""
    comma = point = 0
    grouped: set[str] = set()
    for cell in cells:
        last = max(cell.rfind(","), cell.rfind("."))
        if last < 0:
            continue
        before, after = (re.sub(r"\D", "", part) for part in (cell[:last], cell[last:]))
        alone = cell.count(cell[last]) == 1
        both = "," in cell and "." in cell
        if alone and (both or len(after) != 3 or len(before) > 3 or before.startswith("0")):
            comma, point = comma + (cell[last] == ","), point + (cell[last] == ".")
        else:
            grouped.add(cell[last])
    if comma == point and len(grouped) == 1:
        return "." if "," in grouped else ","
    return "." if point > comma else ","


def _cells(row: Sequence[str], mapping: Columns, name: str) -> list[str]:
    """What the columns of a field hold; a lone dash is nothing."""
    found = (row[at].strip() for at in mapping.columns.get(name, ()) if at < len(row))
    return [cell for cell in found if cell.strip("-\u2013 ")]


def read(sheet: Sheet, mapping: Columns, currency: str, name: str) -> ParsedStatement:
    """The statement, oldest line first. FileRefused names the row that cannot be read."""
    found = [one for number, row in enumerate(sheet.rows, start=2) if (one := _row(row, mapping, number))]
    if not found:
        raise FileRefused(_("{name} has no movements.", name=name))
    currencies = {one.currency for one in found if one.currency}
    if len(currencies) > 1 or (currencies and currencies != {currency}):
        raise FileRefused(
            _(
                "The account is in {account}, but the file has an amount in {found}.",
                account=currency,
                found=", ".join(sorted(currencies - {currency})),
            )
        )
    ordered = _oldest_first(found)
    lines = [one.line for one in ordered]
    first, last = ordered[0], ordered[-1]
    statement = ParsedStatement(
        StatementFormat.CSV,
        "",
        currency,
        lines=lines,
        start=lines[0].date,
        end=max(line.date for line in lines),
    )
    if first.balance is not None and last.balance is not None:
        statement.opening, statement.closing = first.balance - first.line.amount, last.balance
        if statement.opening + statement.total != statement.closing:
            raise DoesNotAddUp(name, statement.opening, statement.total, statement.closing, currency)
    return statement


@dataclass(frozen=True, slots=True)
class _Row:
    line: ParsedLine
    balance: Decimal | None
    currency: str


def _oldest_first(rows: list[_Row]) -> list[_Row]:
    """Banks write the newest line first or last; balances decide where dates do not."""
    turned = rows[::-1]
    if rows[0].line.date < rows[-1].line.date:
        return rows
    if rows[0].line.date > rows[-1].line.date:
        return turned
    return turned if not _chains(rows) and _chains(turned) else rows


def _chains(rows: list[_Row]) -> bool:
    return all(
        after.balance is None or before.balance is None or before.balance + after.line.amount == after.balance
        for before, after in pairwise(rows)
    )


def _row(row: Sequence[str], mapping: Columns, number: int) -> _Row | None:
    days = _cells(row, mapping, "date")
    amounts = {name: _cells(row, mapping, name) for name in ("amount", "debit", "credit", "balance")}
    if not days or not (amounts["amount"] or amounts["debit"] or amounts["credit"]):
        return None  # a subtotal, or a remark of the bank
    amount = sum((_number(cell, mapping, number) for cell in amounts["amount"]), ZERO)
    amount += sum((_number(cell, mapping, number) for cell in amounts["credit"]), ZERO)
    amount -= sum((abs(_number(cell, mapping, number)) for cell in amounts["debit"]), ZERO)
    if not amount or normal(" ".join(_cells(row, mapping, "label"))) in BALANCES:
        return None
    side = SIDES.get(normal(" ".join(_cells(row, mapping, "side"))), 0)
    if side:
        amount = side * abs(amount)
    value = _cells(row, mapping, "value_date")
    balance = amounts["balance"]
    line = ParsedLine(
        date=_day(days[0], mapping, number),
        amount=amount,
        label=clean(" ".join(_cells(row, mapping, "label"))),
        value_date=_day(value[0], mapping, number) if value else None,
        partner_name=clean(" ".join(_cells(row, mapping, "partner_name")), 200),
        partner_iban="".join(_cells(row, mapping, "partner_iban")).replace(" ", "")[:40],
        bank_reference=clean(" ".join(_cells(row, mapping, "bank_reference")), 80),
    )
    currency = "".join(_cells(row, mapping, "currency")).upper()
    return _Row(line, _number(balance[0], mapping, number) if balance else None, currency)


def _number(cell: str, mapping: Columns, number: int) -> Decimal:
    text = _BLANKS.sub("", cell).replace("\u2212", "-")
    group = "." if mapping.decimal == "," else ","
    if text.startswith("(") and text.endswith(")"):
        text = f"-{text[1:-1]}"
    if text.endswith("-"):
        text = f"-{text[:-1]}"
    if mapping.decimal in text or not _NO_GROUP.search(text):  # else the file writes this column its own way
        text = text.replace(group, "").replace(mapping.decimal, ".")
    text = text.replace(",", ".")
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise FileRefused(
            _("Row {row}: “{text}” is no amount.", row=number, text=cell[:40]),
            hint=_("Check which column is the amount, and its decimal sign."),
        ) from error
    if not value.is_finite() or abs(value) >= Decimal(10) ** 15:
        raise FileRefused(_("Row {row}: “{text}” is no amount.", row=number, text=cell[:40]))
    return value


def _day(cell: str, mapping: Columns, number: int) -> date:
    parts = [int(part) for part in _NUMBERS.findall(cell)[:3]]
    try:
        if len(parts) < 3:
            raise ValueError(cell)
        order = "ymd" if parts[0] > 31 else mapping.order
        day, month, year = (parts[at] for at in ORDERS[order])
        return date(year + 2000 if year < 100 else year, month, day)
    except ValueError as error:
        raise FileRefused(
            _("Row {row}: “{text}” is no date.", row=number, text=cell[:40]),
            hint=_("Check which column is the date, and the order of day and month."),
        ) from error
