"""What the interface answers: JSON, or a problem document (RFC 9457) that says the way out."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import msgspec

from core.db.refusals import broken_rule
from core.errors import CoreError, Invalid, Unavailable
from core.i18n import _
from core.rest.sentences import broken_json, decoded

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


def refusal(error: Exception, request_id: str, *, asked: bool = False) -> Answer:
    """Return the problem document of an error; one that nobody foresaw says only its reference.

    ``asked``: its fields are parameters of the address, not of a body.
    """
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
        document["errors"] = [
            {"field": name, "parameter" if asked else "pointer": name if asked else pointer(name)}
            | {"detail": str(text)}
            for name, text in known.fields.items()
        ]
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
        return Problem(400, _("The body is not JSON."), hint=broken_json(str(error)))
    return broken_rule(error) or Problem(
        500,
        _("This did not work, and nothing was changed."),
        hint=_("Give the reference to whoever runs the server: it is in the log."),
    )


def invalid_body(error: msgspec.ValidationError) -> Invalid:
    """Name the field of a typed body and what it takes."""
    place, sentence = decoded(str(error))
    return Invalid(_("{field}: {sentence}", field=place, sentence=sentence), fields={place: sentence})


def pointer(name: str) -> str:
    """A field of a body as a JSON pointer (RFC 6901): ``lines[0].amount`` is ``#/lines/0/amount``."""
    parts = name.replace("[", ".").replace("]", "").split(".")
    return "#/" + "/".join(part.replace("~", "~0").replace("/", "~1") for part in parts)
