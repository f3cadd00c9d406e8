"""How many proxies of ours stand before the platform: said aloud by the operator, never guessed."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured


def trusted_proxies(text: str) -> int:
    """The number in the setting TRUSTED_PROXIES. Raises ImproperlyConfigured when none is stated.

    A wrong guess would let a caller choose the address that the limits against guessing count for.
    """
    if not (text.strip().isascii() and text.strip().isdigit()):
        raise ImproperlyConfigured(
            "BEHIND_TLS_PROXY needs TRUSTED_PROXIES: how many proxies of yours add the caller's address to"
            " X-Forwarded-For (one nginx as in docs/operations.md: 1; a proxy that adds nothing: 0)"
        )
    return int(text)
