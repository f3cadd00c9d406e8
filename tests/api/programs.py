"""A program with a token, as seen from outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.test import Client

from tenants.accounts.tokens import IssuedToken, token_create
from tenants.models import Organisation, User
from tenants.tenancy.scope import person_scope

ALL = ("read:alerts", "read:incidents", "read:reports")


def token_for(user: User, organisation: Organisation, scopes: Sequence[str] = ALL, days: int = 30) -> IssuedToken:
    """Make a token as the organisation's owner."""
    with person_scope(user.pk, organisation.pk):
        return token_create(name="監視画面", scopes=scopes, days=days)


@dataclass(frozen=True)
class Program:
    """Asks with its secret."""

    secret: str

    def get(self, path: str, query: dict[str, Any] | None = None) -> Any:
        """The answer."""
        return Client(raise_request_exception=False).get(
            f"/api/v1/{path}", query, headers={"Authorization": f"Bearer {self.secret}"}
        )

    def results(self, path: str, query: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """The results of a list."""
        answer = self.get(path, query)
        assert answer.status_code == 200, answer.content
        rows: list[dict[str, Any]] = answer.json()["results"]
        return rows
