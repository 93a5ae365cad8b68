"""What must hold of closed periods: kept totals, and balances carried forward. Read-only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from addons.erp_accounting.models import Account, ClosingTotal, Entry, EntryKind, EntryLine, EntryState
from addons.erp_accounting.services import closing_totals
from core.api import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from core.api import Env


def findings(env: Env) -> Iterable[Finding]:
    """Every broken invariant of closed periods."""
    yield from kept_totals(env)
    yield from carried_forward(env)


def kept_totals(env: Env) -> Iterator[Finding]:
    """Each closing total is sealed, chained, and what a full scan of the entries it counted gives."""
    model = env[ClosingTotal]
    totals = list(env.session.scalars(select(model).order_by(model.company_id, model.id)))
    days = closing_totals.by_day(env, sorted({total.company_id for total in totals}))
    previous: dict[int, str] = {}
    for total in totals:
        where = f"{total.start} to {total.end}"
        if total.hash != closing_totals.seal(total):
            yield Finding("closing totals are sealed", where, "content was changed")
        if total.previous != previous.get(total.company_id, ""):
            yield Finding("closing totals are chained", where, "the one before is missing or was changed")
        previous[total.company_id] = total.hash
        kept = (total.entries, total.debit, total.credit, total.perpetual_debit, total.perpetual_credit)
        late, late_ever = closing_totals.posted_later(env, total)
        now = closing_totals.between(days[total.company_id], total.start, total.end)
        ever = closing_totals.between(days[total.company_id], None, total.end)
        scanned = (
            now[0] - late[0],
            now[1] - late[1],
            now[2] - late[2],
            ever[1] - late_ever[1],
            ever[2] - late_ever[2],
        )
        if kept != scanned:
            detail = "kept {}, scanned {}".format(*(", ".join(map(str, one)) for one in (kept, scanned)))
            yield Finding("closing totals equal the entries", where, detail)


def carried_forward(env: Env) -> Iterator[Finding]:
    """What opening a balance sheet brings is what closing it took, account by account."""
    line, entry, account = env[EntryLine], env[Entry], env[Account]
    balance = func.sum(line.debit - line.credit)
    rows = env.session.execute(
        select(account.code, balance)
        .join(entry, entry.id == line.entry_id)
        .join(account, account.id == line.account_id)
        .where(entry.state == EntryState.POSTED, entry.kind == EntryKind.CARRIED)
        .group_by(line.company_id, account.code)
        .having(balance != 0)
        .order_by(line.company_id, account.code)
    )
    for code, difference in rows:
        yield Finding("balances are carried forward whole", code, f"difference {difference}")
