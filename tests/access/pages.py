"""Opens every address with every method as every role, with the firm's own things and with others'."""

from __future__ import annotations

import logging
import random
import re
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch
from zlib import crc32

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver

from tests.access.rows import Case
from tests.access.table import access, fits
from tests.access.world import FIRMS, INSIDE, MARKS, Role, World, secret_of

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
# What a request may always write: sessions, the trail of who did what, one's own account, when a token was last used.
BOOKKEEPING = (
    "django_session",
    "tenants_audit",
    "account_",
    "usersessions_",
    "mfa_",
    "django_admin_log",
    "tenants_user",
    "tenants_apitoken",
    "notifications_outboxmessage",
)

PARTS = 4
THIN = {"anonymous", "sme:owner", "soc:read_only"}


@dataclass(frozen=True)
class Address:
    """An address of the resolver: its full name, its route, its arguments' names."""

    name: str
    route: str
    arguments: tuple[str, ...]
    module: str = ""


def addresses() -> list[Address]:
    """Every address there is."""
    return sorted(_walk(get_resolver(), "", ""), key=lambda address: address.name)


def _walk(resolver: URLResolver, prefix: str, space: str) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        pattern: Any = entry.pattern
        route = prefix + str(getattr(pattern, "_route", pattern))
        if isinstance(entry, URLResolver):
            yield from _walk(entry, route, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern):
            view: Any = entry.callback
            module = getattr(view, "view_class", getattr(view, "cls", view)).__module__
            arguments = tuple(re.findall(r"<(?:\w+:)?(\w+)>", route))
            yield Address(space + (entry.name or f"/{route}"), route, arguments, module)


def rule_of(address: Address) -> dict[str, Any] | None:
    """What the table says about an address; None: nothing."""
    table = access()
    if address.name in table["pages"]:
        rule: dict[str, Any] = table["pages"][address.name]
        return rule
    for prefix, family in table["families"].items():
        if address.name.startswith(prefix):
            return {"family": True, "any": family["who"], "firmless": True}
    return None


def path_of(address: Address, rule: dict[str, Any], thing: dict[str, Any], crossed: dict[str, Any]) -> str:
    """The address filled with a firm's things; the first argument comes from `crossed` (mostly the same firm)."""
    own = rule.get("arguments", {})
    values = {
        name: _value(name, own.get(name), thing if place else crossed) for place, name in enumerate(address.arguments)
    }
    if rule.get("family"):
        return "/" + re.sub(r"\(\?P<(\w+)>.*?\)|<(?:\w+:)?(\w+)>", "1", _plain(address.route))
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda argument: values[argument[1]], _plain(address.route))


def _plain(route: str) -> str:
    return re.sub(r"\[[^\]]*\]\+?", "x", route).replace("^", "").replace("$", "").replace("\\", "")


def _value(name: str, own: str | None, thing: dict[str, Any]) -> str:
    source = own or access()["arguments"].get(name, "=1")
    if source.startswith("="):
        return str(source[1:])
    value = thing[source]
    return str(value)[:7] if source == "month" else str(value)


class Visitor:
    """The clients of all roles, logged in once."""

    def __init__(self) -> None:
        self._cookies: dict[str, str] = {}

    def client(self, role: Role) -> Client:
        """A fresh client with the role's session or token."""
        if role.kind == "token":
            secret = secret_of(role.name.removeprefix("token:"))
            return Client(raise_request_exception=False, headers={"Authorization": f"Bearer {secret}"})
        client = Client(raise_request_exception=False)
        if role.user_id is not None:
            if role.name not in self._cookies:
                self._cookies[role.name] = self._log_in(role)
            client.cookies["sessionid"] = self._cookies[role.name]
        return client

    def _log_in(self, role: Role) -> str:
        from tenants.models import User

        client = Client()
        client.force_login(User.objects.get(pk=role.user_id or 0))
        session = client.session
        # Ahead of time, so that a long run needs no proof again.
        proven = time.time() + (-7200 if role.name == "unproven" else 7200)
        session["account_authentication_methods"] = [{"method": "password", "at": proven}]
        session["account_authentication_methods_user"] = str(role.user_id)
        if role.organisation_id:
            session["acting_organisation"] = role.organisation_id
        session.save()
        return str(client.cookies["sessionid"].value)


