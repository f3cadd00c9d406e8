"""Headers that every answer of the platform carries, whatever view made it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from base.log_secrets import is_one_time

DOWNLOADED = "default-src 'none'; sandbox"


class PrivateResponses:
    """Nothing is kept by browsers and proxies, what is downloaded runs nowhere, and secret addresses are not passed on.

    Static files never come here. Stands inside the CSP middleware, which leaves a policy that is there alone.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "no-store" not in response.headers.get("Cache-Control", ""):
            response.headers["Cache-Control"] = "no-store, private"
        if response.headers.get("Content-Disposition", "").startswith("attachment"):
            response.headers["Content-Security-Policy"] = DOWNLOADED
        if is_one_time(request.path):
            # Only the origin: "no-referrer" would take the Origin header from the page's own form, too.
            response.headers["Referrer-Policy"] = "strict-origin"
        return response
