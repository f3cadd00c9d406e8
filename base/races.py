"""Two people submit the same thing at the same moment: the later request gets the answer it would get a minute later.

A unique or exclusion constraint refuses the second of two rows that were both allowed when they were asked for. The
request is then worked on once more: now it sees the first one's row and answers as it does the slow way. Where that is
not possible (no transaction to take back, or a body that was read already) a page says that somebody was faster.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

# SQLSTATE of a unique and of an exclusion constraint.
TAKEN = frozenset({"23505", "23P01"})


def is_lost_race(problem: BaseException) -> bool:
    """Whether PostgreSQL refused a row because another one has its place."""
    return isinstance(problem, IntegrityError) and getattr(problem.__cause__, "pgcode", None) in TAKEN


class RaceMiddleware:
    """Stands outside the person's transaction, which a status of 500 takes back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if _has_lost(request) and _can_be_repeated(request):
            request.lost_race = False  # type: ignore[attr-defined]
            response = self.get_response(request)
        if _has_lost(request):
            return HttpResponse(render_to_string("409.html"), status=409)
        return response

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """Programs get their answer from their own rooms; people get one from here."""
        if request.path.startswith("/api/") or not is_lost_race(problem):
            return None
        request.lost_race = True  # type: ignore[attr-defined]
        return HttpResponse(status=500)


def _has_lost(request: HttpRequest) -> bool:
    return bool(getattr(request, "lost_race", False))


def _can_be_repeated(request: HttpRequest) -> bool:
    """Everything of the first try was in the person's transaction, and the form's fields are still there."""
    return request.user.is_authenticated and hasattr(request, "_post") and not request.FILES
