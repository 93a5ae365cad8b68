"""Pages leave compressed; what is compressed already, or streams, leaves as it is."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import brotli

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    Message = MutableMapping[str, Any]

SMALL = 600
"""Below this many bytes compression gains nothing."""
_TEXTS = (
    "text/html",
    "text/plain",
    "text/css",
    "text/csv",
    "application/json",
    "application/problem+json",
    "image/svg+xml",
)


class Encoder:
    """For one answer: brotli or gzip, when its whole body comes in one message."""

    def __init__(self, accept_encoding: str) -> None:
        offered = {part.split(";")[0].strip() for part in accept_encoding.split(",")}
        self.encoding = "br" if "br" in offered else "gzip" if "gzip" in offered else ""

    def wants(self, start: Message) -> bool:
        """Whether an answer beginning like this may be compressed."""
        headers = {name.lower(): value for name, value in start["headers"]}
        text = headers.get(b"content-type", b"").decode("latin-1").startswith(_TEXTS)
        return bool(self.encoding) and text and b"content-encoding" not in headers

    def encode(self, start: Message, body: Message) -> None:
        """Replace the body of both messages, unless more of it is to come."""
        headers = [(name, value) for name, value in start["headers"] if name.lower() != b"vary"]
        vary = [value.decode("latin-1") for name, value in start["headers"] if name.lower() == b"vary"]
        headers.append((b"vary", ", ".join([*vary, "Accept-Encoding"]).encode("latin-1")))
        content = body.get("body", b"")
        if not body.get("more_body") and len(content) >= SMALL:
            content = (
                brotli.compress(content, quality=4)
                if self.encoding == "br"
                else gzip.compress(content, 5, mtime=0)
            )
            body["body"] = content
            headers = [(name, value) for name, value in headers if name.lower() != b"content-length"]
            headers += [
                (b"content-encoding", self.encoding.encode()),
                (b"content-length", str(len(content)).encode()),
            ]
        start["headers"] = headers
