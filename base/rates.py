"""Counting how often something was tried."""

from __future__ import annotations

from django.core.cache import cache


def tried(key: str, window_s: int) -> int:
    """Count one try; → tries within the window that began with the first. Holds per process while Redis is down."""
    cache.add(key, 0, window_s)
    try:
        return int(cache.incr(key))
    except ValueError:  # the window ended between the two calls
        return 1
