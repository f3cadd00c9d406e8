"""The base of what programs may read: token, scope of the token, limit, page by page, written down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, cast

from django.core.exceptions import ValidationError
from django.db import InterfaceError, OperationalError
from django.db.models import Field
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from base.rates import tried
from tenants.accounts.tokens import TokenHolder
from tenants.api.answers import JsonView, Problem, Refusal
from tenants.api.authentication import TokenAuthentication
from tenants.audit.record import audit_record_for
from tenants.models import ApiToken
from tenants.tenancy.scope import token_scope

CALLS_A_MINUTE = 120
PAGE = 50
LARGEST_PAGE = 200
LAST_YEAR = 9999
FURTHEST_ZONE = timedelta(hours=16)  # PostgreSQL knows none beyond
PROBLEMS: dict[int, Any] = {
    400: OpenApiResponse(Problem, "a filter cannot be read"),
    401: OpenApiResponse(Problem, "no token, or one that does not hold"),
    403: OpenApiResponse(Problem, "the token does not have this scope"),
    404: OpenApiResponse(Problem, "nothing that this token may see"),
    429: OpenApiResponse(Problem, f"more than {CALLS_A_MINUTE} calls a minute; Retry-After says when"),
    503: OpenApiResponse(Problem, "the database does not answer; Retry-After says when"),
}


class ReadView(JsonView):
    """Runs inside the token's scope: PostgreSQL decides which firms it sees."""

    authentication_classes = [TokenAuthentication]
    permission_classes = []
    needs: ClassVar[ApiToken.Scope]

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Hold the scope open until the answer's data is made; an error nobody expected rolls back."""
        try:
            with ExitStack() as self._stack:
                return super().dispatch(request, *args, **kwargs)
        except (OperationalError, InterfaceError) as problem:
            return self.finalize_response(self.request, super().handle_exception(problem), *args, **kwargs)

    def handle_exception(self, exc: Exception) -> Response:
        """A failure of the database must leave the scope's transaction before it is answered."""
        if isinstance(exc, OperationalError | InterfaceError):
            raise exc
        return super().handle_exception(exc)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Token, scope of the token and limit; then the firms' rows may be read. Raises Refusal."""
        super().initial(request, *args, **kwargs)
        holder = cast(TokenHolder | None, request.user)
        if holder is None:
            raise Refusal(401, "token_missing", "send Authorization: Bearer and an API token")
        if self.needs not in holder.scopes:
            raise Refusal(403, "scope_missing", f"the token does not have the scope {self.needs}")
        if tried(f"api:{holder.token_id}", 60) > CALLS_A_MINUTE:
            raise Refusal(429, "too_many_calls", f"at most {CALLS_A_MINUTE} calls a minute", retry_after_s=60)
        self._stack.enter_context(token_scope(holder.token_hash, holder.organisation_id))

    def filters(self, serializer: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """The filters of the address. Raises ValidationError (400)."""
        query = serializer(data=self.request.query_params)
        query.is_valid(raise_exception=True)
        return dict(query.validated_data)

    def record(self, code: str, subject: str, tenant_ids: Iterable[int], rows: int) -> None:
        """One line in the trail of every firm whose rows were given out; an empty answer leaves none."""
        audit_record_for(sorted(set(tenant_ids)), code=code, subject=subject, rows=rows)


class Pages(CursorPagination):
    """Newest first, by a cursor: rows that come in meanwhile move nothing."""

    page_size = PAGE
    page_size_query_param = "page_size"
    max_page_size = LARGEST_PAGE

    def __init__(self, ordering: Sequence[str], field: Field[Any, Any]) -> None:
        self.ordering = tuple(ordering)
        self._field = field

    def decode_cursor(self, request: Request) -> Any:
        """The cursor, or None without one. Raises NotFound for one that we did not give out."""
        cursor = super().decode_cursor(request)
        if cursor is not None and cursor.position is not None and not _fits(self._field, str(cursor.position)):
            raise NotFound(self.invalid_cursor_message)
        return cursor


def _fits(field: Field[Any, Any], position: str) -> bool:
    """Whether the text is a value of the column that PostgreSQL can compare."""
    try:
        value = field.to_python(position)
        if isinstance(value, datetime):
            # A moment without zone would be guessed at, and the ends of the calendar cannot be turned into UTC.
            zone = value.utcoffset()
            return zone is not None and abs(zone) < FURTHEST_ZONE and value.astimezone(UTC).year < LAST_YEAR
        return value is not None and value.year < LAST_YEAR
    except (ValidationError, ValueError, OverflowError):
        return False


def paged(view: ReadView, rows: Any, ordering: Sequence[str]) -> tuple[Pages, list[Any]]:
    """The filters page of rows. Raises NotFound for a cursor that is none."""
    pages = Pages(ordering, rows.model._meta.get_field(ordering[0].removeprefix("-")))
    return pages, list(pages.paginate_queryset(rows, view.request, view=view) or [])


def page_answer(pages: Pages, data: Any) -> Response:
    """{"next", "previous", "results"}."""
    return pages.get_paginated_response(data)


class NewestFirst(serializers.Serializer[Any]):
    """Filters every list takes."""

    cursor = serializers.CharField(required=False, max_length=300, help_text="from `next` or `previous`")
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST_PAGE, default=PAGE)
    tenant = serializers.IntegerField(
        required=False, min_value=1, max_value=2**63 - 1, help_text="one firm only (tokens of partners)"
    )


def listed(item: type[serializers.Serializer[Any]]) -> type[serializers.Serializer[Any]]:
    """The shape of a page of items, for the schema."""
    name = item.__name__.removesuffix("Out")
    fields = {
        "next": serializers.CharField(allow_null=True, help_text="address of the next page"),
        "previous": serializers.CharField(allow_null=True),
        "results": item(many=True),
    }
    return type(f"{name}Page", (serializers.Serializer,), fields)
