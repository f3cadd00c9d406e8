"""Behind a real nginx with the configuration we give to operators: limits hold, slow clients wait outside, logs tell no
secret."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.core.cache import cache

from ops.processes import Program, Supervisor, free_port, listens, web
from otasuke.proxies import trusted_proxies
from tests.factories import Cast

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "ops" / "nginx" / "otasuke.conf"
SECRET = "S3cretS3cretS3cretS3cretS3cretS3cretS3cret0"
WAITS = "ログイン失敗が連続しています"


@dataclass(frozen=True)
class Town:
    """A portal behind its proxy. `direct`: the platform's own port, which a real installation shows to nobody."""

    folder: Path
    tls: int
    plain: int
    direct: int

    def ask(self, method: str, path: str, body: str = "", port: int = 0, **headers: str) -> http.client.HTTPResponse:
        """Over TLS by the proxy, or over plain HTTP to another port."""
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        line: http.client.HTTPConnection = (
            http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            if port
            else http.client.HTTPSConnection("127.0.0.1", self.tls, timeout=30, context=trusting)
        )
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        line.request(method, path, body.encode() or None, {"Host": "127.0.0.1", **given})
        return line.getresponse()

    def log(self, name: str) -> str:
        return (self.folder / name).read_text()


@pytest.fixture
def town(cast: Cast) -> Iterator[Town]:
    """nginx and gunicorn as in production, one trusted proxy."""
    cache.clear()
    with _town({"TRUSTED_PROXIES": "1"}) as stack:
        yield stack


@contextmanager
def _town(settings: dict[str, str]) -> Iterator[Town]:
    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="otasuke-proxy-", dir="/var/tmp")))
        folder.chmod(0o755)
        (folder / "static").mkdir()
        tls, plain, direct = free_port(), free_port(), free_port()
        environment = {
            "PORTAL_URL": f"https://127.0.0.1:{tls}",
            "ALLOWED_HOSTS": "127.0.0.1",
            "BEHIND_TLS_PROXY": "true",
            "DEBUG": "0",
            "STATICFILES_BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
            "PLATFORM_KEY_FILE": str(folder / "cache" / "platform.key"),
            "STATIC_ROOT": str(folder / "static"),
            "PRIVATE_MEDIA_ROOT": str(folder / "cache" / "private"),
            **settings,
        }
        supervisor = held.enter_context(Supervisor(folder, environment))
        supervisor.start(web(("127.0.0.1", direct), workers=1, threads=4))
        supervisor.start(_nginx(folder, tls, plain, direct))
        yield Town(folder, tls, plain, direct)


def _nginx(folder: Path, tls: int, plain: int, direct: int) -> Program:
    """The site we hand out, with ports and certificate of this test."""
    home = folder / "nginx"
    home.mkdir()
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=127.0.0.1",
            "-keyout",
            home / "privkey.pem",
            "-out",
            home / "fullchain.pem",
        ],
        check=True,
        capture_output=True,
    )
    site = SITE.read_text()
    for theirs, ours in (
        ("portal.example.jp", "127.0.0.1"),
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{tls} ssl;"),
        ("/etc/ssl/otasuke/", f"{home}/"),
        ("/var/log/nginx/", f"{home}/"),
        ("127.0.0.1:8000", f"127.0.0.1:{direct}"),
    ):
        assert theirs in site, theirs
        site = site.replace(theirs, ours)
    temporary = "".join(f"{name}_temp_path {home}/{name};" for name in ("proxy", "fastcgi", "uwsgi", "scgi"))
    (home / "nginx.conf").write_text(
        f"daemon off; pid {home}/pid; error_log stderr; events {{ worker_connections 256; }}"
        f"http {{ client_body_temp_path {home}/body; {temporary} {site} }}"
    )
    command = [
        shutil.which("nginx", path="/usr/sbin:/usr/bin") or "nginx",
        "-c",
        f"{home}/nginx.conf",
        "-p",
        f"{home}/",
    ]
    return Program("nginx", command, ready=lambda: listens("127.0.0.1", tls), privileged=True)


def _guess(town: Town, number: int, port: int = 0, **headers: str) -> str:
    """One wrong password for one more address; → the page."""
    form = town.ask("GET", "/accounts/login/", port=port, **headers)
    cookie = str(form.getheader("Set-Cookie")).split(";")[0]
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form.read().decode())
    assert token
    fields = {"csrfmiddlewaretoken": token[1], "login": f"person{number}@sakura.invalid", "password": "wrong password!"}
    origin = {
        "Cookie": cookie,
        "Content_Type": "application/x-www-form-urlencoded",
        "Origin": f"https://127.0.0.1:{town.tls}",
    }
    return town.ask("POST", "/accounts/login/", urlencode(fields), port=port, **headers, **origin).read().decode()


