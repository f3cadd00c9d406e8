"""Every form of every page, as the people who may open the page see it, filled with what no browser would send."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qsl, quote_from_bytes, urljoin, urlsplit

from django.db import transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import Resolver404, resolve
from selectolax.lexbor import LexborHTMLParser, LexborNode

from tests.access.pages import Visitor, questions, who_may
from tests.access.table import fits
from tests.access.world import Role, World

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("portal", "incidents", "insurance", "reports", "surveys", "alerts", "sensors", "tenants")
HTML = "text/html"
MANY = 20_000  # bytes of one value where all fields get one: the whole stays below what a request may have
TEXT = "application/x-www-form-urlencoded"
# As bytes on the wire: half a character, bytes of no alphabet, NUL, and writing from right to left are not for str.
ODD: dict[str, bytes | None] = {
    "absent": None,
    "empty": b"",
    "NUL": b"a\x00b",
    "half a character": b"\xed\xa0\x80",
    "bytes of no alphabet": b"\xff\xfe",
    "zero": b"0",
    "below zero": b"-1",
    "too large for PostgreSQL": b"9223372036854775808",
    "too large for Python": b"9" * 5000,
    "endless": b"1e999",
    "no number": b"NaN",
    "a half": "½".encode(),
    "a digit of another script": "٣".encode(),
    "a raised digit": "²".encode(),
    "the first year": b"0001-01-01",
    "the last year": b"9999-12-31T23:59",
    "deep brackets": b"[" * 10_000,
    "other kinds": b'{"a": [null, "\\ud800", "\\u0000"]}',
    "long": b"x" * 70_000,
}


@dataclass(frozen=True)
class Form:
    """One form as a role sees it: where it goes and what would be sent if nothing was touched."""

    path: str
    method: str
    role: Role
    fields: tuple[tuple[str, str], ...]
    page: str

    @property
    def kind(self) -> tuple[str, str, tuple[str, ...]]:
        """The same for all forms that the same code answers with the same fields."""
        return _name(self.path), self.method, tuple(sorted({name for name, _ in self.fields}))

    @property
    def names(self) -> list[str]:
        """The fields, each once."""
        return list(dict.fromkeys(name for name, _ in self.fields))


@dataclass(frozen=True)
class Failure:
    """An answer that says the error was ours."""

    form: Form
    field: str
    odd: str
    status: int

    def __str__(self) -> str:
        where = f"{self.form.method} {self.form.path} ({self.form.role.name})"
        return f"{where}: {self.field} {self.odd} answers {self.status}"


def quiet() -> ExitStack:
    """No limits, for all requests come from one address; and no printing: a paper's words are not the question."""
    stack = ExitStack()
    stack.enter_context(override_settings(ACCOUNT_RATE_LIMITS=False))
    stack.enter_context(patch("printing.paper.Press.print", return_value=b"%PDF-"))
    return stack


def forms_of(world: World, visitor: Visitor) -> list[Form]:
    """Each kind of form once, found on the pages that a role may open."""
    by_kind: dict[Any, Form] = {}
    for path, role in _pages(world):
        client = visitor.client(role)
        response: Any = _undone(client, "GET", path, b"")
        if response.status_code == 200 and response.headers.get("Content-Type", "").startswith(HTML):
            for form in [
                *_read(response.content.decode(), path, role),
                *_filters(response.content.decode(), path, role),
            ]:
                by_kind.setdefault(form.kind, form)
    return list(by_kind.values())


def addresses_with_all_fields(world: World, method: str) -> list[Form]:
    """Each address that takes the method, once for a role that may, with every field that any page here reads."""
    names = re.compile(rf"request\.{method}(?:\.get|\.getlist)?[(\[]\"([\w-]+)\"")
    rooms = [path for room in ROOMS for path in (ROOT / room).glob("**/*.py")]
    read = sorted({name for path in rooms for name in names.findall(path.read_text())})
    by_name: dict[str, Form] = {}
    for path, role in _pages(world, method):
        by_name.setdefault(_name(path), Form(path, method, role, tuple((name, "") for name in read), path))
    return list(by_name.values())


