"""Addresses of pages for mails: rooms below the portal may not import it, but may name its pages."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse


def page_url(name: str, *args: int | str) -> str:
    """Absolute address of the page called `name` (such as "portal:alerts"). Raises NoReverseMatch."""
    base: str = settings.PORTAL_URL
    return base.rstrip("/") + reverse(name, args=args)
