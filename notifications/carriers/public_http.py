"""HTTPS to public addresses only: what a firm types in must not reach our own networks (SSRF).

1. The URL: https, a host name, one of PORTS, nobody's name or password in it.
2. The name is resolved once; every address it has must be public (`is_public`).
3. The connection goes to the address that was looked at, so that a second answer of the name server changes nothing;
   the certificate is the host's.
4. No redirect is followed, no proxy of the environment is used, LONGEST bytes are read, SECONDS pass in all.

`settings.POSTS_TO_LOOPBACK` is for tests alone: http to 127.0.0.1, on any port.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from contextlib import suppress
from typing import Final, Self
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from notifications.carriers.request import Answer, Post

SECONDS: Final = 10.0
LONGEST: Final = 64 * 1024
LONGEST_URL: Final = 2000
PORTS: Final = frozenset({443, 8443})
_LOOPBACK: Final = "127.0.0.1"
# IPv6 addresses that carry an IPv4 address: it is that one which is looked at (RFC 6052, 3056).
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_6TO4: Final = ipaddress.ip_network("2002::/16")


class AddressRefused(Exception):
    """Nothing is sent there, ever: no https, no public address."""


class Unreachable(Exception):
    """No answer came; another time may do better."""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet's: not private, loopback, link-local, CGNAT, ULA, multicast."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or _embedded(ip)
        if inner is not None:
            return is_public(str(inner))
        if ip.teredo is not None or ip.is_site_local:
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _embedded(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    if ip in _6TO4:
        return ipaddress.IPv4Address((int(ip) >> 80) & 0xFFFFFFFF)
    return None


def url_check(url: str) -> SplitResult:
    """The parts of a URL something may be sent to. Asks no name server. Raises AddressRefused."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
    except ValueError as problem:
        raise AddressRefused("not a public address: unreadable") from problem
    if _is_for_tests(parts):
        return parts
    plain = url.isascii() and url.isprintable() and " " not in url and "\\" not in url and len(url) <= LONGEST_URL
    if parts.scheme != "https" or not host or not plain or "@" in parts.netloc or (port or 443) not in PORTS:
        raise AddressRefused("not a public address: https only")
    try:
        literal = is_public(host)
    except ValueError:  # a name
        if "." not in host.rstrip("."):
            raise AddressRefused("not a public address: no domain") from None
    else:
        if not literal:
            raise AddressRefused("not a public address")
    return parts


def _is_for_tests(parts: SplitResult) -> bool:
    return bool(settings.POSTS_TO_LOOPBACK) and parts.scheme == "http" and parts.hostname == _LOOPBACK


def post(request: Post, *, seconds: float = SECONDS) -> Answer:
    """Send it and read the answer. Raises AddressRefused, Unreachable."""
    parts = url_check(request.url)
    for_tests = _is_for_tests(parts)
    port = parts.port or 443
    address = _LOOPBACK if for_tests else _public_address(parts.hostname or "", port)
    try:
        with _Line(address, port, seconds) as line:
            if not for_tests:
                line.encrypt(parts.hostname or "")
            return _exchange(line.socket, parts, request)
    except (OSError, http.client.HTTPException, ValueError) as problem:
        raise Unreachable(f"unreachable: {type(problem).__name__}") from problem


def _public_address(host: str, port: int) -> str:
    """The first address of a name. One that has any other than public addresses is refused as a whole."""
    try:
        infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        raise Unreachable(f"unreachable: {type(problem).__name__}") from problem
    addresses = [str(info[4][0]) for info in infos]
    if not addresses or not all(is_public(address) for address in addresses):
        raise AddressRefused("not a public address")
    return addresses[0]


class _Line:
    """A connection that is cut after so many seconds in all: a server that sends a byte now and then holds nobody."""

    def __init__(self, address: str, port: int, seconds: float) -> None:
        self.socket = socket.create_connection((address, port), timeout=seconds)
        self._watchdog = threading.Timer(seconds, self._cut)
        self._watchdog.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_problem: object) -> None:
        self._watchdog.cancel()
        self.socket.close()

    def encrypt(self, host: str) -> None:
        """TLS with the host's certificate."""
        context = ssl.create_default_context()
        self.socket = context.wrap_socket(self.socket, server_hostname=host, do_handshake_on_connect=False)
        self.socket.do_handshake()

    def _cut(self) -> None:
        with suppress(OSError):
            socket.socket.shutdown(self.socket, socket.SHUT_RDWR)  # below TLS, which another thread is using


def _exchange(line: socket.socket, parts: SplitResult, request: Post) -> Answer:
    client = http.client.HTTPConnection(parts.hostname or "", parts.port or 443)
    client.sock = line
    target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    client.putrequest("POST", target, skip_host=True, skip_accept_encoding=True)
    headers = {"Host": parts.netloc, "User-Agent": "Otasuke", "Connection": "close", **request.headers}
    for name, value in headers.items():
        client.putheader(name, value)
    client.putheader("Content-Length", str(len(request.body)))
    client.endheaders(request.body)
    response = client.getresponse()
    try:
        body = response.read(LONGEST)
    except (OSError, http.client.HTTPException):  # what was answered counts, not how much was said about it
        body = b""
    return Answer(response.status, body)
