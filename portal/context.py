"""What every page needs: who acts, and how to reach the desk."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, Any]:
    """Template variables `acting` (tenants.middleware.Acting or None)."""
    return {"acting": getattr(request, "acting", None)}
