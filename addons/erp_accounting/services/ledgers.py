"""The settings of the company's books, and their lock dates."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, cast

from addons.erp_accounting.models import JournalKind, Ledger
from core.api import RuleBroken, _

if TYPE_CHECKING:
    from datetime import date

    from core.api import Env


class NoBooks(RuleBroken):
    def __init__(self, company: str) -> None:
        super().__init__(
            _("{company} has no chart of accounts yet.", company=company),
            hint=_("Choose one in Accounting settings."),
        )


class PeriodLocked(RuleBroken):
    def __init__(self, day: date, until: date) -> None:
        super().__init__(
            _("The books are locked until {until}: nothing can be posted on {day}.", until=until, day=day),
            hint=_("Choose {earliest} or later.", earliest=until + timedelta(days=1)),
        )
        self.earliest = until + timedelta(days=1)


class AccountMissing(RuleBroken):
    def __init__(self, purpose: str) -> None:
        super().__init__(
            _("No account is chosen for: {purpose}.", purpose=purpose),
            hint=_("Choose it in Accounting settings."),
        )


class HardLockBack(RuleBroken):
    def __init__(self, until: date) -> None:
        super().__init__(
            _("The books are closed for good until {until}.", until=until),
            hint=_("Choose a later date: this lock only moves forward."),
        )


def key(env: Env) -> tuple[str, int | None]:
    """Where an Env keeps the books it has read."""
    return ("erp_accounting.ledger", env.company_id)


def of(env: Env) -> Ledger:
    """The books of the current company, or NoBooks."""
    kept = key(env)
    if kept not in env.cache:
        ledger = next((row for row in env.kept(Ledger) if row.company_id == env.company_id), None)
        if ledger is None:
            raise NoBooks(env.company.name)
        env.cache[kept] = ledger
    return cast("Ledger", env.cache[kept])


def account_id(env: Env, purpose: str) -> int:
    """The account chosen for a purpose, e.g. ``receivable``, ``rounding`` or ``inventory``; or
    AccountMissing."""
    found = getattr(of(env), f"{purpose}_id")
    if found is None:
        label = env[Ledger].__table__.c[f"{purpose}_id"].info["about"].label  # type: ignore[attr-defined]  # mapped class
        raise AccountMissing(label)
    return cast("int", found)


def locked_until(ledger: Ledger, kind: JournalKind) -> date | None:
    """The last day on which a journal of this kind accepts nothing."""
    dates = [ledger.lock_all, ledger.lock_hard]
    if kind is JournalKind.SALE:
        dates.append(ledger.lock_sales)
    elif kind is JournalKind.PURCHASE:
        dates.append(ledger.lock_purchases)
    return max((day for day in dates if day), default=None)


def refuse_locked(env: Env, day: date, kind: JournalKind) -> None:
    """Raise PeriodLocked when nothing may be posted on that day."""
    until = locked_until(of(env), kind)
    if until and day <= until:
        raise PeriodLocked(day, until)


def set_locks(
    env: Env,
    ledger: Ledger,
    *,
    sales: date | None,
    purchases: date | None,
    everything: date | None,
    hard: date | None,
) -> None:
    """Move the lock dates; waits for postings under way, so that none slips in behind the new date."""
    locked = env.get(Ledger, ledger.id, lock=True)
    if locked.lock_hard and (hard is None or hard < locked.lock_hard):
        raise HardLockBack(locked.lock_hard)
    locked.lock_sales, locked.lock_purchases = sales, purchases
    locked.lock_all, locked.lock_hard = everything, hard
    env.session.flush()