def failures_of_all_fields(form: Form, visitor: Visitor, odd: dict[str, bytes | None]) -> Iterator[Failure]:
    """Each odd value in all fields at once."""
    for words, value in odd.items():
        pairs = [] if value is None else [f"{name}={quote_from_bytes(value[:MANY])}" for name in form.names]
        status = _undone(visitor.client(form.role), form.method, form.path, "&".join(pairs).encode()).status_code
        if status >= 500:
            yield Failure(form, "all fields", words, status)


def _pages(world: World, method: str = "GET") -> Iterator[tuple[str, Role]]:
    seen = set()
    for question in questions(world):
        rule, role = question.rule, question.role
        mine = question.firm in {"assigned", "foreign"} and (role.inside in {"", "owner"})
        who = who_may(rule, method)
        if question.method != method or not mine or who is None or not (rule.get("family") or fits(role, who)):
            continue
        if role.kind != "token" and (question.path, role.name) not in seen:
            seen.add((question.path, role.name))
            yield question.path, role


def _read(html: str, page: str, role: Role) -> Iterator[Form]:
    for form in LexborHTMLParser(html).css("form"):
        method = (form.attributes.get("method") or "get").upper()
        action = urljoin(page, form.attributes.get("action") or "")
        path = action if method == "POST" else urlsplit(action).path
        if fields := tuple(_fields(form)):
            yield Form(path, method, role, fields, page)
        for node in form.css("[hx-post]"):
            yield Form(urljoin(page, node.attributes["hx-post"] or ""), "POST", role, tuple(_fields(form)), page)


def _filters(html: str, page: str, role: Role) -> Iterator[Form]:
    """Links with a query: filters, pages and orders of lists."""
    for link in LexborHTMLParser(html).css("a[href*='?'], [hx-get*='?']"):
        target = urlsplit(urljoin(page, link.attributes.get("href") or link.attributes.get("hx-get") or ""))
        fields = tuple(parse_qsl(target.query, keep_blank_values=True))
        if not target.netloc and fields:
            yield Form(target.path, "GET", role, fields, page)


def _fields(form: LexborNode) -> Iterator[tuple[str, str]]:
    seen = set()
    for node in form.css("input[name], select[name], textarea[name], button[name]"):
        name, kind = node.attributes["name"] or "", node.attributes.get("type") or ""
        if kind in {"radio", "submit"} | ({""} if node.tag == "button" else set()) and name in seen:
            continue
        seen.add(name)
        if name != "csrfmiddlewaretoken" and kind != "file":
            yield name, _value(node)


def _value(node: LexborNode) -> str:
    if node.tag == "select":
        chosen = node.css_first("option[selected]") or next(
            (option for option in node.css("option") if option.attributes.get("value")), None
        )
        return (chosen.attributes.get("value") or "") if chosen else ""
    if node.tag == "textarea":
        return node.text() or "窓口で聞いたため"
    kind = node.attributes.get("type")
    return node.attributes.get("value") or (
        "on" if kind == "checkbox" else "窓口で聞いたため" if kind == "text" else ""
    )


def failures_of(form: Form, visitor: Visitor, odd: dict[str, bytes | None]) -> Iterator[Failure]:
    """Each field with each odd value, the others untouched."""
    for name in form.names:
        for words, value in odd.items():
            status = _undone(visitor.client(form.role), form.method, form.path, _body(form, name, value)).status_code
            if status >= 500:
                yield Failure(form, name, words, status)


def _body(form: Form, odd_field: str, odd: bytes | None) -> bytes:
    pairs = [(name, value.encode()) for name, value in form.fields if name != odd_field]
    if odd is not None:
        pairs.append((odd_field, odd))
    return "&".join(f"{quote_from_bytes(name.encode())}={quote_from_bytes(value)}" for name, value in pairs).encode()


def _undone(client: Client, method: str, path: str, body: bytes) -> HttpResponse:
    """One request whose writes are undone."""
    with transaction.atomic():
        response: Any
        if method == "POST":
            response = client.post(path, body, content_type=TEXT)
        else:
            response = client.get(path, QUERY_STRING=body.decode()) if body else client.get(path)
        if not response.streaming:
            assert isinstance(response.content, bytes)
        transaction.set_rollback(True)
    return response  # type: ignore[no-any-return]


def _name(path: str) -> str:
    try:
        return resolve(urlsplit(path).path).view_name or path
    except Resolver404:
        return path
