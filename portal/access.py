"""Who may open a page: every page names the kinds of organisation it is for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import add_never_cache_headers
from django_htmx.middleware import HtmxDetails

from tenants.middleware import Acting
from tenants.models import Organisation
from tenants.scope import current_scope
from tenants.services import audit_record_for

Parameters = ParamSpec("Parameters")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
Kind = Organisation.Kind


class ActingRequest(HttpRequest):
    """A request of a person who acts for an organisation (tenants.middleware)."""

    acting: Acting
    htmx: HtmxDetails


class VisitorRequest(HttpRequest):
    """A request of a person who is logged in and perhaps belongs to no organisation."""

    acting: Acting | None


Page = Callable[Concatenate[ActingRequest, Parameters], HttpResponse]


def acting_as(*kinds: Kind) -> Callable[[Page[Parameters]], Callable[..., HttpResponse]]:
    """The page is for people acting for an organisation of these kinds.

    Others get 404 (they learn nothing about what exists), people who are not logged in are asked to, and
    people who may only read cannot POST.
    """

    def decorate(view: Page[Parameters]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: ActingRequest, *args: Parameters.args, **kwargs: Parameters.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if request.acting is None or request.acting.kind not in kinds:
                raise Http404
            if request.method not in SAFE_METHODS and not request.acting.may_write:
                raise PermissionDenied
            response = view(request, *args, **kwargs)
            # A firm's data stays out of shared and disk caches.
            add_never_cache_headers(response)
            return response

        return guarded

    return decorate


def partner_read(request: ActingRequest, *, code: str, subject: str, tenant_ids: Iterable[int], **data: Any) -> None:
    """One audit line in the trail of every firm a partner's page showed (one without a firm when it showed none).

    The refreshes of an open page add none. `data` is the same in all of them: nothing about another firm.
    """
    if not request.htmx:
        audit_record_for(sorted(set(tenant_ids)) or [None], code=code, subject=subject, **data)


def firm_in_reach(tenant_id: int) -> Organisation:
    """A firm the acting person sees, also by the application alone. Raises Http404."""
    firms = Organisation.objects.filter(pk__in=current_scope().tenants, kind=Kind.SME)
    firm: Organisation = get_object_or_404(firms, pk=tenant_id)
    return firm