@dataclass(frozen=True)
class Answer:
    """What came back, and what it changed."""

    status: int
    login: bool
    marks: frozenset[str]
    writes: frozenset[str]
    target: str = ""


def ask(client: Client, method: str, path: str, data: dict[str, Any] | None) -> Answer:
    """One request whose writes are undone."""
    with transaction.atomic():
        before = _written()
        response: Any = client.post(path, data or {}) if method == "POST" else client.generic(method, path)
        body = _content(response)
        writes = frozenset() if connection.needs_rollback else _changed(before)
        transaction.set_rollback(True)
    target = str(response.headers.get("Location", ""))
    login = response.status_code == 302 and target.startswith(("/accounts/login/", "/admin/login/"))
    seen = body + target.encode() + str(response.headers.get("Content-Disposition", "")).encode()
    marks = frozenset(name for name, mark in MARKS.items() if mark.encode() in seen or mark.lower().encode() in seen)
    return Answer(response.status_code, login, marks, writes, target)


def _content(response: HttpResponse) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]


_COUNTS = """
SELECT relname, writes FROM (SELECT relname, pg_stat_get_xact_tuples_inserted(oid)
         + pg_stat_get_xact_tuples_updated(oid) + pg_stat_get_xact_tuples_deleted(oid) AS writes
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace OFFSET 0) counted WHERE writes > 0
"""
# A transaction that has no number has written nothing: then no table is looked at.
_COUNTS_OF_A_WRITER = f"{_COUNTS} AND pg_current_xact_id_if_assigned() IS NOT NULL"


def _written(counts: str = _COUNTS) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(counts)
        return dict(cursor.fetchall())


def _changed(before: dict[str, int]) -> frozenset[str]:
    after = _written(_COUNTS_OF_A_WRITER)
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

    @property
    def words(self) -> str:
        """How the case is told."""
        return f"{self.method} {self.path}: {self.role.name} opens {self.firm}"


def questions(world: World, only: Iterable[str] | None = None) -> Iterator[Question]:
    """Every address × method × role × firm; methods an address does not know are tried with the own firm only."""
    wanted = set(only) if only is not None else None
    for address in addresses():
        rule = rule_of(address)
        if rule is not None and (wanted is None or address.name in wanted):
            for role in world.roles:
                if role.name in {"factorless", "unproven"} and (rule.get("family") or address.name.startswith("api-")):
                    continue
                if not rule.get("family") or role.inside in {"", "owner"}:
                    yield from _questions(world, address, rule, role)


def _questions(world: World, address: Address, rule: dict[str, Any], role: Role) -> Iterator[Question]:
    own, own_rule = _own(role), rule.get("arguments", {})
    several = bool(address.arguments) and not rule.get("firmless")
    for method in ("GET", "POST") if rule.get("family") else METHODS:
        known = who_may(rule, method) is not None
        for firm in FIRMS if several and known else (own,):
            thing = world.things[firm]
            yield Question(address, rule, method, role, firm, path_of(address, rule, thing, thing))
        things = [name for name in address.arguments if not str(own_rule.get(name, "")).startswith("=")]
        if several and known and len(things) > 1:
            # The own firm's number in front of another firm's thing.
            path = path_of(address, rule, world.things["foreign"], world.things["assigned"])
            yield Question(address, rule, method, role, "crossed", path)


def _own(role: Role) -> str:
    if role.kind == "token":
        return role.name.removeprefix("token:")
    return "foreign" if role.name == "outsider" else "assigned"


