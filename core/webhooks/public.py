"""Which addresses are public, and a connection to exactly the address that was found to be so.

A name is resolved once: what was judged is what is connected to, so that a name which answers differently the
second time leads nowhere else. TLS still checks the name.
"""

from __future__ import annotations

import os
import socket
import time
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, Any, Final

import httpcore

from core.errors import Invalid
from core.i18n import _

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable

ALLOWED: Final = "PASSERELLE_WEBHOOKS_TO_PRIVATE_NETWORKS"
_NOT_PUBLIC_4: Final = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
            "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        ),
    )
)  # fmt: skip
"""IANA's registry of special-purpose IPv4 addresses (RFC 6890), multicast and what is reserved."""
_UNICAST_6: Final = IPv6Network("2000::/3")
"""All that IANA has given out for use between networks (RFC 4291). What is outside holds this machine,
private networks and, in four forms, IPv4 addresses (::a.b.c.d, ::ffff:a.b.c.d, 64:ff9b::/96,
64:ff9b:1::/48)."""
_NOT_PUBLIC_6: Final = tuple(
    map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "2620:4f:8000::/48"))
)
"""Of those: protocols (Teredo carries an IPv4 address), documentation, 6to4 (carries one too), AS112."""


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether a machine somewhere in the Internet has this address, rather than one of ours or none."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_4)
    return address in _UNICAST_6 and not any(address in network for network in _NOT_PUBLIC_6)


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, all of them public; Invalid with a sentence when there is none or one is not.

    The operator can allow the server's own network.
    """
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        found = list(dict.fromkeys(str(answer[4][0]) for answer in answers))
        refused = [one for one in found if not is_public(ip_address(one))]
    except (OSError, ValueError) as error:  # ValueError: a label too long for a name, or no address
        raise Invalid(fields={"url": _("Nobody knows the host {host}.", host=host)}) from error
    if refused and os.environ.get(ALLOWED) != "1":
        raise Invalid(
            fields={"url": _("{host} is not a public address: it is inside a network.", host=host)},
            hint=_("The operator can allow it with {setting}=1.", setting=ALLOWED),
        )
    return found


class PublicNetwork(httpcore.NetworkBackend):
    """Connections to public addresses only, all reading and writing of which ends ``seconds`` from now."""

    def __init__(self, seconds: float) -> None:
        self._network = httpcore.SyncBackend()
        self._ends = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds that are left; ReadTimeout when none is."""
        if (left := self._ends - time.monotonic()) <= 0:
            message = "The other system took too long."
            raise httpcore.ReadTimeout(message)
        return left

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of the host that answers."""
        failed: Exception | None = None
        for address in resolve(host, port):
            try:
                return _TimedStream(self._network.connect_tcp(address, port, self.left()), self)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        assert failed is not None  # noqa: S101 - a host that resolves has an address; narrows the type
        raise failed


class _TimedStream(httpcore.NetworkStream):
    """A connection whose steps all take from the same time: one byte a second does not prolong it."""

    def __init__(self, stream: httpcore.NetworkStream, network: PublicNetwork) -> None:
        self._stream = stream
        self._network = network

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._network.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._network.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._network.left())
        return _TimedStream(stream, self._network)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
