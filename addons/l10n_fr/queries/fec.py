"""The entries of a fiscal year as a FEC (LPF, art. L47 A and A47 A-1).

Left out are the entries that close accounts, brought in are the balances carried forward: from the à-nouveaux
of the closing, or computed while the year before is open.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from addons.base.models import Party
from addons.erp_accounting.models import (
    PARTY_TYPES,
    Account,
    Allocation,
    Entry,
    EntryKind,
    EntryLine,
    EntryState,
    Journal,
    JournalKind,
    OpenItem,
)
from addons.erp_accounting.services import closing, entries, fiscal_years
from addons.l10n_fr.services.fec_format import amount, day, text
from core.api import ZERO, RuleBroken, _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.api import Env

BATCH = 500


class NoSiren(RuleBroken):
    def __init__(self, company: str) -> None:
        super().__init__(
            _("{company} has no SIREN of nine digits.", company=company),
            hint=_("Enter its registration number under Settings, Companies."),
        )


@dataclass(slots=True)
class Fec:
    name: str
    rows: list[list[str]] = field(default_factory=list)
    provisional: bool = False
    """The year before is not closed: its balances were computed."""


def file_name(env: Env, end: date) -> str:
    """SIREN, FEC and the last day of the year; or NoSiren."""
    digits = re.sub(r"\D", "", env.company.registration_number or "")
    if len(digits) not in (9, 14):
        raise NoSiren(env.company.name)
    return f"{digits[:9]}FEC{day(end)}.txt"


def fec(env: Env, start: date, end: date) -> Fec:
    """All lines of a fiscal year in the order in which they were posted, balances carried forward first."""
    found = Fec(file_name(env, end))
    entry, journal = env[Entry], env[Journal]
    carried = list(
        env.session.scalars(
            select(entry.id)
            .join(journal, journal.id == entry.journal_id)
            .where(
                entry.company_id == env.company_id,
                entry.state == EntryState.POSTED,
                entry.kind == EntryKind.CARRIED,
                entry.date == start,
                journal.kind == JournalKind.OPENING,
            )
            .order_by(entry.sequence)
        )
    )
    ordinary = list(
        env.session.scalars(
            select(entry.id)
            .where(
                entry.company_id == env.company_id,
                entry.state == EntryState.POSTED,
                entry.kind == EntryKind.ORDINARY,
                entry.date.between(start, end),
            )
            .order_by(entry.posted_at, entry.id)
        )
    )
    letters = _letters(env, end)
    before = fiscal_years.written(env, start - timedelta(days=1))
    if not carried or before is None or before.is_open:  # what a reopened year carried was taken back
        found.rows += _provisional(env, start)
        found.provisional = bool(found.rows)
    for ids in (carried, ordinary):
        for begin in range(0, len(ids), BATCH):
            found.rows += _rows(env, ids[begin : begin + BATCH], letters)
    return found


def _rows(env: Env, ids: list[int], letters: dict[int, tuple[str, date]]) -> Iterable[list[str]]:
    entry, line = env[Entry], env[EntryLine]
    rows = env.session.scalars(
        select(entry)
        .where(entry.id.in_(ids))
        .options(
            selectinload(entry.lines).selectinload(line.account),
            selectinload(entry.lines).selectinload(line.party),
            selectinload(entry.journal),
        )
    )
    known = {row.id: row for row in rows}
    for entry_id in ids:
        of = known[entry_id]
        for one in sorted(of.lines, key=lambda one: one.position):
            if one.debit or one.credit:
                yield _row(env, of, one, letters)


def _row(env: Env, of: Entry, line: EntryLine, letters: dict[int, tuple[str, date]]) -> list[str]:
    number = of.number or ""
    letter, settled = letters.get(line.id, ("", None))
    foreign = line.currency != env.company.currency
    return [
        text(of.journal.code),
        text(of.journal.name),
        number,
        day(of.date),
        *_account(line.account, line.party),
        text(of.origin, number),
        day(of.date),
        text(line.label, text(of.label, of.journal.name)),
        amount(line.debit),
        amount(line.credit),
        letter,
        day(settled),
        day(of.posted_at.date() if of.posted_at else of.date),
        amount(line.amount_currency) if foreign else "",
        line.currency if foreign else "",
    ]


def _account(account: Account, party: Party | None) -> list[str]:
    """Number and name of the account, and of the customer or supplier on an account of theirs."""
    if party is None or account.type not in PARTY_TYPES:
        return [account.code, text(account.name), "", ""]
    reference = text(party.external_ref or "", f"T{party.id:06}")
    return [account.code, text(account.name), reference, text(party.name, reference)]


def _provisional(env: Env, start: date) -> list[list[str]]:
    """Balances at the end of the year before, with its result, as closing would carry them forward."""
    before = start - timedelta(days=1)
    balances = [(one.account, one.party, one.balance) for one in closing.carried(env, before)]
    result = -sum((balance for _account, balance in closing.result_balances(env, before)), ZERO)
    if result:
        balances.append((closing.result_account(env, result), None, -result))
    if not balances:
        return []
    journal = entries.journal_of(env, JournalKind.OPENING)
    number = f"{journal.prefix}-{start.year}-0000"
    accounts = {row.id: row for row in env.session.scalars(select(env[Account]))}
    parties = env[Party]
    wanted = {party for _account, party, _balance in balances if party}
    names = {row.id: row for row in env.session.scalars(select(parties).where(parties.id.in_(wanted)))}
    return [
        [
            text(journal.code),
            text(journal.name),
            number,
            day(start),
            *_account(accounts[account], names.get(party) if party else None),
            number,
            day(start),
            text(journal.name),
            amount(max(balance, ZERO)),
            amount(max(-balance, ZERO)),
            "",
            "",
            day(start),
            "",
            "",
        ]
        for account, party, balance in balances
        if balance
    ]


def _letters(env: Env, end: date) -> dict[int, tuple[str, date]]:
    """Line -> letter and day, where what it settled is settled whole by the end of the year."""
    item, allocation = env[OpenItem], env[Allocation]
    pairs = env.session.execute(
        select(allocation.debit_item_id, allocation.credit_item_id, allocation.date).where(
            allocation.company_id == env.company_id, allocation.date <= end
        )
    ).all()
    group: dict[int, int] = {}

    def root(one: int) -> int:
        while group.setdefault(one, one) != one:
            group[one] = group[group[one]]
            one = group[one]
        return one

    for debit, credit, _date in pairs:
        group[root(debit)] = root(credit)
    last: dict[int, date] = {}
    for debit, _credit, when in pairs:
        last[root(debit)] = max(last.get(root(debit), when), when)
    later = select(allocation.id).where(
        or_(allocation.debit_item_id == item.id, allocation.credit_item_id == item.id), allocation.date > end
    )
    rows = env.session.execute(
        select(item.id, item.line_id, (item.residual == 0) & ~later.exists())
        .where(item.company_id == env.company_id, item.id.in_(group))
        .order_by(item.id)
    ).all()
    broken = {root(item_id) for item_id, _line, whole in rows if not whole}
    names: dict[int, str] = {}
    found = {}
    for item_id, line_id, _whole in rows:
        head = root(item_id)
        if head not in broken:
            found[line_id] = (names.setdefault(head, _letter(len(names))), last[head])
    return found


def _letter(number: int) -> str:
    """AAA, AAB and so on."""
    letters = ""
    while number:
        number, rest = divmod(number, 26)
        letters = chr(ord("A") + rest) + letters
    return letters.rjust(3, "A")


def years(env: Env) -> list[tuple[date, date]]:
    """The fiscal years with postings, newest first."""
    entry = env[Entry]
    first, last = env.session.execute(
        select(func.min(entry.date), func.max(entry.date)).where(
            entry.company_id == env.company_id, entry.state == EntryState.POSTED
        )
    ).one()
    found: list[tuple[date, date]] = []
    while last is not None and last >= first:
        found.append(fiscal_years.around(env, last))
        last = found[-1][0] - timedelta(days=1)
    return found
