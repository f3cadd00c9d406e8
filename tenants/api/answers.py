"""How every API answers: JSON, and one shape for every error."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from django.db import InterfaceError, OperationalError
from django.utils.cache import add_never_cache_headers
from django.utils.crypto import get_random_string
from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.views import APIView

logger = logging.getLogger(__name__)
BUSY_RETRY_S = 30


class Refusal(APIException):
    """An answer other than success. `code` is for programs, `detail` (English) for the caller's log."""

    def __init__(self, status: int, code: str, detail: str, *, retry_after_s: int | None = None) -> None:
        super().__init__(detail, code)
        self.status_code = status
        self.retry_after_s = retry_after_s


class Problem(serializers.Serializer[Any]):
    """Every answer that is not success."""

    error = serializers.CharField(help_text="for programs")
    detail = serializers.CharField(help_text="English, for the log")
    reference = serializers.CharField(help_text="tell it to the desk; it stands in the platform's log")


class JsonView(APIView):
    """A view for programs: no session; errors as {"error", "detail", "reference"}."""

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Nothing an API answers may stay in a cache."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        add_never_cache_headers(answer)
        return answer

    def handle_exception(self, exc: Exception) -> Response:
        """Every refusal in one shape; a database that does not answer is 503, so that the caller tries again."""
        if isinstance(exc, OperationalError | InterfaceError):
            logger.exception("database does not answer")
            exc = Refusal(503, "busy", "try again later", retry_after_s=BUSY_RETRY_S)
        if not isinstance(exc, APIException):
            return super().handle_exception(exc)
        reference = f"{uuid.uuid4().hex[:8]}-{get_random_string(4, '0123456789')}"
        code, detail = _words(exc)
        logger.warning("%s %s: %s %s (%s)", self.request.method, self.request.path, exc.status_code, code, reference)
        answer = Response({"error": code, "detail": detail, "reference": reference}, status=exc.status_code)
        wait: Any = getattr(exc, "retry_after_s", None)
        if wait is not None:
            answer["Retry-After"] = str(wait)
        if exc.status_code == 401 and (challenge := self.get_authenticate_header(self.request)):
            answer["WWW-Authenticate"] = challenge
        return answer


def _words(exc: APIException) -> tuple[str, str]:
    """(code, text). Of several mistakes in a request, the first."""
    if isinstance(exc.detail, dict):
        name, mistakes = next(iter(exc.detail.items()))
        return "malformed", f"{name}: {mistakes[0] if isinstance(mistakes, list) else mistakes}"
    if isinstance(exc.detail, list):
        return "malformed", str(exc.detail[0])
    return str(exc.get_codes()), str(exc.detail)
