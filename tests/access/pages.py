"""Opens every address with every method as every role, with the firm's own things and with others'."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.http import HttpResponse, HttpResponseNotFound
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from tests.access.rows import Case
from tests.access.table import access, fits
from tests.access.world import FIRMS, MARKS, Role, World

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
# What a request may always write: sessions, the trail of who did what, one's own account.
BOOKKEEPING = ("django_session", "tenants_audit", "account_", "usersessions_", "mfa_", "django_admin_log", "tenants_user")


@dataclass(frozen=True)
class Address:
    """An address of the resolver: its full name, its route, its arguments' names."""

    name: str
    route: str
    arguments: tuple[str, ...]


def addresses() -> list[Address]:
    """Every address there is."""
    return sorted(_walk(get_resolver(), "", ""), key=lambda found: found.name)


def _walk(resolver: URLResolver, prefix: str, space: str) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        route = prefix + _route(entry)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, route, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern):
            name = entry.name or f"/{route}"
            arguments = tuple(entry.pattern.regex.groupindex)
            inherited = tuple(part for part in _named(prefix) if part not in arguments)
            yield Address(space + name, route, inherited + arguments)


def _named(route: str) -> list[str]:
    import re

    return re.findall(r"<(?:\w+:)?(\w+)>", route)


def _route(entry: Any) -> str:
    pattern = entry.pattern
    return pattern._route if isinstance(pattern, RoutePattern) else str(pattern)


def path_of(address: Address, rule: dict[str, Any], thing: dict[str, Any], crossed: dict[str, Any]) -> str:
    """The address filled with a firm's things; the first argument comes from `crossed` (mostly the same firm)."""
    import re

    known = access()["arguments"]
    values = {}
    for place, name in enumerate(address.arguments):
        source = rule.get("arguments", {}).get(name, known.get(name, ""))
        if source.startswith("="):
            values[name] = source[1:]
        else:
            if source not in thing:
                raise LookupError(f"{address.name}: docs/access.toml does not say what {name} is")
            values[name] = (crossed if place == 0 else thing)[source]
    if "path" in rule:
        return "/" + rule["path"].format(**values)
    route = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: _text(values[found[1]]), address.route)
    return "/" + route.replace("^", "").replace("\\Z", "").replace("$", "").replace("\\.", ".")


def _text(value: Any) -> str:
    return f"{value:%Y-%m}" if hasattr(value, "month") else str(value)[:7] if _is_month(value) else str(value)


def _is_month(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 10 and value[4] == "-" and value.endswith("-01")


class Visitor:
    """The clients of all roles, logged in once."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._cookies: dict[str, Any] = {}

    def client(self, role: Role) -> Client:
        """A fresh client with the role's session."""
        client = Client(raise_request_exception=False)
        if role.user_id is None:
            return client
        if role.name not in self._cookies:
            self._cookies[role.name] = self._log_in(role)
        client.cookies["sessionid"] = self._cookies[role.name]
        return client

    def _log_in(self, role: Role) -> str:
        from tenants.models import User

        client = Client()
        client.force_login(User.objects.get(pk=role.user_id))
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
        if role.organisation_id:
            session["acting_organisation"] = role.organisation_id
        session.save()
        return client.cookies["sessionid"].value


@dataclass(frozen=True)
class Answer:
    """What came back, and what it changed."""

    status: int
    login: bool
    marks: frozenset[str]
    writes: frozenset[str]


def ask(client: Client, method: str, path: str, data: dict[str, Any] | None) -> Answer:
    """One request whose writes are undone."""
    with transaction.atomic():
        before = _written()
        response = client.generic(method, path, **_body(data)) if data is None or method == "GET" else None
        if response is None:
            response = getattr(client, method.lower())(path, data)
        body = _content(response)
        writes = _changed(before) if response.status_code < 500 else frozenset()
        transaction.set_rollback(True)
    target = str(response.headers.get("Location", ""))
    login = response.status_code == 302 and target.startswith("/accounts/login/")
    seen = body + target.encode() + str(response.headers.get("Content-Disposition", "")).encode()
    marks = frozenset(name for name, mark in MARKS.items() if mark.encode() in seen or mark.lower().encode() in seen)
    return Answer(response.status_code, login, marks, writes)


def _body(data: dict[str, Any] | None) -> dict[str, Any]:
    return {}


def _content(response: HttpResponse) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]


