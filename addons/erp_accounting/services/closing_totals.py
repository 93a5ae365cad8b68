"""Keep, when a period is closed, what it and the books since their beginning add up to; and check it later.

Kept totals are the perpetual totals that tax law asks of an unalterable ledger (in France CGI, art. 286, I,
3° bis for sales; here for every journal): each is sealed and chained to the one before.
"""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import false, func, or_, select

from addons.erp_accounting.models import ClosingKind, ClosingTotal, Entry, EntryLine, EntryState
from addons.erp_accounting.services.terms import month_end
from core.api import ZERO

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from decimal import Decimal

    from core.api import Env

Figures = tuple[int, "Decimal", "Decimal"]
"""Entries, debit, credit."""


def keep(env: Env, until: date) -> list[ClosingTotal]:
    """Keep the totals of every whole month up to `until` whose figures have not been kept, or have changed
    since.

    Call with the ledger's row locked: no posting is under way then.
    """
    days = by_day(env, [env.company_id or 0]).get(env.company_id or 0, {})
    last = _latest(env, ClosingKind.MONTH)
    written = []
    for start, end in _months(days, until):
        period = between(days, start, end)
        kept = last.get((start, end))
        if period[0] and (kept is None or (kept.entries, kept.debit, kept.credit) != period):
            written.append(write(env, ClosingKind.MONTH, start, end, days))
    return written


def keep_year(env: Env, start: date, end: date) -> ClosingTotal:
    """Keep the totals of a fiscal year that is being closed."""
    return write(env, ClosingKind.YEAR, start, end, by_day(env, [env.company_id or 0])[env.company_id or 0])


def write(env: Env, kind: ClosingKind, start: date, end: date, days: dict[date, Figures]) -> ClosingTotal:
    """Write and seal one total."""
    entries, debit, credit = between(days, start, end)
    _all, perpetual_debit, perpetual_credit = between(days, None, end)
    model = env[ClosingTotal]
    previous = env.session.scalars(
        select(model.hash).where(model.company_id == env.company_id).order_by(model.id.desc()).limit(1)
    ).first()
    total = model(
        company_id=env.company_id,
        kind=kind,
        start=start,
        end=end,
        entries=entries,
        debit=debit,
        credit=credit,
        perpetual_debit=perpetual_debit,
        perpetual_credit=perpetual_credit,
        heads=heads(env),
        previous=previous or "",
    )
    total.hash = seal(total)
    env.session.add(total)
    env.session.flush()
    return total


def heads(env: Env) -> list[list[Any]]:
    """The last number of each journal and year, with its hash."""
    entry = env[Entry]
    last = (
        select(entry.journal_id, entry.year, func.max(entry.sequence).label("sequence"))
        .where(entry.company_id == env.company_id, entry.state == EntryState.POSTED)
        .group_by(entry.journal_id, entry.year)
        .subquery()
    )
    rows = env.session.execute(
        select(entry.journal_id, entry.year, entry.sequence, entry.hash)
        .join(
            last,
            (last.c.journal_id == entry.journal_id)
            & (last.c.year == entry.year)
            & (last.c.sequence == entry.sequence),
        )
        .order_by(entry.journal_id, entry.year)
    )
    return [list(row) for row in rows]


def seal(total: ClosingTotal) -> str:
    """SHA-256, hexadecimal, of everything a total says, chained to the total before."""
    parts = (
        total.previous,
        str(total.kind.value),
        total.start.isoformat(),
        total.end.isoformat(),
        str(total.entries),
        f"{total.debit:.4f}",
        f"{total.credit:.4f}",
        f"{total.perpetual_debit:.4f}",
        f"{total.perpetual_credit:.4f}",
        json.dumps(total.heads, separators=(",", ":")),
    )
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def by_day(env: Env, companies: Sequence[int]) -> dict[int, dict[date, Figures]]:
    """Company -> day -> what was posted, read from every line."""
    line, entry = env[EntryLine], env[Entry]
    found: dict[int, dict[date, Figures]] = {company: {} for company in companies}
    rows = env.session.execute(
        select(
            line.company_id,
            line.date,
            func.count(func.distinct(line.entry_id)),
            func.sum(line.debit),
            func.sum(line.credit),
        )
        .join(entry, entry.id == line.entry_id)
        .where(line.company_id.in_(companies), entry.state == EntryState.POSTED)
        .group_by(line.company_id, line.date)
        .order_by(line.company_id, line.date)
    )
    for company, day, entries, debit, credit in rows:
        found[company][day] = (entries, debit, credit)
    return found


def between(days: dict[date, Figures], start: date | None, end: date) -> Figures:
    """Sums of the days from `start` (None: the beginning) to `end`."""
    chosen = [figures for day, figures in days.items() if (start is None or day >= start) and day <= end]
    return (
        sum(one[0] for one in chosen),
        sum((one[1] for one in chosen), ZERO),
        sum((one[2] for one in chosen), ZERO),
    )


def posted_later(env: Env, total: ClosingTotal) -> tuple[Figures, Figures]:
    """What was posted after a total was kept, dated in its period, and dated up to its end."""
    line, entry = env[EntryLine], env[Entry]
    known = [
        ((entry.journal_id == journal) & (entry.year == year), sequence)
        for journal, year, sequence, _hash in total.heads
    ]
    counted = or_(false(), *(chain & (entry.sequence <= sequence) for chain, sequence in known))
    late = env.session.execute(
        select(entry.id, entry.date).where(
            entry.company_id == total.company_id,
            entry.state == EntryState.POSTED,
            entry.date <= total.end,
            ~counted,
        )
    ).all()
    if not late:
        return (0, ZERO, ZERO), (0, ZERO, ZERO)
    sums = {
        entry_id: (debit, credit)
        for entry_id, debit, credit in env.session.execute(
            select(line.entry_id, func.sum(line.debit), func.sum(line.credit))
            .where(line.entry_id.in_([one for one, _day in late]))
            .group_by(line.entry_id)
        )
    }
    days: dict[date, Figures] = {}
    for entry_id, day in late:
        count, debit, credit = days.get(day, (0, ZERO, ZERO))
        days[day] = (count + 1, debit + sums[entry_id][0], credit + sums[entry_id][1])
    return between(days, total.start, total.end), between(days, None, total.end)


def _months(days: dict[date, Figures], until: date) -> Iterator[tuple[date, date]]:
    if not days:
        return
    start = min(days).replace(day=1)
    while month_end(start) <= until:
        yield start, month_end(start)
        start = month_end(start) + timedelta(days=1)


def _latest(env: Env, kind: ClosingKind) -> dict[tuple[date, date], ClosingTotal]:
    model = env[ClosingTotal]
    rows = env.session.scalars(
        select(model).where(model.company_id == env.company_id, model.kind == kind).order_by(model.id)
    )
    return {(row.start, row.end): row for row in rows}
