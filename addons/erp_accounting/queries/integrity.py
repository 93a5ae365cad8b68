"""The hash chains of the journals, entry by entry, and what the checks of the books say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from addons.erp_accounting.models import Account, Entry, EntryLine, EntryState, Journal
from addons.erp_accounting.services import hashing, period_verification, verification
from addons.erp_accounting.services.entries import hashed_kind, hashed_lines
from core.api import ZERO, _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date
    from decimal import Decimal

    from core.api import Env, Finding

BATCH = 500
CHECKS: tuple[tuple[str, Callable[[Env], Iterable[Finding]]], ...] = (
    (_("Every posted entry balances"), verification.unbalanced),
    (_("The trial balance is zero"), verification.trial_balance),
    (_("Numbers run without a gap in each journal and year"), verification.gaps),
    (_("The hash chain is unbroken"), verification.broken_chain),
    (_("Monthly totals equal a full scan of the lines"), verification.monthly_totals),
    (_("Open items equal amounts less what settled them"), verification.open_items),
    (_("Invoices equal their entries"), verification.invoices),
    (_("Closing totals are sealed and equal the entries"), period_verification.kept_totals),
    (_("Balances are carried forward whole"), period_verification.carried_forward),
)


@dataclass(frozen=True, slots=True)
class Chain:
    """The entries of one journal and year."""

    journal: Journal
    year: int
    entries: int
    last: str
    """The last number."""
    seal: str
    """Its hash: whoever keeps it can prove later that nothing before it was changed."""


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of a chain, with the hash that its content gives."""

    sequence: int
    number: str
    date: date
    debit: Decimal
    previous: str
    hash: str
    expected: str

    @property
    def holds(self) -> bool:
        return self.hash == self.expected


def chains(env: Env) -> list[Chain]:
    """The company's chains, the newest year first."""
    entry, journal = env[Entry], env[Journal]
    heads = (
        select(
            entry.journal_id,
            entry.year,
            func.count(entry.id).label("entries"),
            func.max(entry.sequence).label("last"),
        )
        .where(entry.company_id == env.company_id, entry.state == EntryState.POSTED)
        .group_by(entry.journal_id, entry.year)
        .subquery()
    )
    rows = env.session.execute(
        select(journal, heads.c.year, heads.c.entries, entry.number, entry.hash)
        .join(heads, heads.c.journal_id == journal.id)
        .join(
            entry,
            (entry.journal_id == heads.c.journal_id)
            & (entry.year == heads.c.year)
            & (entry.sequence == heads.c.last),
        )
        .order_by(heads.c.year.desc(), journal.code)
    )
    return [Chain(*row) for row in rows]


def links(env: Env, journal: Journal, year: int) -> Iterator[Link]:
    """Every entry of a chain in order, a batch in memory at a time."""
    entry, line, account = env[Entry], env[EntryLine], env[Account]
    codes = {row.id: row.code for row in env.session.execute(select(account.id, account.code))}
    ids = env.session.scalars(
        select(entry.id)
        .where(entry.journal_id == journal.id, entry.year == year, entry.state == EntryState.POSTED)
        .order_by(entry.sequence)
    ).all()
    previous = ""
    for begin in range(0, len(ids), BATCH):
        batch = ids[begin : begin + BATCH]
        found = {row.id: row for row in env.session.scalars(select(entry).where(entry.id.in_(batch)))}
        lines: dict[int, list[EntryLine]] = {}
        for row in env.session.scalars(select(line).where(line.entry_id.in_(batch))):
            lines.setdefault(row.entry_id, []).append(row)
        for entry_id in batch:
            one, of = found[entry_id], lines.get(entry_id, [])
            expected = hashing.entry_hash(
                previous,
                journal.code,
                one.number or "",
                one.date,
                hashed_lines(of, codes),
                kind=hashed_kind(one.kind),
            )
            debit = sum((row.debit for row in of), ZERO)
            yield Link(
                one.sequence or 0, one.number or "", one.date, debit, previous, one.hash or "", expected
            )
            previous = one.hash or ""


def results(env: Env) -> list[tuple[str, list[Finding]]]:
    """Each check with what it found; nothing is what it should find."""
    return [(str(label), list(check(env))) for label, check in CHECKS]