def who_may(rule: dict[str, Any], method: str) -> list[str] | None:
    """Who may use a method; None when the address does not know it."""
    who: list[str] | None = rule.get("GET" if method == "HEAD" else method, rule.get("any"))
    return who


def answer_of(visitor: Visitor, question: Question) -> Answer:
    """Ask it."""
    data = {
        name: value.format(organisation=question.role.organisation_id)
        for name, value in question.rule.get("data", {}).items()
    }
    return ask(visitor.client(question.role), question.method, question.path, data)


def judge(question: Question, answer: Answer) -> list[str]:
    """What is wrong with an answer; [] when it agrees with the table."""
    rule, role = question.rule, question.role
    who = who_may(rule, question.method)
    mine = (
        (question.method == "OPTIONS" and "OPTIONS" in rule)
        or bool(rule.get("firmless"))
        or question.firm == _own(role)
    )
    allowed = who is not None and fits(role, who) and mine
    way = _way_round(question, who is not None and fits(role, who))
    if way and answer.target.startswith(way) and not answer.marks and not answer.writes:
        return []
    if way and who is not None:
        return [f"answers {answer.status} {answer.target}, expected a way to {way}"]
    wrong = [f"shows {sorted(answer.marks - set(role.sees))}"] if answer.marks - set(role.sees) else []
    if answer.status >= 500 and answer.status not in _fine(rule, question.method):
        wrong.append(f"answers {answer.status}")
    elif not allowed:
        wrong += _let_in(question, answer, who is not None)
    elif not rule.get("family"):
        wrong += _kept_out(question, answer)
    return wrong + _miswritten(question, answer, allowed)


def _way_round(question: Question, allowed: bool) -> str:
    """Where somebody is sent who must first have a second factor, or prove again who they are; "" for all others."""
    if question.role.name == "factorless" and not question.rule.get("without_factor"):
        return "/account/second-factor/"
    if question.role.name == "unproven" and question.rule.get("proven") and allowed:
        return "/accounts/"
    return ""


def _miswritten(question: Question, answer: Answer, allowed: bool) -> list[str]:
    expected = set(question.rule.get("writes", [])) if allowed and question.method == "POST" else set()
    if answer.writes == expected or (allowed and not question.rule.get("writes")):
        return []
    return [f"writes {sorted(answer.writes)}, expected {sorted(expected)}"]


def _fine(rule: dict[str, Any], method: str) -> list[int]:
    name = "GET" if method == "HEAD" and "GET" in rule else method if method in rule else "any"
    fine: list[int] = rule.get("ok", {}).get(name, [302] if name == "POST" else [200])
    return fine


def _kept_out(question: Question, answer: Answer) -> list[str]:
    """What is wrong with an answer to somebody whom the table lets in."""
    rule, role = question.rule, question.role
    fine = _fine(rule, question.method)
    if answer.status not in fine or answer.login:
        return [f"answers {answer.status} (log-in: {answer.login}), expected {fine}"]
    if question.method == "GET" and rule.get("shows") and role.sees and not answer.marks:
        return ["shows nothing of the own firm"]
    return []


def _let_in(question: Question, answer: Answer, known: bool) -> list[str]:
    """What is wrong with an answer to somebody whom the table keeps out."""
    rule, role = question.rule, question.role
    if rule.get("family"):
        refused = answer.status in {302, 401, 403, 404, 405}
    elif not known:
        refused = answer.status in {401, 403, 404, 405} or answer.login
    elif role.user_id is None:
        refused = answer.login or answer.status in rule.get("anonymous", [])
    else:
        refused = answer.status in rule.get("no", [403, 404])
    return [] if refused else [f"answers {answer.status}, expected a refusal"]


