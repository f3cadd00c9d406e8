"""Opens the person's scope around view *and* rendering, inside one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from tenants.models import Membership, Organisation, User
from tenants.selectors import memberships_now
from tenants.tenancy.scope import person_scope

SESSION_KEY = "acting_organisation"


@dataclass(frozen=True)
class Acting:
    """The person behind a request and the organisation they act for."""

    user: User
    organisation: Organisation
    role: str
    memberships: tuple[Membership, ...]

    @property
    def kind(self) -> str:
        """Kind of the organisation (tenants.Organisation.Kind)."""
        return self.organisation.kind

    @property
    def may_write(self) -> bool:
        """False for people who may only read."""
        return self.role != Membership.Role.READ_ONLY


class ScopeMiddleware:
    """Every request of a logged-in person runs in one transaction under that person's scope.

    ATOMIC_REQUESTS is not used: it would end before a TemplateResponse renders, and it commits what a view wrote
    before an error was turned into a 500 answer. Here a status of 500 or more rolls back.
    A streamed answer gets a scope of its own; one that says `opens_scopes` opens them itself, and so commits what it
    noted before each part is sent.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.acting = None  # type: ignore[attr-defined]
        if not request.user.is_authenticated:
            return self.get_response(request)
        user = request.user
        memberships = memberships_now(user_id=user.pk)
        acting = _choose(user, memberships, request.session.get(SESSION_KEY))
        request.acting = acting  # type: ignore[attr-defined]
        organisation_id = acting.organisation.pk if acting else 0
        with person_scope(user.pk, organisation_id):
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        if response.streaming and not getattr(response, "opens_scopes", False):
            streamed = cast(StreamingHttpResponse, response)
            content = cast(Iterable[bytes], streamed.streaming_content)
            streamed.streaming_content = _streamed(content, user.pk, organisation_id)
        return response


def _choose(user: User, memberships: tuple[Membership, ...], wanted: Any) -> Acting | None:
    if not memberships:
        return None
    membership = next((m for m in memberships if m.organisation_id == wanted), memberships[0])
    return Acting(user, membership.organisation, membership.role, memberships)


def _streamed(content: Iterable[bytes], user_id: int, organisation_id: int) -> Iterator[bytes]:
    """The view's scope is closed when streaming begins: open it again for the generator's own queries."""
    with person_scope(user_id, organisation_id):
        yield from content
