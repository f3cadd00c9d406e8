"""A cache that goes on in the process's own memory while Redis is down.

The cache holds counts of log-in attempts and used one-time codes. Without it nobody could log in, so an outage would
take the desk off its work; without counting, an outage would open the door to guessing. In memory each process counts
for itself: the limits hold, only per process.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

PAUSE_S = 5.0  # how long Redis is left alone after it failed: each try could cost its time-out
_log = logging.getLogger(__name__)


class SteadyRedisCache(RedisCache):
    """RedisCache for the operations the platform uses: add, get, set, delete, touch, incr, has_key, get_many."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._memory = LocMemCache(f"steady:{server}", {})
        self._down_until = 0.0

    def _ask(self, operation: str, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= self._down_until:
            try:
                return getattr(super(), operation)(*args, **kwargs)
            except (RedisError, OSError) as error:
                self._down_until = time.monotonic() + PAUSE_S
                _log.warning("Redis is down, the cache goes on in memory: %s", error)
        return getattr(self._memory, operation)(*args, **kwargs)

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """As RedisCache."""
        return bool(self._ask("add", key, value, timeout, version))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """As RedisCache."""
        return self._ask("get", key, default, version)

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """As RedisCache."""
        self._ask("set", key, value, timeout, version)

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """As RedisCache."""
        return bool(self._ask("touch", key, timeout, version))

    def delete(self, key: Any, version: int | None = None) -> bool:
        """As RedisCache."""
        return bool(self._ask("delete", key, version))

    def get_many(self, keys: Any, version: int | None = None) -> dict[Any, Any]:
        """As RedisCache."""
        values: dict[Any, Any] = self._ask("get_many", keys, version)
        return values

    def has_key(self, key: Any, version: int | None = None) -> bool:
        """As RedisCache."""
        return bool(self._ask("has_key", key, version))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """As RedisCache."""
        return int(self._ask("incr", key, delta, version))
