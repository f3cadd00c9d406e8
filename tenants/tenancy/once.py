"""What one page asks several times is read once: a firm's programme, its settings, its boxes.

Only inside `read_once()`, which a page opens that changes nothing, and only for the scope that was open then: nothing
is kept from one request to the next, and what somebody may see is asked of PostgreSQL as ever.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from tenants.tenancy.scope import current_scope, scope_is_open

T = TypeVar("T")
_read: ContextVar[dict[Hashable, Any] | None] = ContextVar("otasuke_read_once", default=None)


@contextmanager
def read_once() -> Iterator[None]:
    """Until it ends, what `once` reads is read once."""
    token = _read.set({})
    try:
        yield
    finally:
        _read.reset(token)


def reads_once() -> bool:
    """Whether a page is read that asks several times."""
    return _read.get() is not None and scope_is_open()


def once(subject: Hashable, read: Callable[[], T]) -> T:
    """What `read` gives; inside `read_once` of the same subject in the same scope only the first time."""
    known = _read.get()
    if known is None or not reads_once():
        return read()
    key = (current_scope(), subject)
    if key not in known:
        known[key] = read()
    value: T = known[key]
    return value
