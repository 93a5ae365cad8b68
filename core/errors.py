"""Errors an end user may read. Each carries what happened, on which record, and the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping


class CoreError(Exception):
    """Base of every error raised on purpose; the web shell turns it into a page, a fragment or a problem
    document.

    ``message`` says what happened and on which record, ``hint`` the way out. Both may be lazy texts: they are
    rendered in the reader's language, not in the raiser's.
    """

    status_code: ClassVar[int] = 500

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class RuleBroken(CoreError):
    """A business rule refused the operation. Nothing was written."""

    status_code = 409


class Stale(RuleBroken):
    """Someone else saved the same record first."""


class Invalid(CoreError):
    """Input that cannot be accepted; ``fields`` maps a field name to its sentence."""

    status_code = 422

    def __init__(self, message: str = "", *, fields: Mapping[str, str] | None = None, hint: str = "") -> None:
        self.fields = dict(fields or {})
        super().__init__(message or " ".join(str(text) for text in self.fields.values()), hint=hint)


class NotAllowed(CoreError):
    """The user's roles do not permit the operation."""

    status_code = 403


class NotFound(CoreError):
    """No such record, or none that this user may see: the two are not told apart."""

    status_code = 404


class Unavailable(CoreError):
    """Cannot be done right now. Nothing was written; the same may succeed later."""

    status_code = 503
    retry_after: ClassVar[int] = 5
    """Seconds after which to try again."""


class AddonError(CoreError):
    """An addon is malformed; raised while it is loaded, never during a request.

    ``addon`` is the one to be left out, where it is known.
    """

    def __init__(self, message: str, *, hint: str = "", addon: str = "") -> None:
        super().__init__(message, hint=hint)
        self.addon = addon
