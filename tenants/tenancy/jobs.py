"""Base classes of Celery tasks: one works for one firm inside its scope, or only finds work for such tasks."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Any

from celery import Task
from django.db import OperationalError, connection, transaction
from kombu.exceptions import OperationalError as BrokerError

from tenants.tenancy.scope import tenant_scope

LONGEST_PAUSE = 300  # seconds between tries while the database is away


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


def wake(task_name: str, **kwargs: Any) -> None:
    """Ask Celery to run a task after the open transaction commits; a dead broker is no error.

    The work is a row in PostgreSQL already: a sweep takes it when the message is lost.
    """
    from celery import current_app

    def send() -> None:
        with suppress(BrokerError, OSError):
            current_app.send_task(task_name, kwargs=kwargs, retry=False)

    if connection.in_atomic_block:
        transaction.on_commit(send)
    else:
        send()
