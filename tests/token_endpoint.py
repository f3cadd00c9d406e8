"""An OAuth 2 token endpoint of our own on this machine, in place of Microsoft's and Google's: the outermost edge."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl


class Endpoint:
    """Gives tokens to whoever asks with the right form, and tells a mail server whose a token is (RFC 7662)."""

    def __init__(self, user: str) -> None:
        self.user = user
        self.forms: list[dict[str, str]] = []
        self.valid: set[str] = set()
        self.secret = "the-secret-of-the-client"
        self.expires_in = 3600
        self.url = ""

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, object]]:
        """Status and body for a request."""
        if path == "/introspect":
            active = form.get("token") in self.valid
            return 200, {"active": active, "username": self.user} if active else {"active": False}
        self.forms.append(form)
        if form.get("client_secret", self.secret) != self.secret:
            return 401, {"error": "invalid_client", "error_description": form["client_secret"]}
        token = secrets.token_hex(16)
        self.valid.add(token)
        return 200, {"access_token": token, "token_type": "Bearer", "expires_in": self.expires_in}


@contextmanager
def token_endpoint(user: str = "desk") -> Iterator[Endpoint]:
    """A running endpoint: tokens at `<url>/token`, questions about them at `<url>/introspect`."""
    endpoint = Endpoint(user)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            status, body = endpoint.answer(self.path, form)
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_words: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    endpoint.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield endpoint
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
