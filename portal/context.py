"""What every page needs: who acts, where they can go, and how to reach the desk. Nothing is read before it is shown."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from notifications.desk import desk_now
from portal.ui.news import SOURCES
from tenants.accounts.acting import Acting
from tenants.models import Membership
from web.navigation import entries_of, is_current


def page(request: HttpRequest) -> dict[str, Any]:
    """Template variables of the layouts: acting, organisation, organisations, nav_items, desk, user_role."""
    acting: Acting | None = getattr(request, "acting", None)
    if acting is None:
        return {"acting": None}
    return {
        "acting": acting,
        "organisation": acting.organisation,
        "organisations": [_choice(acting, membership) for membership in acting.memberships],
        "nav_items": _navigation(request, acting),
        "desk": SimpleLazyObject(lambda: desk_now(acting.organisation)),
        **_tools(acting),
        "user_role": Membership.Role(acting.role).label,
    }


def _tools(acting: Acting) -> dict[str, str]:
    """Bell and search, for those who have a work of their own here."""
    if acting.kind not in SOURCES:
        return {}
    return {
        "news_url": reverse("portal:news"),
        "news_count_url": reverse("portal:news_count"),
        "search_url": reverse("portal:search"),
    }


def _choice(acting: Acting, membership: Membership) -> dict[str, Any]:
    organisation = membership.organisation
    return {
        "id": organisation.pk,
        "label": organisation.name,
        "kind": organisation.get_kind_display(),
        "current": organisation.pk == acting.organisation.pk,
    }


def _navigation(request: HttpRequest, acting: Acting) -> list[dict[str, Any]]:
    here = request.resolver_match.view_name if request.resolver_match else ""
    return [
        {
            "label": str(entry.label),
            "href": reverse(entry.url_name),
            "icon": entry.icon,
            "current": is_current(entry, here),
        }
        for entry in entries_of(acting.kind)
    ]
