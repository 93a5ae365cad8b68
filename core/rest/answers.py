"""What the interface answers: JSON, or a problem document (RFC 9457) that says the way out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy.exc import DataError, IntegrityError

from core.errors import CoreError, Invalid, RuleBroken, Unavailable
from core.i18n import _

_TITLES = {
    400: _("The request cannot be read"),
    401: _("Say who you are"),
    403: _("You are not allowed to do this"),
    404: _("Nothing is here"),
    405: _("This cannot be done here"),
    409: _("This was not done"),
    412: _("Someone else saved first"),
    413: _("This is too large"),
    415: _("Send JSON"),
    422: _("Some values cannot be accepted"),
    429: _("Too many requests"),
    503: _("This cannot be done right now"),
}
_PATH = re.compile(r"^(?P<what>.+?)(?: - at `(?P<path>\$[^`]*)`)?$")
_UNKNOWN = re.compile(r"^Object contains unknown field `(?P<name>.+)`$")
_MISSING = re.compile(r"^Object missing required field `(?P<name>.+)`$")


@dataclass(slots=True)
class Answer:
    """Status, headers and body."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    media_type: str = "application/json"


class Problem(CoreError):
    """A refusal that has no class of its own because only programs meet it."""

    def __init__(
        self, status: int, message: str, *, hint: str = "", headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.headers = headers or {}


def encode(value: Any) -> bytes:
    """Write JSON; decimals are strings, so that nothing is lost on the way."""
    return msgspec.json.encode(value, enc_hook=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    message = f"{type(value).__name__} has no JSON form"
    raise TypeError(message)


def ok(value: Any, status: int = 200, **headers: str) -> Answer:
    """Answer with JSON; a header ``ETag`` is written ``etag``, ``Location`` as ``location``."""
    return Answer(status, encode(value), {name.replace("_", "-"): text for name, text in headers.items()})


def refusal(error: Exception, request_id: str) -> Answer:
    """Return the problem document of an error; one that nobody foresaw says only its reference."""
    known = _known(error)
    status = known.status if isinstance(known, Problem) else known.status_code
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": str(_TITLES.get(status, _("This did not work"))),
        "status": status,
        "detail": str(known.message),
        "instance": request_id,
    }
    if known.hint:
        document["hint"] = str(known.hint)
    if isinstance(known, Invalid) and known.fields:
        document["errors"] = {name: str(text) for name, text in known.fields.items()}
    headers = known.headers if isinstance(known, Problem) else {}
    if isinstance(known, Unavailable):
        headers = {"retry-after": str(known.retry_after)}
    return Answer(status, encode(document), dict(headers), "application/problem+json")


def _known(error: Exception) -> CoreError:
    if isinstance(error, Problem | Unavailable):
        return error
    if isinstance(error, CoreError) and error.status_code < 500:
        return error
    if isinstance(error, msgspec.ValidationError):
        return invalid_body(error)
    if isinstance(error, msgspec.DecodeError):
        return Problem(400, _("The body is not JSON."), hint=str(error))
    if isinstance(error, IntegrityError):
        return RuleBroken(
            _("Another record stands against this: it is still used, or there is one like it already."),
            hint=_("Look for records with the same reference, or that point to this one."),
        )
    if isinstance(error, DataError):
        return Invalid(_("A value does not fit into its field."))
    return Problem(500, _("This did not work, and nothing was changed."))


def invalid_body(error: msgspec.ValidationError) -> Invalid:
    """Name the field and what is wrong with it."""
    match = _PATH.match(str(error))
    what, path = (match["what"], match["path"] or "$") if match else (str(error), "$")
    place = path.removeprefix("$").removeprefix(".")
    for pattern, sentence in (
        (_UNKNOWN, _("There is no such field, or it cannot be written.")),
        (_MISSING, _("Fill this in.")),
    ):
        if found := pattern.match(what):
            name = f"{place}.{found['name']}" if place else found["name"]
            return Invalid(_("{field}: {sentence}", field=name, sentence=sentence), fields={name: sentence})
    return Invalid(f"{place or 'body'}: {what}", fields={place or "body": what})
