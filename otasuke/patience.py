"""How long PostgreSQL bears with a statement, a lock and an idle transaction, by the kind of work a process does.

A request that hangs must not hold rows that others wait for; a month's figures may take their time; a migration waits
for a lock only briefly, because everybody queues behind it.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True)
class Patience:
    """In seconds; 0 is without end."""

    statement: int
    lock: int
    idle_transaction: int

    @property
    def options(self) -> str:
        """As libpq takes it."""
        given = {
            "statement_timeout": self.statement,
            "lock_timeout": self.lock,
            "idle_in_transaction_session_timeout": self.idle_transaction,
        }
        return " ".join(f"-c {name}={seconds * 1000}" for name, seconds in given.items())


# web: pages and calls. worker: intake and mail. long: reports and sweeps over all firms. command: what an operator
# starts by hand and watches. migration: the owner's connection.
KINDS = {
    "web": Patience(statement=30, lock=10, idle_transaction=60),
    "worker": Patience(statement=120, lock=30, idle_transaction=300),
    "long": Patience(statement=900, lock=60, idle_transaction=900),
    "command": Patience(statement=0, lock=120, idle_transaction=3600),
    "migration": Patience(statement=0, lock=60, idle_transaction=3600),
}


def patience_of(kind: str) -> Patience:
    """Raises ImproperlyConfigured for a kind of work that there is not."""
    if kind not in KINDS:
        raise ImproperlyConfigured(f"KIND_OF_WORK is one of {', '.join(KINDS)}, not {kind!r}")
    return KINDS[kind]
