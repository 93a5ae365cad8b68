"""Webhooks reach public addresses only, the very one that was judged, and for a limited time."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING

import httpcore
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from core.webhooks import delivery, public

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SPECIAL_4 = """
    0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24
    192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4
    255.255.255.255/32
""".split()  # noqa: SIM905 - as the registry lists them
SPECIAL_6 = """
    ::/128 ::1/128 ::/96 ::ffff:0:0/96 ::ffff:0:0:0/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/32
    2001:2::/48 2001:10::/28 2001:20::/28 2001:db8::/32 2002::/16 3fff::/20 5f00::/16 fc00::/7 fe80::/10
    fec0::/10 ff00::/8
""".split()  # noqa: SIM905 - as the registry lists them
CARRIERS: dict[str, Callable[[int], int]] = {
    "compatible": lambda four: four,
    "mapped": lambda four: 0xFFFF << 32 | four,
    "translated": lambda four: 0xFFFF << 48 | four,
    "NAT64": lambda four: int(IPv6Address("64:ff9b::")) | four,
    "6to4": lambda four: 0x2002 << 112 | four << 80 | 1,
    "Teredo": lambda four: int(IPv6Address("2001::")) | (four ^ 0xFFFFFFFF),
}


def inside(network: IPv4Network | IPv6Network) -> st.SearchStrategy[int]:
    return st.integers(int(network.network_address), int(network.broadcast_address))


@given(st.sampled_from(SPECIAL_4).flatmap(lambda one: inside(IPv4Network(one))))
def test_no_special_address_is_public_in_any_of_its_forms(four: int) -> None:
    assert not public.is_public(IPv4Address(four))
    for carried in CARRIERS.values():
        assert not public.is_public(IPv6Address(carried(four)))


@given(st.sampled_from(SPECIAL_6).flatmap(lambda one: inside(IPv6Network(one))))
def test_no_special_ipv6_address_is_public(six: int) -> None:
    assert not public.is_public(IPv6Address(six))


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_what_is_public_the_standard_library_calls_global_too(address: IPv4Address | IPv6Address) -> None:
    if public.is_public(address):
        assert address.is_global
        assert not address.is_multicast
        assert not address.is_reserved
    elif isinstance(address, IPv4Address):
        assert any(address in IPv4Network(one) for one in SPECIAL_4)


@pytest.mark.parametrize("known", ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "2a01:cb00::1"])
def test_servers_of_the_internet_are_public(known: str) -> None:
    assert public.is_public(ip_address(known))


@pytest.mark.parametrize(
    "host",
    [
        "127.1",
        "2130706433",
        "0x7f000001",
        "017700000001",
        "0",
        "localhost",
        "::1",
        "::ffff:7f00:1",
        "fe80::1%lo",
    ],
)
def test_every_way_of_writing_this_machine_is_refused(host: str) -> None:
    with pytest.raises(Invalid, match=r"not a public address|Nobody knows"):
        public.resolve(host, 80)


def test_one_private_address_among_public_ones_refuses_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 80)) for one in ("1.1.1.1", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_named: answers)

    with pytest.raises(Invalid, match="not a public address"):
        public.resolve("two.example", 80)


@contextmanager
def a_receiver(
    serve: Callable[[socket.socket], None], tls: ssl.SSLContext | None = None
) -> Iterator[tuple[int, list[bytes]]]:
    """A server on this machine; gives its port and what came by each connection."""
    heard: list[bytes] = []

    def answer(accepted: socket.socket) -> None:
        with (
            suppress(OSError),
            accepted,
            tls.wrap_socket(accepted, server_side=True) if tls else accepted as connection,
        ):
            said = connection.recv(65536)
            while said and not said.endswith(b"{}"):  # closed with something unread, the answer may be lost
                said += connection.recv(65536)
            heard.append(said)
            serve(connection)

    def listen() -> None:
        while True:
            try:
                connection, _peer = listener.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=listen, daemon=True).start()
        yield listener.getsockname()[1], heard
        listener.shutdown(socket.SHUT_RDWR)


def a_message(url: str) -> delivery.Message:
    return delivery.Message(url, b"{}", {"Content-Type": "application/json"})


@pytest.fixture
def private_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(public.ALLOWED, "1")


def test_a_name_is_resolved_once_and_its_address_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    resolved = socket.getaddrinfo

    def changing(host: str, *args: object, **named: object) -> object:
        """A name that is public when it is judged, and this machine when it is asked for again."""
        if host != "rebind.example":
            return resolved(host, *args, **named)  # type: ignore[arg-type]  # passed on as they came
        asked.append(host)
        address = "192.88.98.1" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80))]

    monkeypatch.setattr(socket, "getaddrinfo", changing)
    monkeypatch.setattr(delivery, "SECONDS", 0.2)
    with a_receiver(lambda _connection: None) as (port, heard):
        with pytest.raises((httpcore.NetworkError, httpcore.TimeoutException)):
            delivery.post(a_message(f"http://rebind.example:{port}/"))

        assert (asked, heard) == (["rebind.example"], [])


@pytest.mark.usefixtures("private_allowed")
def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    with a_receiver(lambda _other: None) as (inner, heard):
        moved = (
            f"HTTP/1.1 307 Moved\r\nLocation: http://127.0.0.1:{inner}/\r\nContent-Length: 0\r\n\r\n".encode()
        )
        with a_receiver(lambda connection: connection.sendall(moved)) as (port, _first):
            assert delivery.post(a_message(f"http://127.0.0.1:{port}/")) == 307

        assert heard == []


def endless_head(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X-More: " + b"x" * 1000 + b"\r\n")


def dripping_head(connection: socket.socket) -> None:
    for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 10_000:
        connection.sendall(bytes([byte]))
        time.sleep(0.02)


def endless_early_hints(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        time.sleep(0.01)


def silent(_connection: socket.socket) -> None:
    time.sleep(5)


@pytest.mark.usefixtures("private_allowed")
@pytest.mark.parametrize("serve", [endless_head, dripping_head, endless_early_hints, silent])
def test_no_answer_takes_more_than_its_time(
    serve: Callable[[socket.socket], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "SECONDS", 0.3)
    begun = time.monotonic()

    with (
        a_receiver(serve) as (port, _heard),
        pytest.raises((httpcore.TimeoutException, httpcore.ProtocolError)),
    ):
        delivery.post(a_message(f"http://127.0.0.1:{port}/"))

    assert time.monotonic() - begun < 1


@pytest.mark.usefixtures("private_allowed")
def test_the_body_of_an_answer_is_not_read_however_long_it_is() -> None:
    sent: list[int] = []

    def pour(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        while True:
            sent.append(connection.send(b"x" * 65536))

    with a_receiver(pour) as (port, _heard):
        assert delivery.post(a_message(f"http://127.0.0.1:{port}/")) == 200
    assert sum(sent) < 50_000_000  # what the sockets of both sides hold, at most


def a_certificate(name: str, folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(named, named, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server


@pytest.mark.usefixtures("private_allowed")
def test_tls_checks_the_name_though_the_address_is_connected_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = a_certificate("localhost", tmp_path)
    trusted = ssl.create_default_context(cafile=str(tmp_path / "server.pem"))
    monkeypatch.setattr(delivery, "_trusted", lambda: trusted)

    answer = b"HTTP/1.1 204 No Content\r\n\r\n"
    with a_receiver(lambda connection: connection.sendall(answer), context) as (port, _heard):
        assert delivery.post(a_message(f"https://localhost:{port}/")) == 204
        with pytest.raises(httpcore.ConnectError, match="IP address mismatch"):
            delivery.post(a_message(f"https://127.0.0.1:{port}/"))
