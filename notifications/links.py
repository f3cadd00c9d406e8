"""Absolute addresses of pages, for mails."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse


def page_url(name: str, *args: int | str) -> str:
    """Absolute address of the page with the URL name `name`; `web.addresses` has those of rooms above.

    Raises NoReverseMatch.
    """
    base: str = settings.PORTAL_URL
    return base.rstrip("/") + reverse(name, args=args)
