"""Refuses API calls without TLS instead of redirecting them: the secret has been sent in the clear already."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

_WORDS = "use the https address; a token or signature sent over http must be taken as read by others"


class RefusePlainApi:
    """ASVS 5.0 4.1.2. Stands before SecurityMiddleware, which redirects people's browsers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SECURE_SSL_REDIRECT and request.path.startswith("/api/v1/") and not request.is_secure():
            return JsonResponse({"error": "https_only", "message": _WORDS}, status=403)
        return self.get_response(request)
