"""The page that shows every component, for people who build pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.showcase import showcase_context


def components(request: HttpRequest) -> HttpResponse:
    """Only in DEBUG (otasuke.urls)."""
    return render(request, "components/showcase.html", showcase_context())