def pages_check(
    world: World,
    only: Iterable[str] | None = None,
    *,
    mixed: bool = False,
    first: Collection[str] = (),
    words: frozenset[str] | None = None,
    thin: bool = False,
) -> Iterator[Case]:
    """Every question with what is wrong about its answer; `mixed`: not address by address, to find a fault sooner.

    `first`: the roles to begin with then. `words`: only the cases that are told in these words.
    `thin`: without what another question tells as well (_told_by_another); `make access-check` asks all.
    """
    wanted = [question for question in questions(world, only) if words is None or question.words in words]
    if thin:
        wanted = [question for question in wanted if not _told_by_another(question)]
    if mixed:
        random.Random(7).shuffle(wanted)
        wanted.sort(key=lambda question: (question.role.name not in first, _telling(question)))
    visitor = Visitor()
    # Limits are per address of the caller, and all of these come from one.
    # Nothing is printed: who gets a paper is the question here, not what stands on it.
    with ExitStack() as stack:
        stack.enter_context(override_settings(ACCOUNT_RATE_LIMITS=False))
        stack.enter_context(patch("printing.paper.Press.print", return_value=b"%PDF-"))
        # Nobody looks at the templates and the log of these answers, which cost a quarter of the time.
        stack.enter_context(patch("django.test.client.store_rendered_templates", lambda *_rendered, **_more: None))
        stack.enter_context(_silence())
        if thin:
            # A third of the answers is the page of what does not exist, which is the same for everything.
            stack.enter_context(patch("django.conf.urls.handler404", _not_found))
        for question in wanted:
            wrong = judge(question, answer_of(visitor, question))
            yield Case(f"{question.method} {question.path}", question.role.name, "opens", question.firm, [], wrong)


@contextmanager
def _silence() -> Iterator[None]:
    before = logging.root.manager.disable
    logging.disable(logging.ERROR)
    try:
        yield
    finally:
        logging.disable(before)


def _not_found(_request: HttpRequest, **_reason: Any) -> HttpResponse:
    return HttpResponse(status=404)


def wrong_of(world: World, part: int) -> list[str]:
    """What disagrees with the table in one of PARTS parts of the addresses, thinly asked; forty lines at most."""
    names = sorted({address.name for address in addresses()})[part::PARTS]
    return [str(case) for case in pages_check(world, names, thin=True) if not case.agrees][:40]


def _told_by_another(question: Question) -> bool:
    """HEAD, OPTIONS and methods an address does not know: three roles are enough, or one.

    Who is kept out altogether: the firm in their reach is enough, of a kind of organisation its owner, and who is kept
    out from reading and from writing is tried at writing once in three.
    """
    role, who = question.role, who_may(question.rule, question.method)
    if _telling(question):
        return role.name not in THIN or (who is None and role.name != "sme:owner")
    if who is None or fits(role, who):
        return False
    reading = who_may(question.rule, "GET")
    if question.method == "POST" and reading is not None and not fits(role, reading) and not _one_in_three(question):
        return True
    if role.name != f"{role.kind}:{role.inside}":
        return question.firm != _own(role)
    if any(fits(replace(role, inside=inside), who) for inside in INSIDE):
        return False
    return role.inside != "owner" or question.firm != _own(role)


def _one_in_three(question: Question) -> bool:
    return crc32(question.words.encode()) % 3 == 0


def _telling(question: Question) -> int:
    """GET and POST that the address knows tell most."""
    return 0 if question.method in {"GET", "POST"} and who_may(question.rule, question.method) is not None else 1


def alone_check(
    world: World, only: Iterable[str] | None = None, *, words: frozenset[str] | None = None, thin: bool = False
) -> Iterator[Case]:
    """The same for addresses that name tables to lower the wall of: the application keeps people out by itself."""
    from tests.access.world import superuser

    for name, rule in access()["pages"].items():
        if "alone" in rule and (only is None or name in set(only)):
            server = superuser()
            server.autocommit = True
            with server.cursor() as cursor:
                for table in rule["alone"]:
                    cursor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
                try:
                    yield from list(pages_check(world, [name], words=words, thin=thin))
                finally:
                    for table in rule["alone"]:
                        cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            server.close()
