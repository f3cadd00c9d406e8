"""One client action inside a namespace: `python -m lab.client '{"kind": "http", …}'` prints what it saw as JSON.

Kinds: `http` (address, path, host?, source?, headers?, method?, body?), `tls`, `quic` and `dns` (address, name).
Answer: {"status": int|null, "bytes": int, "expected": int|null, "blocked": bool, "error": text|null, "seconds": float}.
"""

import contextlib
import http.client
import json
import socket
import ssl
import sys
import time
from collections.abc import Callable
from typing import Any

from lab.quic import initial

TIMEOUT_S = 3.0


def http_get(order: dict[str, Any]) -> dict[str, Any]:
    """Fetch, counting body bytes until the end or until nothing came for the time-out."""
    source = (order["source"], 0) if order.get("source") else None
    timeout = float(order.get("timeout", TIMEOUT_S))
    connection = http.client.HTTPConnection(order["address"], 80, timeout=timeout, source_address=source)
    seen: dict[str, Any] = {"status": None, "bytes": 0, "expected": None, "error": None}
    headers = {
        "User-Agent": "Mozilla/5.0 (lab)",
        "Host": order.get("host", order["address"]),
        **order.get("headers", {}),
    }
    body = order.get("body")
    try:
        connection.request(order.get("method", "GET"), order["path"], body.encode() if body else None, headers)
        answer = connection.getresponse()
        seen["status"] = answer.status
        seen["expected"] = int(answer.getheader("Content-Length", "0"))
        while chunk := answer.read1(65536):
            seen["bytes"] += len(chunk)
    except (OSError, http.client.HTTPException) as problem:
        seen["error"] = f"{type(problem).__name__}: {problem}"
    finally:
        connection.close()
    seen["blocked"] = seen["status"] is None or seen["bytes"] < seen["expected"]
    return seen


def tls_hello(order: dict[str, Any]) -> dict[str, Any]:
    """Send a real ClientHello for a name; it got through when the listener answers."""
    received, error = b"", None
    try:
        with socket.create_connection((order["address"], 443), TIMEOUT_S) as connection:
            connection.settimeout(TIMEOUT_S)
            connection.sendall(_hello(order["name"]))
            received = connection.recv(100)
    except OSError as problem:
        error = f"{type(problem).__name__}: {problem}"
    return {"status": None, "bytes": len(received), "expected": None, "error": error, "blocked": not received}


def _hello(name: str) -> bytes:
    """A ClientHello for a name, in its TLS record."""
    outgoing = ssl.MemoryBIO()
    session = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname=name)
    with contextlib.suppress(ssl.SSLWantReadError):
        session.do_handshake()
    return outgoing.read()


def quic_hello(order: dict[str, Any]) -> dict[str, Any]:
    """Send the first packet of a QUIC connection to a name; it got through when the listener answers."""
    record_head = 5
    return _datagram(initial(_hello(order["name"])[record_head:]), (order["address"], 443))


def dns_ask(order: dict[str, Any]) -> dict[str, Any]:
    """Ask for a name's address over UDP; it got through when anything comes back."""
    labels = b"".join(bytes([len(part)]) + part.encode() for part in order["name"].split("."))
    question = b"\x12\x34\x01\x00\x00\x01\0\0\0\0\0\0" + labels + b"\0\0\x01\0\x01"
    return _datagram(question, (order["address"], 53))


def _datagram(content: bytes, end: tuple[str, int]) -> dict[str, Any]:
    received, error = b"", None
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as connection:
        connection.settimeout(TIMEOUT_S)
        try:
            connection.sendto(content, end)
            received = connection.recv(512)
        except OSError as problem:
            error = f"{type(problem).__name__}: {problem}"
    return {"status": None, "bytes": len(received), "expected": None, "error": error, "blocked": not received}


KINDS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "http": http_get,
    "tls": tls_hello,
    "quic": quic_hello,
    "dns": dns_ask,
}


def main() -> None:
    order = json.loads(sys.argv[1])
    begun = time.monotonic()
    seen = KINDS[order["kind"]](order)
    seen["seconds"] = round(time.monotonic() - begun, 3)
    print(json.dumps(seen))


if __name__ == "__main__":
    main()
