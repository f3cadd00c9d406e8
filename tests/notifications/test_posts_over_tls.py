"""Messages go over TLS to a server that proves its name; one that drips below it is cut like any other."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from notifications.carriers import public_http
from notifications.carriers.public_http import Unreachable, post
from notifications.carriers.request import Post

HOST = "hooks.example.com"


def _certificate(folder: Path) -> Path:
    """A certificate for HOST that signs itself, with its key, in one file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    file = folder / "server.pem"
    file.write_bytes(
        made.sign(key, SHA256()).public_bytes(Encoding.PEM)
        + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return file


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        words = f"{self.headers['Host']} {self.rfile.read(length).decode()}".encode()
        if self.path == "/slow":
            while True:
                self.wfile.write(b"H")
                time.sleep(0.05)
        self.send_response(200)
        self.send_header("Content-Length", str(len(words)))
        self.end_headers()
        self.wfile.write(words)

    def log_message(self, *_words: object) -> None:
        """Nothing."""


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_about: object) -> None:
        """Whoever does not trust us hangs up."""


@pytest.fixture
def port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A TLS server of our own in place of a public one: only where the name leads, and whom we trust, is put there."""
    certificate = _certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = _Quiet(("127.0.0.1", 0), _Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setattr(public_http, "PORTS", frozenset({server.server_port}))
    monkeypatch.setattr(public_http, "_public_address", lambda _host, _port: "127.0.0.1")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_message_goes_to_the_server_that_proves_its_name(port: int) -> None:
    answer = post(Post(f"https://{HOST}:{port}/x", {}, b"hello"))
    assert (answer.status, answer.body.decode()) == (200, f"{HOST}:{port} hello")


def test_nothing_goes_to_a_server_that_proves_another_name(port: int) -> None:
    with pytest.raises(Unreachable, match="SSLCertVerificationError"):
        post(Post(f"https://other.example.com:{port}/x", {}, b"hello"))


def test_nothing_goes_to_a_server_nobody_vouches_for(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/dev/null")
    with pytest.raises(Unreachable, match="SSLCertVerificationError"):
        post(Post(f"https://{HOST}:{port}/x", {}, b"hello"))


def test_one_that_drips_is_cut_below_tls(port: int) -> None:
    begun = time.monotonic()
    with pytest.raises(Unreachable):
        post(Post(f"https://{HOST}:{port}/slow", {}, b""), seconds=1.0)
    assert time.monotonic() - begun < 5
