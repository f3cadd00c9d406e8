"""A paper as the answer to a request."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header


def pdf_answer(request: HttpRequest, name: str, printed: Callable[[], bytes]) -> HttpResponse:
    """The PDF to save as `name`; who asks for the head only (HEAD) makes nobody print."""
    response = HttpResponse(b"" if request.method == "HEAD" else printed(), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
