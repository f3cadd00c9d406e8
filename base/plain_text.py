"""No browser sends a NUL, and PostgreSQL keeps none: a request with one is refused before any page looks at it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict

_FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}


class PlainTextMiddleware:
    """Answers 400 to a NUL in the address, its query or a form's field. Bodies for the API are checked there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> None:
        """After the check against forgery, which has read the form already. Raises BadRequest."""
        if request.path.startswith("/api/"):
            return
        is_form = request.method == "POST" and request.content_type in _FORMS
        if "\x00" in request.path or _has_nul(request.GET) or (is_form and _has_nul(request.POST)):
            raise BadRequest("a NUL in a text")


def _has_nul(fields: QueryDict) -> bool:
    return any("\x00" in name or any("\x00" in value for value in values) for name, values in fields.lists())
