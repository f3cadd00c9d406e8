"""Cursors nobody gave out and bodies nobody would write: refused with a sentence, never an error of ours."""

from __future__ import annotations

import base64
import json
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.core.cache import cache
from django.test import Client

from tests.api.programs import token_for
from tests.factories import Cast
from tests.portal import scenes
from tests.sensors.box import Sender

LISTS = ("/api/v1/alerts", "/api/v1/incidents", "/api/v1/reports")


def _cursor(**parts: str) -> str:
    return base64.b64encode(urlencode(parts).encode()).decode()


CURSORS = {
    "a position that is no time": _cursor(p="soon"),
    "an empty position": _cursor(p=""),
    "a position with a null byte": _cursor(p="2026-11-01\x00"),
    "a position of many digits": _cursor(p="9" * 200),
    "a position no calendar has": _cursor(p="2026-13-45 99:99:99+00:00"),
    "a time without zone": _cursor(p="2026-11-01 00:00:00"),
    "the first year in the east": _cursor(p="0001-01-01 00:00:00+14:00"),
    "the last year in the west": _cursor(p="9999-12-31 23:59:59-14:00"),
    "a zone PostgreSQL does not know": _cursor(p="2026-11-01 00:00:00+23:59"),
    "letters of no alphabet": _cursor(p="\ufffe語"),
    "an offset of many digits": _cursor(p="2026-11-01", o="9" * 100),
    "an offset below zero": _cursor(p="2026-11-01", o="-5"),
    "an odd direction": _cursor(p="2026-11-01", r="x"),
    "direction of many digits": _cursor(r="1" * 80),
    "bytes that are no text": base64.b64encode(b"p=\xff\xfe\x00").decode(),
    "no base64": "%%%",
    "other letters": "ä語",
    "a null byte": "\x00",
    "half a letter": "\udcff",
}
FILTERS: tuple[tuple[str, str], ...] = tuple(
    (name, value)
    for name in ("tenant", "page_size", "since", "grade_min", "function", "state", "cursor", "other")
    for value in ("", "\x00", "9" * 5000, "-1", "1e999", "NaN", "½", "0001-01-01T00:00:00+14:00", "ÿ", "2026-11-01")
)


@pytest.fixture
def asks(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Any:
    """GET with the firm's token."""
    for module in ("tenants.api.reading", "tenants.api.authentication", "sensors.api.limits"):
        monkeypatch.setattr(f"{module}.tried", lambda key, window_s: 0)
    group = scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count", count=3)
    scenes.incident_make(group, number=3)
    scenes.report_make(cast.sakura_dental.pk, date(2026, 10, 1))
    secret = token_for(cast.hanako, cast.sakura_dental).secret
    client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {secret}"})
    yield lambda path: client.get(path).status_code
    cache.clear()


@pytest.mark.parametrize("kind", CURSORS)
@pytest.mark.parametrize("path", LISTS)
def test_a_cursor_nobody_gave_out_is_no_error_of_ours(asks: Any, path: str, kind: str) -> None:
    written = quote(CURSORS[kind].encode("utf-8", "surrogateescape"))
    assert asks(f"{path}?cursor={written}") in (200, 400, 404)


@pytest.mark.parametrize("path", LISTS)
def test_an_odd_filter_is_no_error_of_ours(asks: Any, path: str) -> None:
    for name, value in FILTERS:
        assert asks(f"{path}?{name}={quote(value)}") in (200, 400, 404), (name, value[:20])
    for raw in ("%ff", "%00", "%ed%a0%80", "cursor=%ff%fe", "since=%00", "tenant=%ed%a0%80", "=", "&&&", "a" * 5000):
        assert asks(f"{path}?{raw}") in (200, 400, 404), raw[:20]


@pytest.mark.parametrize("path", ["/api/v1/alerts", "/api/v1/incidents"])
def test_an_odd_number_in_the_address_is_no_error_of_ours(asks: Any, path: str) -> None:
    for number in ("0", "9" * 19, "9" * 5000, "٣", "-1", "%00", "½"):
        assert asks(f"{path}/{number}") in (400, 404), number[:20]


WORDS: tuple[Any, ...] = (
    None,
    True,
    "",
    "\x00",
    "\ud800",
    "\\u0000",
    "a" * 60_000,
    "9" * 5000,
    -1,
    2**31,
    2**63,
    2**64,
    10**4000,
    -(10**4000),
    1e308,
    -0.0,
    [],
    {},
    [[]],
    [{}],
    {"": ""},
    {"\x00": "\x00"},
    [1] * 5000,
    "0001-01-01T00:00:00+14:00",
    "NaN",
)
BODIES = {
    "/api/v1/heartbeats": (
        "agent_version",
        "functions",
        "protection",
        "spool",
        "clock",
        "health",
        "home_net",
        "eve",
        "disk",
        "engine",
    ),
    "/api/v1/keys": ("public_key", "proof"),
    "/api/v1/orders": ("seen", "state", "detail", "hits", "version"),
    "/api/v1/activations": ("code", "public_key", "proof", "hardware", "agent_version"),
}
RAW = (
    b"",
    b"\x00",
    b"\xff\xfe",
    b"null",
    b"[",
    b"[" * 30_000,
    b'{"a":' * 10_000,
    b'"\\ud800"',
    b'{"a": 1e999}',
    b"NaN",
    b'{"a": ' + b"9" * 60_000 + b"}",
    b"\xef\xbb\xbf{}",
    "{}".encode("utf-16"),
    "{}".encode("utf-32"),
    b'{"\\u0000": 1}',
    b'{"a": "\xed\xa0\x80"}',
    b"{" + b'"a":1,' * 5000 + b'"b":2}',
)


def _post(cast: Cast, path: str, body: bytes) -> int:
    sender = Sender(cast.sakura_box)
    return int(sender.post(path, body, sender.headers(body)).status_code)


@pytest.mark.parametrize("path", BODIES)
def test_a_body_nobody_would_write_is_no_error_of_ours(asks: Any, cast: Cast, path: str) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(cast.hanako)
    fields = BODIES[path]
    written = [json.dumps({name: value}).encode() for name in fields for value in WORDS]
    written += [
        json.dumps({name: {inner: value}}).encode() for name in fields for inner in fields for value in WORDS[:8]
    ]
    for body in (*RAW, *written):
        assert _post(cast, path, body) < 500, body[:60]
    assert client.get("/").status_code == 200, "the firm's page still opens"
