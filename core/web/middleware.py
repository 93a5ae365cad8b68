"""Around every request: workspace, request id, size of the body, security headers, one line in the log."""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from litestar import Request

from core.errors import Unavailable
from core.i18n import _, negotiate, using
from core.web import compression, metrics
from core.web.assets.store import PREFIX
from core.web.bodies import FORM_LIMIT, UPLOAD_LIMIT, ClientGone, TooLarge, TooSlow, limited
from core.web.failures import Unexpected
from core.web.logs import access_line, unexpected
from core.web.unit import at_work, in_thread

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from litestar import Response

    from core.db.directory import WorkspaceEntry
    from core.web.context import Site

    Scope = MutableMapping[str, Any]
    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    App = Callable[[Scope, Receive, Send], Awaitable[None]]
    Explain = Callable[[Site, Scope], Awaitable[Response[bytes]]]

OPEN = frozenset({"/healthz", "/readyz", "/metrics"})
"""Answered for any host name: probes and scrapers know none."""

_CHARSETS = re.compile(rb"(;\s*charset=[^;]*)(?:;\s*charset=[^;]*)+$", re.IGNORECASE)
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{4,64}")


@dataclass(slots=True)
class State:
    """What is known of a request outside of its transaction."""

    request_id: str
    host: str
    scheme: str
    ip: str
    nonce: str
    workspace: WorkspaceEntry | None = None
    user_id: int | None = None
    failure: Exception | None = None
    """What the framework refused or a handler raised; its page is written by us."""
    status: int = 0
    size: int = 0
    started: float = field(default_factory=time.perf_counter)