def test_a_forged_forwarded_address_does_not_dodge_the_log_in_limit(town: Town) -> None:
    pages = [_guess(town, number, X_Forwarded_For=f"198.51.100.{number}") for number in range(11)]
    assert WAITS not in pages[9]
    assert WAITS in pages[10]


def test_nor_the_activation_limit(town: Town) -> None:
    statuses = [
        town.ask(
            "POST", "/api/v1/activations", "{}", Content_Type="application/json", X_Forwarded_For=f"198.51.100.{n}"
        ).status
        for n in range(21)
    ]
    assert statuses[-1] == 429
    assert 429 not in statuses[:20]


def test_behind_a_proxy_that_adds_nothing_zero_is_stated_and_the_callers_words_count_for_nothing(cast: Cast) -> None:
    cache.clear()
    with _town({"TRUSTED_PROXIES": "0"}) as town:
        proxy_says = {"X_Forwarded_Proto": "https"}
        pages = [
            _guess(town, number, port=town.direct, X_Forwarded_For=f"198.51.100.{number}", **proxy_says)
            for number in range(11)
        ]
    assert WAITS in pages[10]


@pytest.mark.parametrize("stated", ["", "one", "-1", "１"])
def test_behind_a_proxy_the_platform_does_not_start_without_the_number_of_proxies(stated: str) -> None:
    environment = os.environ | {"BEHIND_TLS_PROXY": "true", "TRUSTED_PROXIES": stated}
    done = subprocess.run(
        [sys.executable, "-c", "import otasuke.wsgi"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode
    assert "BEHIND_TLS_PROXY needs TRUSTED_PROXIES" in done.stderr


def test_the_number_is_read_as_it_is_written() -> None:
    assert [trusted_proxies(text) for text in ("0", "1", " 2 ")] == [0, 1, 2]


def test_liveness_answers_on_any_scheme_and_name_and_people_are_led_to_https(town: Town) -> None:
    for port in (0, town.direct):
        assert town.ask("GET", "/healthz", port=port).status == 200
    assert town.ask("GET", "/healthz", port=town.direct, Host="somebody.else").status == 200
    led = town.ask("GET", "/accounts/login/", port=town.plain)
    assert (led.status, str(led.getheader("Location"))) == (301, "https://127.0.0.1/accounts/login/")
    assert town.ask("POST", "/api/v1/batches", "x", port=town.plain).status == 403


def test_twenty_slow_uploads_wait_at_the_proxy_and_the_portal_answers(town: Town) -> None:
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    with ExitStack() as held:
        for _ in range(20):
            plain = held.enter_context(socket.create_connection(("127.0.0.1", town.tls), timeout=10))
            line = held.enter_context(trusting.wrap_socket(plain))
            line.sendall(
                b"POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\nhalf of it"
            )
        assert town.ask("GET", "/accounts/login/").status == 200


def test_no_log_holds_the_secret_of_a_link_or_what_was_searched_for(town: Town) -> None:
    for path in (
        "/invitations/{}/",
        "/feedback/{}/",
        "/call/{}/",
        "/answer/{}/",
        "/notices/confirm/{}/",
        "/notices/stop/{}/",
        "/accounts/confirm-email/{}/",
        "/accounts/password/reset/key/{}/",
        "/accounts/login/?next=/invitations/{}/",
        "/accounts/login/?next=%2Finvitations%2F{}%2F",
        "/desk/?q={}",
    ):
        for port in (0, town.direct):
            answer = town.ask(
                "GET",
                path.format(SECRET),
                port=port,
                X_Forwarded_Proto="https",
                Referer=f"https://127.0.0.1/invitations/{SECRET}/",
            )
            answer.read()
            if "next" not in path and "?" not in path:
                assert answer.getheader("Referrer-Policy") == "strict-origin"
    web_log, proxy_log = town.log("log/web.log"), town.log("nginx/otasuke.log")
    assert "/invitations/***" in web_log
    assert "/invitations/***" in proxy_log
    for text in (web_log, proxy_log, town.log("log/nginx.log"), town.log("nginx/otasuke-error.log")):
        assert SECRET not in text


def test_no_other_account_of_the_machine_reads_logs(town: Town) -> None:
    assert (town.folder / "log").stat().st_mode & 0o077 == 0
    for log in (town.folder / "log").iterdir():
        assert log.stat().st_mode & 0o077 == 0, log


def test_the_addresses_in_the_environment_of_the_example_are_those_of_the_proxy_we_hand_out() -> None:
    example = (ROOT / ".env.example").read_text()
    assert "\nTRUSTED_PROXIES=1\n" in example
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in SITE.read_text()
    assert "ops/nginx/otasuke.conf" in (ROOT / "docs" / "operations.md").read_text()
