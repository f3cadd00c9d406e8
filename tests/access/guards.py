"""Whom a page keeps out it keeps out at its door: nothing is asked of the database that another address would not ask.

Row-level security alone would also answer 404, because nothing is found. Here the check in the code must have answered:
somebody who may not open a page costs the same questions to the database as an address that does not exist.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from django.db import connection
from django.test import Client, override_settings

from tests.access.pages import Address, Question, Visitor, addresses, answer_of, ask, path_of, rule_of, who_may
from tests.access.rows import Case
from tests.access.table import fits
from tests.access.world import Role, World, secret_of, superuser

NOWHERE = "/an-address-that-is-not-there/"
# Who is asked everywhere: people who are unknown, belong to nobody, or to an organisation that has no part in anything.
FAR = ("anonymous", "nobody", "buyer:owner")
# And those who see firms: of whom sees none the database is not even asked.
SEEING = ("soc:owner", "sme:owner")
SCOPES = ("read:alerts", "read:incidents", "read:reports")
# There are pages of founding as long as there is no programme.
DOOR_OF_FOUNDING = {'SELECT %s AS "a" FROM "tenants_programme" LIMIT 1'}
# Many kinds have a part in a job, or read what another writes: the rows say who.
BY_ROWS = {
    "staff:incident",
    "jobsheet:evidence",
    "jobsheet:invoice_pdf",
    "jobsheet:report_full",
    "jobsheet:report_plain",
}


def guards_check(world: World, only: Iterable[str] | None = None) -> Iterator[Case]:
    """Every address × GET and POST × those who come nearest to being let in, and are not; then what asks again."""
    wanted = None if only is None else set(only)
    visitor, usual = Visitor(), {}
    with override_settings(ACCOUNT_RATE_LIMITS=False), patch("printing.paper.Press.print", return_value=b"%PDF-"):
        for question in _questions(world, wanted):
            name = question.role.name, question.method
            if name not in usual:
                usual[name] = _statements_of(visitor, replace(question, rule={}, path=NOWHERE))
            door = DOOR_OF_FOUNDING if question.address.name.startswith("founding:") else set()
            more = sorted(_statements_of(visitor, question) - usual[name] - door)
            yield Case(f"{question.method} {question.path}", question.role.name, "is kept out", "", [], more[:2])
        for question in _proofs(world, wanted):
            target = answer_of(Visitor(), question).target
            asks = target.startswith("/accounts/reauthenticate/") or target
            yield Case(f"{question.method} {question.path}", question.role.name, "is asked again", "", True, asks)
    yield from _scopes(world, wanted)


def _questions(world: World, wanted: set[str] | None) -> Iterator[Question]:
    for address, rule in _pages(wanted):
        methods = ("GET",) if who_may(rule, "GET") == who_may(rule, "POST") else ("GET", "POST")
        for method in methods:
            for role in _near(world, address.name, who_may(rule, method)):
                yield _question(world, address, rule, method, role)


def _pages(wanted: set[str] | None) -> Iterator[tuple[Address, dict[str, Any]]]:
    for address in addresses():
        rule = rule_of(address)
        ours = rule is not None and not rule.get("family") and not address.name.startswith("api-")
        if rule and ours and (wanted is None or address.name in wanted):
            yield address, rule


def _question(world: World, address: Address, rule: dict[str, Any], method: str, role: Role) -> Question:
    thing = world.things["assigned"]
    return Question(address, rule, method, role, "assigned", path_of(address, rule, thing, thing))


def _near(world: World, name: str, who: list[str] | None) -> list[Role]:
    """Those of FAR, SEEING and the kinds that are let in who are kept out. `who` None: no such method."""
    if who is None:
        return []
    kinds = {name_of_role.partition(":")[0] for name_of_role in who}
    names = FAR if name in BY_ROWS else (*FAR, *SEEING)
    near = [role for role in world.roles if role.name in names or role.name.split(":")[0] in kinds]
    # Owners of any organisation open these, each for things of their own.
    owners = "outsider" in kinds
    return [role for role in near if not fits(role, who) and not (owners and role.inside == "owner")]


def _proofs(world: World, wanted: set[str] | None) -> Iterator[Question]:
    """Where one must prove again who one is: somebody who may open it, hours after the log-in."""
    for address, rule in _pages(wanted):
        method = "GET" if who_may(rule, "GET") else "POST"
        may = [role for role in world.roles if role.inside and fits(role, who_may(rule, method) or [])]
        if rule.get("proven") and may:
            yield _question(world, address, rule, method, replace(may[0], name="unproven"))


def _scopes(world: World, wanted: set[str] | None) -> Iterator[Case]:
    """A program reads only what its token is for: one token of the firm for each scope, at each address with one."""
    scopes = {}
    for address in addresses():
        named = re.search(r"read:\w+", (rule_of(address) or {}).get("words", ""))
        if named and address.name.startswith("api-") and (wanted is None or address.name in wanted):
            scopes[address] = named[0]
    with _tokens(world, SCOPES if scopes else ()) as tokens:
        for address, needed in scopes.items():
            path = path_of(address, rule_of(address) or {}, world.things["assigned"], world.things["assigned"])
            for scope, secret in tokens.items():
                client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {secret}"})
                refused = ask(client, "GET", path, None).status == 403
                yield Case(f"GET {path}", f"token for {scope}", "is refused", "", scope != needed, refused)


@contextmanager
def _tokens(world: World, scopes: Iterable[str]) -> Iterator[dict[str, str]]:
    """Scope → the secret of a token of the assigned firm for it; gone afterwards."""
    firm, owner = world.firms["assigned"], world.things["assigned"]["owner"]
    secrets = {scope: secret_of(f"only {scope}") for scope in scopes}
    hashes = {scope: hashlib.sha256(secret.encode()).digest() for scope, secret in secrets.items()}
    server = superuser()
    server.autocommit = True
    with server.cursor() as cursor:
        for scope, digest in hashes.items():
            cursor.execute(
                "INSERT INTO tenants_apitoken (organisation_id, name, scopes, shown, token_hash, created_at,"
                " expires_at, created_by_id) VALUES (%s, 'x', ARRAY[%s], 'x', %s, now(), now() + interval '1 day', %s)",
                (firm, scope, digest, owner),
            )
        try:
            yield secrets
        finally:
            cursor.execute("DELETE FROM tenants_apitoken WHERE token_hash = ANY (%s)", (list(hashes.values()),))
    server.close()


def _statements_of(visitor: Visitor, question: Question) -> set[str]:
    """What a request asks of the database."""
    statements: set[str] = set()

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "SAVEPOINT" not in sql and "pg_stat_xact" not in sql:
            statements.add(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        answer_of(visitor, question)
    return statements
