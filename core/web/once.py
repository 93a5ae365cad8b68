"""A form sent twice, by a double click or by hand, does its work once: the second one gets the first answer.

Each form carries a one-time key (``shell.once``), kept by the mechanism of the API's ``Idempotency-Key``.
Only answers that lead on are kept: a form that was refused is sent again with other values, and a page is
drawn anew.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from core.rest import repeated
from core.web import csrf
from core.web.render import Answer
from core.web.results import Cookie, Outside
from core.web.shell import TOAST_COOKIE

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.env import Env
    from core.web.request import Request

FIELD = "once-key"
HARMLESS = frozenset({TOAST_COOKIE, "language"})
"""Cookies that may be kept in the database with an answer."""


def once(env: Env, request: Request, work: Callable[[], Answer | Outside]) -> Answer | Outside:
    """Do the work of a form, or give the answer that the same form had before.

    The key counts together with everything that was sent: with other values it is another form. Strangers
    have no keys: what they may send is guarded by its own token.
    """
    if not request.form.get(FIELD) or not env.user.id:
        return work()
    digest = _digest(request)
    key = f"screen:{digest}"
    known = repeated.begin(env, key, digest)
    if known is not None:
        return _read(known.body or b"{}")
    answer = work()
    if isinstance(answer, Answer) and _leads_on(answer):
        repeated.keep(env, key, answer.status, _written(answer))
    else:
        repeated.forget(env, key)
    return answer


def rows_made(env: Env, request: Request) -> dict[str, int]:
    """The lines that an earlier sending of this form stored, by the key of their row; a later one waits."""
    key = request.form.get(FIELD)
    known = repeated.begin(env, f"rows:{key}", key[:64]) if key else None
    return dict(json.loads(known.body)) if known is not None and known.body else {}


def keep_rows(env: Env, request: Request, made: dict[str, int]) -> None:
    """Remember the lines that this form stored."""
    if key := request.form.get(FIELD):
        repeated.keep(env, f"rows:{key}", 200, json.dumps(made).encode())


def _digest(request: Request) -> str:
    sent = [pair for pair in request.form.pairs if pair[0] != csrf.FIELD]
    files = [
        (name, one.name, hashlib.sha256(one.content).hexdigest())
        for name, found in request.files.items()
        for one in found
    ]
    whole = json.dumps([request.method, request.url, sent, files])
    return hashlib.sha256(whole.encode()).hexdigest()


def _leads_on(answer: Answer) -> bool:
    """Whether an answer is kept for a second sending: never one with a cookie that may be a secret."""
    if answer.content != b"" or {one.name for one in answer.cookies} - HARMLESS:
        return False
    return answer.status in (204, 303) or "HX-Redirect" in answer.headers


def _written(answer: Answer) -> bytes:
    cookies = [[one.name, one.value, one.max_age, one.path] for one in answer.cookies]
    return json.dumps([answer.status, answer.headers, cookies]).encode()


def _read(body: bytes) -> Answer:
    status, headers, cookies = json.loads(body)
    return Answer(b"", status, headers=headers, cookies=[Cookie(*one) for one in cookies])
