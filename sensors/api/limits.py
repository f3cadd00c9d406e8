"""How often one address may try to activate; the five tries of each code hold besides."""

from __future__ import annotations

from rest_framework.request import Request

from base.rates import tried
from tenants.api.answers import Refusal
from tenants.audit.origin import client_address

TRIES = 20
WINDOW_S = 600


def activation_limit(request: Request) -> None:
    """Count this try. Raises Refusal 429 after 20 within ten minutes from one address."""
    if tried(f"activation:{client_address(request)}", WINDOW_S) > TRIES:
        raise Refusal(429, "too_many_tries", "too many activation tries from this address", retry_after_s=WINDOW_S)
