"""Absolute addresses of pages, for mails."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.urls import reverse


def page_url(name: str, *args: int | str) -> str:
    """Absolute address of the page with the URL name `name`; `web.addresses` has those of rooms above.

    Raises NoReverseMatch.
    """
    base: str = settings.PORTAL_URL
    path = reverse(name, args=args) if args else _path(name, settings.ROOT_URLCONF)
    return base.rstrip("/") + path


@lru_cache(maxsize=256)
def _path(name: str, _urlconf: str) -> str:
    return reverse(name)
