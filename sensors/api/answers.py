"""How the box API answers: JSON, and one shape for every error."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from django.db import InterfaceError, OperationalError
from django.utils.crypto import get_random_string
from rest_framework.exceptions import APIException
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

logger = logging.getLogger(__name__)
BUSY_RETRY_S = 30


class Refusal(APIException):
    """An answer other than success. `code` is for programs, `detail` (English) for the box's log."""

    def __init__(self, status: int, code: str, detail: str, *, retry_after_s: int | None = None) -> None:
        super().__init__(detail, code)
        self.status_code = status
        self.retry_after_s = retry_after_s


class BoxView(APIView):
    """A view boxes call: no session and no log-in; errors as {"error", "detail", "reference"}."""

    permission_classes = [AllowAny]

    def handle_exception(self, exc: Exception) -> Response:
        """Every refusal in one shape; a database that does not answer is 503, so that the box keeps its batch."""
        if isinstance(exc, OperationalError | InterfaceError):
            logger.exception("database does not answer")
            exc = Refusal(503, "busy", "try again later", retry_after_s=BUSY_RETRY_S)
        if not isinstance(exc, APIException):
            raise exc
        reference = f"{uuid.uuid4().hex[:8]}-{get_random_string(4, '0123456789')}"
        code = exc.get_codes() if isinstance(exc.detail, str) else "malformed"
        logger.warning("%s %s: %s %s (%s)", self.request.method, self.request.path, exc.status_code, code, reference)
        answer = Response({"error": code, "detail": str(exc.detail), "reference": reference}, status=exc.status_code)
        wait: Any = getattr(exc, "retry_after_s", None)
        if wait is not None:
            answer["Retry-After"] = str(wait)
        return answer
