"""Grant and end exceptions from the lock dates. Each is audited; the hard lock has none."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from addons.erp_accounting.models import LockException, LockScope
from addons.erp_accounting.services import ledgers
from core.api import Invalid, RuleBroken, User, _

if TYPE_CHECKING:
    from datetime import date, datetime

    from core.api import Env

LONGEST = timedelta(days=31)


class BeyondHardLock(RuleBroken):
    def __init__(self, until: date) -> None:
        super().__init__(
            _("The books are closed for good until {until}: nobody can be let through.", until=until),
            hint=_("Choose a later first day."),
        )


class AlreadyEnded(RuleBroken):
    def __init__(self) -> None:
        super().__init__(
            _("This exception has already ended."), hint=_("Grant a new one if it is needed again.")
        )


def grant(
    env: Env,
    *,
    scope: LockScope,
    first_day: date,
    until: datetime,
    reason: str,
    user: User | None = None,
) -> LockException:
    """Let `user` (None: everybody who may post) post on locked days from `first_day` on, until an instant."""
    if not reason.strip():
        raise Invalid(fields={"reason": _("Say why: the exception stays in the audit.")})
    if until <= env.now():
        raise Invalid(fields={"until": _("Choose a moment that is still to come.")})
    if until > env.now() + LONGEST:
        raise Invalid(fields={"until": _("Choose a moment in the next 31 days.")})
    hard = ledgers.of(env).lock_hard
    if hard and first_day <= hard:
        raise BeyondHardLock(hard)
    return env.add(
        LockException,
        company_id=env.company_id,
        scope=scope,
        first_day=first_day,
        until=until,
        reason=reason.strip(),
        user_id=user.id if user else None,
    )


def create(env: Env, values: dict[str, Any]) -> LockException:
    """Grant one from the form."""
    missing = {name: _("Fill this in.") for name in ("first_day", "until", "reason") if not values.get(name)}
    if missing:
        raise Invalid(fields=missing)
    user = values.get("user") or (env.get(User, values["user_id"]) if values.get("user_id") else None)
    return grant(
        env,
        scope=values.get("scope") or LockScope.ALL,
        first_day=values["first_day"],
        until=values["until"],
        reason=values["reason"],
        user=user,
    )


def end(env: Env, exception: LockException) -> None:
    """Take it back now."""
    if exception.is_ended:
        raise AlreadyEnded
    exception.ended_at = env.now()
    exception.ended_by_id = env.user.id
    env.session.flush()
