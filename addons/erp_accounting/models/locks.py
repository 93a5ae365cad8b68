"""Which days the lock dates keep closed, and the sentence a person reads before the database would refuse."""

import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import select

from addons.erp_accounting.models.fiscal import FiscalYear, LockException, LockScope, YearState
from addons.erp_accounting.models.journal import JournalKind
from addons.erp_accounting.models.ledger import Ledger
from core.api import RuleBroken, _

if TYPE_CHECKING:
    from core.api import Env


class PeriodLocked(RuleBroken):
    def __init__(self, day: date, until: date) -> None:
        super().__init__(
            _("The books are locked until {until}: nothing can be posted on {day}.", until=until, day=day),
            hint=_("Choose {earliest} or later.", earliest=until + timedelta(days=1)),
        )
        self.earliest = until + timedelta(days=1)


class YearClosed(RuleBroken):
    def __init__(self, name: str) -> None:
        super().__init__(
            _("Fiscal year {year} is closed: nothing can be posted in it.", year=name),
            hint=_("Choose a later day, or reopen the year."),
        )


def key(env: "Env") -> tuple[str, int | None]:
    """Where an Env keeps the books it has read."""
    return ("erp_accounting.ledger", env.company_id)


def books_of(env: "Env") -> Ledger | None:
    """The books of the current company, read once for an Env."""
    kept = key(env)
    if kept not in env.cache:
        ledger = next((row for row in env.kept(Ledger) if row.company_id == env.company_id), None)
        if ledger is None:
            return None
        env.cache[kept] = ledger
    return cast("Ledger", env.cache[kept])


def soft_locks(ledger: Ledger, kind: JournalKind) -> dict[LockScope, date]:
    """The dates that an exception may lift, for a journal of this kind."""
    found = {LockScope.ALL: ledger.lock_all}
    if kind is JournalKind.SALE:
        found[LockScope.SALES] = ledger.lock_sales
    elif kind is JournalKind.PURCHASE:
        found[LockScope.PURCHASES] = ledger.lock_purchases
    return {scope: day for scope, day in found.items() if day}


def locked_until(ledger: Ledger, kind: JournalKind) -> date | None:
    """The last day on which a journal of this kind accepts nothing, exceptions aside."""
    dates = [*soft_locks(ledger, kind).values(), *([ledger.lock_hard] if ledger.lock_hard else [])]
    return max(dates, default=None)


def refuse_locked(env: "Env", ledger: Ledger, day: date, kind: JournalKind) -> int | None:
    """Raise PeriodLocked or YearClosed when nothing may be posted on that day.

    Where the user has an exception from the lock dates, its id: the entry must name it.
    """
    until = locked_until(ledger, kind)
    lifting = None
    if until and day <= until:
        if ledger.lock_hard and day <= ledger.lock_hard:
            raise PeriodLocked(day, max(until, ledger.lock_hard))
        holding = {scope for scope, last in soft_locks(ledger, kind).items() if day <= last}
        lifting = _exception(env, day, holding)
        if lifting is None:
            raise PeriodLocked(day, until)
    if until and (closed := _closed_year(env, day)):
        raise YearClosed(closed)
    return lifting


def _exception(env: "Env", day: date, holding: set[LockScope]) -> int | None:
    model: Any = env[LockException]
    rows = env.session.execute(
        select(model.id, model.scope)
        .where(
            model.company_id == env.company_id,
            model.ended_at.is_(None),
            model.until > clock(),
            model.first_day <= day,
            (model.user_id.is_(None)) | (model.user_id == env.user.id),
        )
        .order_by(model.id)
    )
    for exception_id, scope in rows:
        if scope is LockScope.ALL or holding == {scope}:
            return cast("int", exception_id)
    return None


def clock() -> datetime:
    """The instant the database compares with, whatever instant a test or an import pretends."""
    return datetime.now().astimezone()


def _closed_year(env: "Env", day: date) -> str | None:
    model: Any = env[FiscalYear]
    return env.session.scalars(
        select(model.name).where(
            model.company_id == env.company_id,
            model.state == YearState.CLOSED,
            model.start <= day,
            model.end >= day,
        )
    ).first()


_LOCKED = re.compile(r"the books are locked until (\d{4}-\d\d-\d\d)")
_CLOSED = re.compile(r"fiscal year (.+) is closed$")


def in_words(error: RuleBroken, day: date) -> RuleBroken:
    """What the posting trigger said, when somebody locked the day while this was being posted."""
    if found := _LOCKED.search(error.message):
        return PeriodLocked(day, date.fromisoformat(found[1]))
    if found := _CLOSED.search(error.message):
        return YearClosed(found[1])
    return error
