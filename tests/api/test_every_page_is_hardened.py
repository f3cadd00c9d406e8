"""Every address of the platform answers under the strict policy; the deployment checks find nothing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from base.log_secrets import is_one_time
from tests.factories import Cast
from tests.portal import scenes
from tests.portal.pages import inline_code

ROOT = Path(__file__).resolve().parents[2]
POLICY = {
    "default-src 'self'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
}
DOWNLOADED = {"default-src 'none'", "sandbox"}
# Django's own configuration pages bring their own markup; the policy stands in front of them all the same.
OWN_MARKUP = ("/admin/",)


def _paths(resolver: URLResolver, prefix: str = "/") -> Iterator[str]:
    """Every address, with 1 or the like where something is asked for."""
    for entry in resolver.url_patterns:
        text = prefix + _filled(str(entry.pattern))
        if isinstance(entry, URLResolver):
            yield from _paths(entry, text)
        elif isinstance(entry, URLPattern):
            yield text


def _filled(pattern: str) -> str:
    for kind, value in (("uuid", "00000000-0000-0000-0000-000000000001"), ("month", "2026-10"), ("path", "x")):
        pattern = re.sub(rf"<{kind}:\w+>", value, pattern)
    pattern = re.sub(r"<(int:)?\w+>|<\w+:\w+>", "1", pattern)
    pattern = re.sub(r"\(\?P<\w+>[^)]*\)\)?", "1", pattern)
    return re.sub(r"[\^$\\]|\?$", "", pattern)


PATHS = sorted({path for path in _paths(get_resolver()) if "logout" not in path})


def _strict(answer: HttpResponse, path: str) -> None:
    assert answer.status_code < 500 or path == "/readyz", path  # no worker runs here
    policy = {part.strip() for part in answer["Content-Security-Policy"].split(";")}
    downloaded = answer.get("Content-Disposition", "").startswith("attachment")
    assert policy == (DOWNLOADED if downloaded else POLICY), path
    assert "no-store" in answer["Cache-Control"], path
    assert answer["X-Frame-Options"] == "DENY", path
    assert answer["X-Content-Type-Options"] == "nosniff", path
    assert answer["Referrer-Policy"] == ("strict-origin" if is_one_time(path) else "same-origin"), path
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin", path
    if "html" in answer.get("Content-Type", "") and not path.startswith(OWN_MARKUP):
        assert inline_code(answer.content.decode()) == [], path


@pytest.fixture
def filled(cast: Cast) -> Cast:
    for box in (cast.sakura_box, cast.yamada_box):
        scenes.incident_make(scenes.group_make(box.sensor, "outbound-malware-count", count=3), number=1)
        scenes.report_make(box.sensor.tenant_id, date(2026, 10, 1))
    return cast


def test_every_address_is_strict_for_everybody(filled: Cast) -> None:
    assert len(PATHS) > 60
    opened = 0
    for user in (None, filled.hanako, filled.analyst, filled.agent, filled.clerk, filled.engineer):
        client = Client(raise_request_exception=False)
        if user is not None:
            client.force_login(user)
        for path in PATHS:
            answer = client.get(path)
            opened += answer.status_code == 200
            _strict(answer, path)  # type: ignore[arg-type]
    assert opened > 60, "pages must open to be looked at"


def test_what_is_not_found_is_strict_too(database: None) -> None:
    _strict(Client().get("/no/such/page/"), "/no/such/page/")  # type: ignore[arg-type]


def test_a_body_beyond_the_cap_is_refused(cast: Cast) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(cast.hanako)
    assert client.post("/switch/", {"organisation": "x" * (4 * 1024 * 1024)}).status_code == 400
    big = client.post("/api/v1/heartbeats", b"x" * 70_000, content_type="application/json")
    assert big.status_code in (400, 413)


def test_the_deployment_checks_find_nothing() -> None:
    production = {
        "DEBUG": "false",
        "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_",
        "PORTAL_URL": "https://portal.otasuke.invalid",
        "ALLOWED_HOSTS": "portal.otasuke.invalid",
        "BEHIND_TLS_PROXY": "true",
        "TRUSTED_PROXIES": "1",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=os.environ | production,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_schema_describes_every_operation(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "manage.py",
            "spectacular",
            "--validate",
            "--fail-on-warn",
            "--file",
            str(tmp_path / "s.yaml"),
        ],
        cwd=ROOT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
