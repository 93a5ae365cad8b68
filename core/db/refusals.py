"""What the database refuses, in words: it is away, full or too slow, or a rule of its own is broken."""

from __future__ import annotations

from psycopg import errors
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from core.errors import CoreError, Invalid, RuleBroken, Unavailable
from core.i18n import _
from core.i18n.text import Text


class DatabaseAway(Unavailable):
    """No connection can be made, or the one at work broke."""

    def __init__(self) -> None:
        super().__init__(
            _("The database does not answer. Nothing was changed."), hint=_("Try again in a moment.")
        )


class DatabaseBusy(Unavailable):
    """Every connection that this process, or the server, may have is in use, and stayed so."""

    def __init__(self) -> None:
        super().__init__(
            _("Too many people work at once. Nothing was changed."), hint=_("Try again in a moment.")
        )


class TookTooLong(Unavailable):
    """A statement passed its limit, or its transaction lay idle for too long; it was rolled back."""

    retry_after = 60

    def __init__(self) -> None:
        super().__init__(
            _("This took too long and was stopped. Nothing was changed."),
            hint=_("Choose a shorter period or fewer records."),
        )


_STOPPED = (errors.QueryCanceled, errors.IdleInTransactionSessionTimeout)


def refusal_of(error: Exception) -> CoreError | None:
    """The refusal that a database error is; None when it is something else, such as a broken constraint."""
    if isinstance(error, PoolTimeout):
        return DatabaseBusy()
    if not isinstance(error, DBAPIError):
        return None
    if isinstance(error.orig, _STOPPED):
        return TookTooLong()
    if is_full(error):
        return DatabaseBusy()
    return DatabaseAway() if is_away(error) else None


def broken_rule(error: Exception) -> CoreError | None:
    """The refusal that a constraint, a trigger or the type of a column raised; None when it is anything else.

    For whoever stands at a door and knows no more of the record.
    """
    if isinstance(error, DBAPIError) and isinstance(error.orig, errors.RaiseException):
        return RuleBroken(Text(str(error.orig.diag.message_primary), domain="core"))
    if isinstance(error, IntegrityError):
        return RuleBroken(
            _("Another record stands against this: it is still used, or there is one like it already."),
            hint=_("Look for records with the same reference, or that point to this one."),
        )
    if isinstance(error, DataError):
        return Invalid(
            _("A value does not fit into its field."),
            hint=_("Look for a long text or a large number among what was sent."),
        )
    return None


def is_away(error: DBAPIError) -> bool:
    """Whether there is no connection: none could be made, or the one at work broke."""
    return error.connection_invalidated or (
        isinstance(error.orig, errors.OperationalError) and error.orig.sqlstate is None
    )


def is_full(error: DBAPIError) -> bool:
    """Whether a server that is there refuses one more connection just now: it is full, or it starts or stops.

    libpq gives its own words and the server's, but no code; FATAL is what a server says that is there.
    """
    cause = error.orig
    if isinstance(cause, errors.TooManyConnections | errors.CannotConnectNow):
        return True
    return isinstance(cause, errors.OperationalError) and cause.sqlstate is None and "FATAL" in str(cause)
