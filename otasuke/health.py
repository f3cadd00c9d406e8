"""Does this web process live? Asked often, by containers and proxies; whether work gets done says `/readyz`."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse

LIVENESS = "/healthz"


class Liveness:
    """Answers 200 on any scheme and under any host name, and asks nothing: a restart mends no database.

    Comes before everything that redirects, counts or opens a connection.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == LIVENESS:
            return JsonResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})
        return self.get_response(request)
