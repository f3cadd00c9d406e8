"""Programs present a token; everything else about who they are comes from PostgreSQL."""

from __future__ import annotations

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from base.rates import tried
from tenants.accounts.tokens import TokenHolder, token_holder
from tenants.api.answers import Refusal
from tenants.audit.origin import client_address

MOST_FAILURES = 30
FAILURES_WINDOW_S = 600


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer otk_…`. `request.user` is the TokenHolder: no person stands behind such a request."""

    def authenticate(self, request: Request) -> tuple[TokenHolder, str] | None:
        """None without the header. Raises Refusal 401, and 429 after many wrong tokens from one address."""
        header = request.headers.get("Authorization", "")
        if not header:
            return None
        word, _, secret = header.partition(" ")
        holder = token_holder(secret.strip()) if word.lower() == "bearer" else None
        if holder is None:
            if tried(f"token_failed:{client_address(request)}", FAILURES_WINDOW_S) > MOST_FAILURES:
                raise Refusal(429, "too_many_tries", "too many wrong tokens", retry_after_s=FAILURES_WINDOW_S)
            raise Refusal(401, "token_refused", "the token is unknown, expired or revoked")
        return holder, holder.token_hash.hex()

    def authenticate_header(self, request: Request) -> str:
        """For the WWW-Authenticate header."""
        return 'Bearer realm="otasuke"'


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema describes it."""

    target_class = "tenants.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """HTTP bearer."""
        return {"type": "http", "scheme": "bearer", "description": "An API token made by an owner (/tokens/)."}
