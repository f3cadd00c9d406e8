"""How often one address may try to activate. Kept in Redis; without Redis the five tries of each code still hold."""

from __future__ import annotations

import logging

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.request import Request

from sensors.api.answers import Refusal

logger = logging.getLogger(__name__)
TRIES = 20
WINDOW_S = 600


def activation_limit(request: Request) -> None:
    """Count this try. Raises Refusal 429 after 20 within ten minutes from one address."""
    key = f"activation:{_address(request)}"
    try:
        cache.add(key, 0, WINDOW_S)
        tries = cache.incr(key)
    except (RedisError, OSError, ValueError) as problem:  # ValueError: the key ended between the two calls
        logger.warning("activation limit not counted: %s", problem)
        return
    if tries > TRIES:
        raise Refusal(429, "too_many_tries", "too many activation tries from this address", retry_after_s=WINDOW_S)


def _address(request: Request) -> str:
    """The caller's address; behind our own proxy, the one that proxy appended."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    if settings.SECURE_PROXY_SSL_HEADER and forwarded:
        return forwarded.rsplit(",", 1)[-1].strip()
    return str(request.META.get("REMOTE_ADDR", ""))
