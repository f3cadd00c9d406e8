"""The real servers of the lab. `python -m lab.servers lan|wan` runs one side's servers inside its namespace.

LAN: a web server with a form. WAN: web server with downloads, the router's admin page (by local address), a DNS
responder and listeners that answer any TLS hello or QUIC packet (so that a hello that got through is seen).
"""

import base64
import http.server
import socket
import socketserver
import sys
import threading
import urllib.parse
from collections.abc import Callable
from contextlib import suppress

from lab.eicar import eicar_file
from lab.network import ROUTER, WAN_PHISHING

PAGE = "<!doctype html><title>otasuke lab</title><p>An ordinary page."
TLS_ANSWER = b"hello-seen"
ANYWHERE = "0.0.0.0"  # noqa: S104 - every address of a namespace of our own


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "lab"
    sys_version = ""

    def do_GET(self) -> None:
        if self.connection.getsockname()[0] == ROUTER:
            self._router()
            return
        url = urllib.parse.urlsplit(self.path)
        query = urllib.parse.parse_qs(url.query)
        if url.path == "/download":
            self._send(200, b"x" * int(query["size"][0]), "application/octet-stream")
        elif url.path == "/invoice.bin":
            self._send(200, eicar_file(query.get("salt", [""])[0]), "application/octet-stream")
        else:
            self._send(200, PAGE.encode(), "text/html")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self._send(200, b"ok", "text/plain")

    def _router(self) -> None:
        default = "Basic " + base64.b64encode(b"admin:" + b"admin").decode()
        if self.headers.get("Authorization") == default:
            self._send(200, b"router settings", "text/html")
        else:
            self._send(401, b"", "text/html", {"WWW-Authenticate": 'Basic realm="router"'})

    def _send(self, status: int, body: bytes, kind: str, more: dict[str, str] | None = None) -> None:
        self.send_response(status)
        headers = {"Content-Type": kind, "Content-Length": str(len(body)), "Connection": "close", **(more or {})}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        return


class _TlsHello(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        self.request.settimeout(5)
        try:
            if self.request.recv(4096):
                self.request.sendall(TLS_ANSWER)
        except OSError:
            return


class _Dns(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        question, connection = self.request
        # The question back as an answer without records: enough to see that it came through.
        connection.sendto(
            question[:2] + b"\x81\x80" + question[4:6] + b"\0\0\0\0\0\0" + question[12:], self.client_address
        )


class _Quic(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        _packet, connection = self.request
        connection.sendto(TLS_ANSWER, self.client_address)


class _Http(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        return  # a blocked download is a broken connection: expected


class _Tcp(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def serve(side: str) -> None:
    """Run one side's servers until killed; prints "ready" when all listen."""
    servers: list[socketserver.BaseServer] = [_Http((ANYWHERE, 80), _Handler)]
    if side == "wan":
        servers += [_Tcp((ANYWHERE, 443), _TlsHello)]
        servers += [socketserver.UDPServer((ROUTER, 53), _Dns), socketserver.UDPServer((WAN_PHISHING, 443), _Quic)]
    threads: list[Callable[[], None]] = [server.serve_forever for server in servers]
    print("ready", flush=True)
    for run in threads[1:]:
        threading.Thread(target=run, daemon=True).start()
    with suppress(KeyboardInterrupt):  # Ctrl-C reaches the whole group; the lab ends us anyway
        threads[0]()


if __name__ == "__main__":
    socket.setdefaulttimeout(30)
    serve(sys.argv[1])
