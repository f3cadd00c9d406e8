"""A server of others on this machine, for chats, a firm's program and a telephone provider: the outermost edge."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Received:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> object:
        """Its body as JSON."""
        return json.loads(self.body)


@dataclass
class Town:
    """A running server. `answers`: path → (status, body) or what to do instead; everything else is 200."""

    url: str = ""
    received: list[Received] = field(default_factory=list)
    answers: dict[str, tuple[int, str]] = field(default_factory=dict)
    slow: set[str] = field(default_factory=set)  # these send a byte now and then, and never end


@contextmanager
def town_open() -> Iterator[Town]:
    """A server on 127.0.0.1."""
    town = Town()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            town.received.append(Received(self.path, headers, body))
            if self.path in town.slow:
                return self._drip()
            status, words = town.answers.get(self.path, (200, "ok"))
            content = words.encode()
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", words)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
            return None

        def _drip(self) -> None:
            try:
                for _ in range(200):
                    self.wfile.write(b"H")
                    time.sleep(0.05)
            except OSError:
                return

        def log_message(self, *_words: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    town.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield town
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
