"""The printing process reads nothing but our own static files, has limits, and its failure is told, not hidden."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from printing import render
from printing.paper import Press, PrintingFailed
from printing.render import ForbiddenAddress, OwnFiles

SECRET = "words of a file that must not be read"


@pytest.fixture
def press() -> Press:
    return Press(seconds=20)


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://127.0.0.1/x.png",
        "https://example.com/x.png",
        "ftp://example.com/x",
        "data:text/plain,x",
        "otasuke-static:../otasuke/settings.py",
        "otasuke-static:/etc/passwd",
        "otasuke-static:css/absent.css",
    ],
)
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(ForbiddenAddress):
        OwnFiles().fetch(address)


def test_our_own_static_files_are_given() -> None:
    answer = OwnFiles().fetch("otasuke-static:img/mark.svg")
    assert b"<svg" in answer.read()
    assert answer.content_type == "image/svg+xml"


def test_a_page_cannot_make_the_printer_read_files_or_call_servers(press: Press, tmp_path: Path) -> None:
    requests: list[str] = []

    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            requests.append(self.path)
            self.send_error(404)

    server = HTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    secret = tmp_path / "secret.css"
    secret.write_text(f"p::after {{ content: '{SECRET}' }}")
    away = f"http://127.0.0.1:{server.server_port}"
    pdf = press.print(
        f'<html lang="ja"><head><title>t</title><link rel="stylesheet" href="{secret.as_uri()}">'
        f'<style>@import url("{away}/a.css"); @font-face {{ font-family: x; src: url("{away}/b.ttf") }}</style></head>'
        f'<body><p style="font-family: x">text</p><img alt="x" src="{away}/c.png"></body></html>'
    )
    server.shutdown()
    server.server_close()
    press.close()
    assert pdf.startswith(b"%PDF")
    assert requests == []
    import io

    from pypdf import PdfReader

    assert SECRET not in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()


def test_the_printing_process_knows_no_secret(press: Press) -> None:
    press.print("<html lang=ja><title>t</title><p>x")
    process = press._process
    assert process is not None
    environment = Path(f"/proc/{process.pid}/environ").read_text()
    press.close()
    assert "DATABASE_URL" not in environment
    assert "SECRET_KEY" not in environment


def test_a_page_that_takes_too_long_is_given_up_and_the_next_one_is_printed() -> None:
    press = Press(seconds=1.5)
    endless = "<html lang=ja><title>t</title>" + "<table><tr><td>x</table>" * 20_000
    with pytest.raises(PrintingFailed, match="out of time or memory"):
        press.print(endless)
    press._seconds = 20
    assert press.print("<html lang=ja><title>t</title><p>x").startswith(b"%PDF")
    press.close()


def test_a_page_that_takes_too_much_memory_fails_with_words(monkeypatch: pytest.MonkeyPatch, press: Press) -> None:
    press.print("<html lang=ja><title>t</title><p>x")
    process = press._process
    assert process is not None
    limits = Path(f"/proc/{process.pid}/limits").read_text()
    press.close()
    line = next(line for line in limits.splitlines() if line.startswith("Max address space"))
    assert str(render.MEMORY_LIMIT) in line