def _written() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables")
        return dict(cursor.fetchall())


def _changed(before: dict[str, int]) -> frozenset[str]:
    if connection.needs_rollback:
        return frozenset()
    after = _written()
    return frozenset(
        table for table, count in after.items() if count > before.get(table, 0) and not table.startswith(BOOKKEEPING)
    )


@dataclass(frozen=True)
class Question:
    """One case to try."""

    address: Address
    rule: dict[str, Any]
    method: str
    role: Role
    firm: str
    path: str


def questions(world: World, only: Iterable[str] | None = None) -> Iterator[Question]:
    """Every address × method × role × firm; methods an address does not know are tried with the own firm only."""
    rules, wanted = access()["pages"], set(only) if only is not None else None
    for address in addresses():
        rule = rules.get(address.name)
        if rule is None or (wanted is not None and address.name not in wanted):
            continue
        for role in world.roles:
            own = "foreign" if role.name == "outsider" else "assigned"
            for method in METHODS:
                known = method in rule or (method == "HEAD" and "GET" in rule)
                firms = FIRMS if address.arguments and known and not rule.get("firmless") else (own,)
                for firm in firms:
                    thing = world.things[firm]
                    yield Question(address, rule, method, role, firm, path_of(address, rule, thing, thing))
                if len(address.arguments) > 1 and known and not rule.get("firmless"):
                    # The own firm's number in front of another firm's thing.
                    path = path_of(address, rule, world.things["foreign"], world.things["assigned"])
                    yield Question(address, rule, method, role, "crossed", path)


def answer_of(visitor: Visitor, question: Question) -> Answer:
    """Ask it."""
    data = question.rule.get("data", {}) if question.method == "POST" else None
    return ask(visitor.client(question.role), question.method, question.path, data)


def judge(question: Question, answer: Answer) -> list[str]:
    """What is wrong with an answer; [] when it agrees with the table."""
    rule, role, method = question.rule, question.role, question.method
    wrong = []
    reach = "foreign" if role.name == "outsider" else "assigned"
    who = rule.get("GET" if method == "HEAD" else method)
    mine = rule.get("firmless") or not question.address.arguments or question.firm == reach
    allowed = who is not None and fits(role, who) and mine
    if allowed:
        fine = rule.get("ok", {}).get(method, [302] if method == "POST" else [200])
        if answer.status not in fine or answer.login:
            wrong.append(f"answers {answer.status} (log-in: {answer.login}), expected {fine}")
        if method == "GET" and rule.get("shows") and role.sees and not answer.marks:
            wrong.append("shows nothing of the own firm")
    elif not _refused(question, answer):
        wrong.append(f"answers {answer.status}, expected a refusal")
    strange = answer.marks - set(role.sees) if allowed else answer.marks - set(role.sees) | _own_of_refused(answer, rule)
    if strange:
        wrong.append(f"shows {sorted(strange)}")
    writes = set(rule.get("writes", [])) if allowed and method == "POST" else set()
    if answer.writes - writes - set(rule.get("notes", [])):
        wrong.append(f"writes {sorted(answer.writes - writes)}")
    if writes - answer.writes:
        wrong.append(f"does not write {sorted(writes - answer.writes)}")
    return wrong


def _own_of_refused(answer: Answer, rule: dict[str, Any]) -> set[str]:
    return set()


def _refused(question: Question, answer: Answer) -> bool:
    rule, role = question.rule, question.role
    known = question.method in rule or (question.method == "HEAD" and "GET" in rule)
    if not known:
        return answer.status in {404, 405, 403, 401} or answer.login or (answer.status == 302 and bool(rule.get("moved")))
    if role.user_id is None:
        return answer.login or answer.status in rule.get("anonymous", [])
    return answer.status in rule.get("no", [403, 404]) and not answer.login


def pages_check(world: World, only: Iterable[str] | None = None) -> Iterator[Case]:
    """Every question with what is wrong about its answer."""
    visitor = Visitor(world)
    for question in questions(world, only):
        wrong = judge(question, answer_of(visitor, question))
        firm = question.firm
        yield Case(f"{question.method} {question.path}", question.role.name, "opens", firm, [], wrong)


__all__ = ["HttpResponseNotFound"]
