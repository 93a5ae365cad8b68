"""The settings of the company's books, and their lock dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from addons.erp_accounting.models import Ledger, locks
from addons.erp_accounting.models.locks import PeriodLocked, YearClosed, key, locked_until
from addons.erp_accounting.services import closing_totals
from core.api import RuleBroken, _

if TYPE_CHECKING:
    from datetime import date

    from addons.erp_accounting.models import JournalKind
    from core.api import Env

__all__ = [
    "AccountMissing",
    "HardLockBack",
    "NoBooks",
    "PeriodLocked",
    "YearClosed",
    "account_id",
    "key",
    "locked_until",
    "of",
    "refuse_locked",
    "set_locks",
]


class NoBooks(RuleBroken):
    def __init__(self, company: str) -> None:
        super().__init__(
            _("{company} has no chart of accounts yet.", company=company),
            hint=_("Choose one in Accounting settings."),
        )


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


def of(env: Env) -> Ledger:
    """The books of the current company, or NoBooks."""
    ledger = locks.books_of(env)
    if ledger is None:
        raise NoBooks(env.company.name)
    return ledger


def account_id(env: Env, purpose: str) -> int:
    """The account chosen for a purpose, e.g. ``receivable``, ``rounding`` or ``inventory``; or
    AccountMissing."""
    found = getattr(of(env), f"{purpose}_id")
    if found is None:
        label = env[Ledger].__table__.c[f"{purpose}_id"].info["about"].label  # type: ignore[attr-defined]  # mapped class
        raise AccountMissing(label)
    return cast("int", found)


def refuse_locked(env: Env, day: date, kind: JournalKind) -> int | None:
    """Raise PeriodLocked or YearClosed when nothing may be posted on that day; the id of the exception from
    the lock dates where one lets the user pass."""
    return locks.refuse_locked(env, of(env), day, kind)


def set_locks(
    env: Env,
    ledger: Ledger,
    *,
    sales: date | None = None,
    purchases: date | None = None,
    everything: date | None = None,
    hard: date | None = None,
) -> None:
    """Move the lock dates; waits for postings under way, so that none slips in behind the new date.

    The totals of the months that everything is now locked for are kept.
    """
    locked = env.get(Ledger, ledger.id, lock=True)
    if locked.lock_hard and (hard is None or hard < locked.lock_hard):
        raise HardLockBack(locked.lock_hard)
    locked.lock_sales, locked.lock_purchases = sales, purchases
    locked.lock_all, locked.lock_hard = everything, hard
    env.session.flush()
    if until := max((day for day in (everything, hard) if day), default=None):
        closing_totals.keep(env, until)
