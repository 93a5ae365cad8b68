"""Take over the balances of another system, from a CSV or XLSX file, as one draft to look at and post."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select

from addons.base.models import Party
from addons.erp_accounting.models import PARTY_TYPES, Account, JournalKind
from addons.erp_accounting.services import entries
from core.api import (
    ZERO,
    RuleBroken,
    _,
    fold,
    format_money,
    parse_date,
    parse_decimal,
    read_table,
    round_money,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from addons.erp_accounting.models import Entry
    from core.api import Env

COLUMNS = {
    "account": ("account", "code", "compte", "numero de compte", "comptenum"),
    "debit": ("debit",),
    "credit": ("credit",),
    "label": ("label", "libelle", "description", "ecriturelib"),
    "party": ("party", "partner", "customer or supplier", "tiers", "client ou fournisseur", "compauxnum"),
    "due": ("due", "due date", "echeance", "date d'echeance"),
    "currency": ("currency", "devise", "idevise"),
    "foreign": ("amount in currency", "montant en devise", "montantdevise"),
}
"""What a heading may be called, accents and case aside."""
HEADINGS = ("Account", "Debit", "Credit", "Label", "Party", "Due date", "Currency", "Amount in currency")
MOST = 200
"""Problems told at once."""


class OpeningRefused(RuleBroken):
    """Nothing was written; `problems` says for each row what to correct."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = list(problems[:MOST])
        super().__init__(
            _("The file was not imported: {count} rows need a correction.", count=len(problems)),
            hint=_("Correct the file and choose it again. Nothing was written."),
        )


@dataclass(slots=True)
class _Reader:
    """Reads cells of one file and collects what is wrong, by row."""

    env: Env
    places: dict[str, int]
    problems: list[str]
    row: int = 0

    def say(self, problem: str) -> None:
        self.problems.append(str(_("Row {row}: {problem}", row=self.row, problem=problem)))

    def cell(self, cells: list[Any], name: str) -> Any:
        place = self.places.get(name)
        value = cells[place] if place is not None else None
        return value.strip() if isinstance(value, str) else value

    def money(self, cells: list[Any], name: str, currency: str = "") -> Decimal:
        value = self.cell(cells, name)
        if value in (None, ""):
            return ZERO
        if isinstance(value, int | float | Decimal):
            return round_money(Decimal(str(value)), currency or self.env.company.currency)
        try:
            return round_money(_number(value), currency or self.env.company.currency)
        except ValueError:
            self.say(str(_("“{value}” is not an amount.", value=value)))
            return ZERO

    def day(self, cells: list[Any], name: str) -> date | None:
        value = self.cell(cells, name)
        if value in (None, ""):
            return None
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        try:
            return parse_date(str(value))
        except ValueError:
            self.say(str(_("“{value}” is not a date.", value=value)))
            return None


def import_balances(env: Env, content: bytes, day: date) -> Entry:
    """Write a draft of the opening journal from a file of balances; refused whole when a row is wrong."""
    table = read_table(content)
    places = _places(table.headings)
    missing = [name for name in ("account", "debit", "credit") if name not in places]
    if missing:
        named = ", ".join(HEADINGS[list(COLUMNS).index(name)] for name in missing)
        raise OpeningRefused([str(_("The first row lacks these headings: {names}.", names=named))])
    reader = _Reader(env, places, [])
    accounts = _accounts(env)
    parties = _parties(env, [reader.cell(row, "party") for row in table.rows])
    lines = []
    for number, row in enumerate(table.rows, start=2):
        reader.row = number
        if line := _line(reader, row, accounts, parties):
            lines.append(line)
    debit = sum((line.debit for line in lines), ZERO)
    credit = sum((line.credit for line in lines), ZERO)
    if debit != credit and not reader.problems:
        money = env.company.currency
        reader.problems.append(
            str(
                _(
                    "Debit {debit} and credit {credit} differ by {difference}.",
                    debit=format_money(debit, money),
                    credit=format_money(credit, money),
                    difference=format_money(debit - credit, money),
                )
            )
        )
    if reader.problems:
        raise OpeningRefused(reader.problems)
    if not lines:
        raise entries.NothingToPost
    return entries.draft(
        env, journal=JournalKind.OPENING, date=day, lines=lines, label=str(_("Opening balances"))
    )


def _line(
    reader: _Reader, cells: list[Any], accounts: dict[str, Account], parties: dict[str, int | None]
) -> entries.Posting | None:
    code = _code(reader.cell(cells, "account"))
    debit, credit = reader.money(cells, "debit"), reader.money(cells, "credit")
    amount = debit - credit
    if not amount and not reader.money(cells, "foreign"):
        return None
    account = accounts.get(code)
    if account is None:
        reader.say(str(_("there is no account {code}.", code=code or "?")))
        return None
    name = str(reader.cell(cells, "party") or "")
    party = parties.get(fold(name)) if name else None
    if name and party is None:
        reader.say(str(_("there is no contact “{name}”, or more than one.", name=name)))
    if not name and account.type in PARTY_TYPES:
        reader.say(str(_("{account} needs a customer or supplier.", account=account.title)))
    currency = str(reader.cell(cells, "currency") or "").upper() or reader.env.company.currency
    foreign = reader.money(cells, "foreign", currency) if currency != reader.env.company.currency else amount
    if foreign * amount < 0:
        foreign = -foreign
    return entries.signed(
        account.id,
        amount,
        party=party,
        label=str(reader.cell(cells, "label") or ""),
        currency=currency,
        amount_currency=foreign,
        due=reader.day(cells, "due"),
    )


def _places(headings: Sequence[str]) -> dict[str, int]:
    known = {name: column for column, names in COLUMNS.items() for name in names}
    found: dict[str, int] = {}
    for place, heading in enumerate(headings):
        column = known.get(fold(heading).strip())
        if column:
            found.setdefault(column, place)
    return found


def _code(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value if value is not None else "").strip()


def _number(text: str) -> Decimal:
    """An amount as people write it: the reader's way, else with a decimal point or comma."""
    try:
        return parse_decimal(text)
    except ValueError:
        return parse_decimal(text, locale="fr" if "," in text else "en")


def _accounts(env: Env) -> dict[str, Account]:
    model = env[Account]
    rows = env.session.scalars(select(model).where(model.company_id == env.company_id, model.active))
    return {row.code: row for row in rows}


def _parties(env: Env, named: Sequence[Any]) -> dict[str, int | None]:
    """Folded name or reference -> the one contact that has it; None when several do."""
    wanted = {str(name) for name in named if name}
    model = env[Party]
    found: dict[str, int | None] = {}
    rows = env.session.execute(
        select(model.id, model.name, model.external_ref).where(
            model.merged_into_id.is_(None),
            or_(
                func.lower(model.name).in_({name.lower() for name in wanted}),
                model.external_ref.in_(wanted),
            ),
        )
    )
    for party_id, name, reference in rows:
        for key in {fold(name), fold(reference or "")} - {""}:
            found[key] = party_id if found.get(key, party_id) == party_id else None
    return found
