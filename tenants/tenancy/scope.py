"""The open scope: whose rows this piece of work may touch.

A scope is opened once per request or task, inside one transaction. It sets transaction-local settings that
PostgreSQL's row-level security reads (`sec.readable_firm`, `sec.sight`) and remembers for `ScopedManager` which firms
they are: by their ids when they are few, else that PostgreSQL must be asked for each row (docs/decisions/0012).
On exit of a scope within another the settings return to what they were, because they would outlive a savepoint; the
settings of an outermost one end with its transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import cached_property

from django.db import connection, transaction

# Grants that bring a firm into reach; which of its rows, each table's policy says.
CAPABILITIES = ("watch", "desk", "office", "breakglass", "job_offer", "job", "claim")
# The firms of more grants than these are not listed: a list of ids costs every query in proportion to its length.
MOST_LISTED = 500
_FIRMS = """
    SELECT sec.readable_firm(),
           ARRAY(SELECT s.tenant_id FROM sec.sight s WHERE s.capability = ANY (%s) LIMIT %s)
"""
SETTINGS = ("otasuke.tenant", "otasuke.user", "otasuke.organisation", "otasuke.token")


class ScopeMissing(RuntimeError):
    """A firm's table was used with no scope open."""


@dataclass(frozen=True)
class Scope:
    """The firms one piece of work may see, and who asks. `many`: more than are listed in `tenants`, which is empty."""

    tenants: tuple[int, ...]
    user_id: int | None = None
    organisation_id: int | None = None
    many: bool = False

    @property
    def single(self) -> int | None:
        """The firm's id when exactly one firm is in scope."""
        return self.tenants[0] if len(self.tenants) == 1 else None

    @cached_property
    def as_array(self) -> str:
        """The listed firms as PostgreSQL writes an array: `{1,2,3}`."""
        return "{" + ",".join(map(str, self.tenants)) + "}"


_current: ContextVar[Scope | None] = ContextVar("otasuke_scope", default=None)


def current_scope() -> Scope:
    """The open scope.

    Raises ScopeMissing when none is open: a query that forgot its scope must fail, not answer.
    """
    scope = _current.get()
    if scope is None:
        raise ScopeMissing("no tenant scope is open: use tenant_scope() or person_scope()")
    return scope


def scope_is_open() -> bool:
    """True inside a scope."""
    return _current.get() is not None


@contextmanager
def tenant_scope(tenant_id: int) -> Iterator[Scope]:
    """Open a transaction that sees exactly one firm (tasks, intake, commands)."""
    with _opened(Scope((tenant_id,)), tenant=str(tenant_id)) as scope:
        yield scope


@contextmanager
def scopes_in_turn() -> Iterator[Callable[[int], AbstractContextManager[Scope]]]:
    """Open one transaction for work on several firms, one after the other; gives what opens the scope of each.

    In each turn it sees that firm and no other, between turns none. What fails takes the work of all turns with it.
    """
    nobody = ("",) * len(SETTINGS)
    with _opened(Scope(())):

        @contextmanager
        def turn(tenant_id: int) -> Iterator[Scope]:
            _write_settings((str(tenant_id), *nobody[1:]))
            scope = Scope((tenant_id,))
            outer = _current.set(scope)
            try:
                yield scope
            finally:
                _current.reset(outer)
            _write_settings(nobody)

        yield turn


@contextmanager
def person_scope(user_id: int, organisation_id: int) -> Iterator[Scope]:
    """Open a transaction that sees what this person may see while acting for this organisation.

    PostgreSQL decides, from memberships and grants valid now; an organisation the person does not
    belong to gives an empty scope.
    """
    wanted = Scope((), user_id, organisation_id)
    with _opened(wanted, user=str(user_id), organisation=str(organisation_id)):
        if not organisation_id:  # a person for themselves sees no firm
            yield wanted
            return
        with _seeing(wanted) as scope:
            yield scope


@contextmanager
def token_scope(token_hash: bytes, organisation_id: int) -> Iterator[Scope]:
    """Open a transaction that sees what an API token's organisation may see (tenants.accounts.tokens).

    PostgreSQL finds the organisation by the hash and checks that the token still holds; a token that was revoked
    meanwhile gives an empty scope.
    """
    wanted = Scope((), None, organisation_id)
    with _opened(wanted, token=token_hash.hex()), _seeing(wanted) as scope:
        yield scope


@contextmanager
def _seeing(wanted: Scope) -> Iterator[Scope]:
    """The scope with the firms PostgreSQL answers for it."""
    with connection.cursor() as cursor:
        cursor.execute(_FIRMS, [list(CAPABILITIES), MOST_LISTED + 1])
        own, granted = cursor.fetchone()
    many = len(granted) > MOST_LISTED
    firms = () if many else tuple(sorted(set(granted)) if own is None else [own])
    scope = replace(wanted, tenants=firms, many=many)
    token = _current.set(scope)
    try:
        yield scope
    finally:
        _current.reset(token)


@contextmanager
def _opened(
    scope: Scope, *, tenant: str = "", user: str = "", organisation: str = "", token: str = ""
) -> Iterator[Scope]:
    # Settings hold until the transaction ends: of one that begins here nothing was set before, nothing is left after.
    begins = not connection.in_atomic_block
    with transaction.atomic():
        before = () if begins else _read_settings()
        _write_settings((tenant, user, organisation, token))
        outer = _current.set(scope)
        try:
            yield scope
        finally:
            _current.reset(outer)
        # After an error the savepoint or transaction rolls back and takes the settings with it.
        if not begins and not connection.needs_rollback:
            _write_settings(before)


def _read_settings() -> tuple[str, ...]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"coalesce(current_setting('{name}', true), '')" for name in SETTINGS))
        row: tuple[str, ...] = cursor.fetchone()
    return row


def _write_settings(values: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"set_config('{name}', %s, true)" for name in SETTINGS), values)


@contextmanager
def founding_scope(key_hash: bytes) -> Iterator[Scope]:
    """Open a transaction of whoever founds a programme (tenants.founding). Brings no firm into reach.

    PostgreSQL finds the founding by the hash of its key; with a key that is over, nothing is allowed in it.
    """
    with _opened(Scope(())) as scope:
        with connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(current_setting('otasuke.founding', true), '')")
            before = cursor.fetchone()[0]
            cursor.execute("SELECT set_config('otasuke.founding', %s, true)", [key_hash.hex()])
        yield scope
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('otasuke.founding', %s, true)", [before])


@contextmanager
def programme_scope(programme_id: int) -> Iterator[None]:
    """Open a transaction of background work for a programme: its mailbox, its warnings. Brings no firm into reach."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(current_setting('otasuke.programme', true), '')")
            before = cursor.fetchone()[0]
            cursor.execute("SELECT set_config('otasuke.programme', %s, true)", [str(programme_id)])
        yield
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('otasuke.programme', %s, true)", [before])
