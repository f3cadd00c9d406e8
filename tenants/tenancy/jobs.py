"""Base classes of Celery tasks: one works for one firm inside its scope, or only finds work for such tasks."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from contextvars import ContextVar
from typing import Any

from celery import Task
from django.db import OperationalError, connection, transaction
from kombu.exceptions import OperationalError as BrokerError

from tenants.tenancy.scope import tenant_scope

LONGEST_PAUSE = 300  # seconds between tries while the database is away
JOINED_S = 1.0  # between two wakes for the same work while they are joined
_Work = tuple[str, frozenset[tuple[str, Any]]]  # a task's name and its arguments


class TenantTask(Task):  # type: ignore[type-arg]
    """Runs inside the scope of `tenant_id`, which every call must name; published only after commit."""

    max_retries = 10

    def scope(self, tenant_id: int) -> AbstractContextManager[object]:
        """The scope that is open while the task runs."""
        return tenant_scope(tenant_id)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Open the firm's scope around the task.

        Raises TypeError when tenant_id is missing: a task without a firm would silently see nothing.
        """
        if "tenant_id" not in kwargs:
            raise TypeError(f"{self.name} needs tenant_id")
        try:
            with self.scope(kwargs["tenant_id"]):
                return super().__call__(*args, **kwargs)
        except OperationalError as problem:
            # Celery's autoretry covers the task's body only; a database that is away fails at the scope already.
            raise self.retry(exc=problem, countdown=min(2**self.request.retries, LONGEST_PAUSE)) from problem


class SteppedTenantTask(TenantTask):
    """A firm's task in several steps, each committed before the next: the service opens the scope of each itself."""

    def scope(self, tenant_id: int) -> AbstractContextManager[object]:
        return nullcontext()


class SystemTask(Task):  # type: ignore[type-arg]
    """A sweep: has no firm; may call only claim functions that return (tenant_id, id) and work per firm."""

    autoretry_for = (OperationalError,)
    retry_backoff = True
    max_retries = 3


class _Joined:
    """What was woken meanwhile: when, and what still waits to be woken."""

    def __init__(self) -> None:
        self._sent: dict[_Work, float] = {}
        self.waiting: dict[_Work, None] = {}

    def is_due(self, work: _Work) -> bool:
        """Whether to wake it now; if not, it waits for the next wake or the end."""
        now = time.monotonic()
        if now < self._sent.get(work, 0.0) + JOINED_S:
            self.waiting[work] = None
            return False
        self._sent[work] = now
        self.waiting.pop(work, None)
        return True


_joined: ContextVar[_Joined | None] = ContextVar("otasuke_joined_wakes", default=None)


@contextmanager
def wakes_joined() -> Iterator[None]:
    """Wake a worker for the same work once a second at most, and once more at the end if work came after that.

    For a run that stores thousands of rows of which one worker takes all it meets: a wake for each would leave a queue
    of thousands behind, in front of others' work.
    """
    joined = _Joined()
    outer = _joined.set(joined)
    try:
        yield
    finally:
        _joined.reset(outer)
        for name, arguments in joined.waiting:
            _publish(name, dict(arguments))


def _publish(name: str, arguments: dict[str, Any]) -> None:
    from celery import current_app

    with suppress(BrokerError, OSError):
        current_app.send_task(name, kwargs=arguments, retry=False)


def wake(task_name: str, **kwargs: Any) -> None:
    """Ask Celery to run a task after the open transaction commits; a dead broker is no error.

    The work is a row in PostgreSQL already: a sweep takes it when the message is lost.
    """

    def send() -> None:
        joined = _joined.get()
        if joined is None or joined.is_due((task_name, frozenset(kwargs.items()))):
            _publish(task_name, kwargs)

    if connection.in_atomic_block:
        transaction.on_commit(send)
    else:
        send()