class Around:
    """The outermost ASGI application."""

    def __init__(self, app: App, site: Site, explain: Explain) -> None:
        self.app = app
        self.site = site
        self._explain = explain

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = _headers(scope)
        if scope["path"].startswith(PREFIX):
            await self._asset(scope, headers, send)
            return
        state = self._state(scope, headers)
        head = scope["method"] == "HEAD"
        asked = {**scope, "method": "GET" if head else scope["method"], "passerelle": state}
        sender = Sender(send, state, headers, head=head)
        try:
            await self._serve(asked, headers, state, receive, sender)
        except Exception as error:
            unexpected(error, scope["method"], scope["path"], state.request_id)
            if not sender.begun:
                await sender.plain(500, str(Unexpected(state.request_id)))
        finally:
            metrics.count(scope, state)
            access_line(scope, state)

    async def _serve(
        self, scope: Scope, headers: dict[str, str], state: State, receive: Receive, sender: Sender
    ) -> None:
        if scope["path"] not in OPEN:
            try:
                found = await self._workspace_at(state.host)
            except Unavailable as error:
                with using(negotiate(headers.get("accept-language", ""))):
                    await sender.plain(503, str(error), {"retry-after": str(error.retry_after)})
                return
            if found is None or found.state != "ready":
                with using(negotiate(headers.get("accept-language", ""))):
                    await sender.plain(404, str(_("There is no workspace at this address.")))
                return
            state.workspace = found
            at_work.set(found.name)
        upload = headers.get("content-type", "").startswith("multipart/form-data")
        limit = UPLOAD_LIMIT if upload else FORM_LIMIT
        declared = headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > limit:
            await sender.too_large(headers, limit)
            return
        body = receive if scope["method"] == "GET" else limited(receive, limit)  # of a GET nothing is read
        await self.app(scope, body, sender)
        if state.failure is None or isinstance(state.failure, ClientGone) or sender.begun:
            return
        if isinstance(state.failure, TooLarge):
            state.failure = None
            await sender.too_large(headers, limit)
        elif isinstance(state.failure, TooSlow):
            state.failure = None
            with using(negotiate(headers.get("accept-language", ""))):
                said = str(_("This came too slowly. Send it again."))
                await sender.plain(408, said, {"connection": "close"})
        else:
            response = await self._explain(self.site, scope)
            state.failure = None
            sent: Any = response.to_asgi_response(app=None, request=Request(cast("Any", scope)))
            await sent(scope, receive, sender)

    async def _workspace_at(self, host: str) -> WorkspaceEntry | None:
        """The workspace of a host; what has to be looked up never holds the loop."""
        platform = self.site.platform
        if platform.knows(host):
            return platform.workspace_at(host)
        return await in_thread(self.site, lambda: platform.workspace_at(host))

    def _state(self, scope: Scope, headers: dict[str, str]) -> State:
        peer = (scope.get("client") or ("",))[0]
        scheme, ip, host = str(scope.get("scheme", "http")), str(peer), headers.get("host", "")
        if sum(name.lower() == b"host" for name, _value in scope["headers"]) > 1:
            host = ""  # which of them was meant, nobody can say (RFC 9112, section 3.2)
        if peer in self.site.trusted_proxies:
            said = headers.get("x-forwarded-proto", scheme).partition(",")[0].strip()
            scheme = said if said in ("http", "https") else scheme
            ip = headers.get("x-forwarded-for", ip).rpartition(",")[2].strip() or ip
            host = headers.get("x-forwarded-host", host).partition(",")[0].strip()
        given = headers.get("x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else _reference()
        return State(request_id, host.lower(), scheme, ip, secrets.token_urlsafe(16))

    async def _asset(self, scope: Scope, headers: dict[str, str], send: Send) -> None:
        asset = self.site.assets.at(scope["path"].removeprefix(PREFIX))
        if asset is None or scope["method"] not in ("GET", "HEAD"):
            await send({"type": "http.response.start", "status": 404, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b""})
            return
        body, encoding = asset.encoded(headers.get("accept-encoding", ""))
        found = {
            "content-type": asset.media_type,
            "cache-control": "public, max-age=31536000, immutable",
            "x-content-type-options": "nosniff",
            "cross-origin-resource-policy": "same-origin",
            "vary": "Accept-Encoding",
            "content-length": str(len(body)),
        }
        if encoding:
            found["content-encoding"] = encoding
        await send({"type": "http.response.start", "status": 200, "headers": _raw(found)})
        await send({"type": "http.response.body", "body": body if scope["method"] == "GET" else b""})


class Sender:
    """Adds the security headers to every answer, compresses text, and counts.

    ``head``: the method is HEAD, and the answer that of GET without its body (RFC 9110, section 9.3.2).
    """

    def __init__(self, send: Send, state: State, headers: dict[str, str], *, head: bool = False) -> None:
        self.begun = False
        self.ended = False
        self._head = head
        self._send = send
        self._state = state
        self._encoder = compression.Encoder(headers.get("accept-encoding", ""))
        self._start: Message | None = None

    async def __call__(self, message: Message) -> None:
        if self._state.failure is not None and not self.begun:
            return  # the framework's own words; ours follow
        if message["type"] == "http.response.start":
            self.begun = True
            self._state.status = message["status"]
            self._add_headers(message)
            if self._encoder.wants(message):
                self._start = message  # its length is known with the first part of the body
                return
        elif message["type"] == "http.response.body" and self._start is not None:
            start, self._start = self._start, None
            self._encoder.encode(start, message)
            await self._send(start)
        if self._head and message["type"] == "http.response.body":
            if self.ended:
                return
            message = {"type": "http.response.body", "body": b""}  # the end, of a stream too
            self.ended = True
        self._state.size += len(message.get("body", b""))
        await self._send(message)

    async def too_large(self, headers: dict[str, str], limit: int) -> None:
        """What was sent is not even read."""
        with using(negotiate(headers.get("accept-language", ""))):
            said = str(_("This is too large: at most {limit} MB.", limit=limit // 1024 // 1024))
            await self.plain(413, said)

    async def plain(self, status: int, text: str, extra: dict[str, str] | None = None) -> None:
        """A sentence, for answers that come before any page can be made."""
        body = text.encode()
        headers = {"content-type": "text/plain; charset=utf-8", "content-length": str(len(body))}
        headers |= extra or {}
        await self({"type": "http.response.start", "status": status, "headers": _raw(headers)})
        await self({"type": "http.response.body", "body": body})

    def _add_headers(self, message: Message) -> None:
        sent = [(name.lower(), value) for name, value in message["headers"]]
        message["headers"] = [(n, _one_charset(v) if n == b"content-type" else v) for n, v in sent]
        present = {name for name, _value in sent}
        for name, value in security_headers(self._state).items():
            if name.encode() not in present:
                message["headers"] = [*message["headers"], (name.encode(), value.encode())]


def security_headers(state: State) -> dict[str, str]:
    """Sent with every answer that has not set its own."""
    found = {
        "content-security-policy": (
            f"default-src 'none'; script-src 'nonce-{state.nonce}' 'strict-dynamic'; style-src 'self';"
            " img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; form-action 'self';"
            " base-uri 'none'; frame-ancestors 'none'"
        ),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
        "cache-control": "no-store",
        "x-request-id": state.request_id,
    }
    if state.scheme == "https":
        found["strict-transport-security"] = "max-age=31536000"
    return found


def _one_charset(media_type: bytes) -> bytes:
    """The framework adds a charset to every text, also to one that names its own: the first one counts."""
    return _CHARSETS.sub(rb"\1", media_type)


def _reference() -> str:
    """Short enough to read over the telephone: ``7F3A-21C9``."""
    digits = secrets.token_hex(4).upper()
    return f"{digits[:4]}-{digits[4:]}"


def _headers(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def _raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]
