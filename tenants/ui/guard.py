"""Who may open a page: every page names the kinds of organisation it is for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from allauth.account.decorators import reauthentication_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import add_never_cache_headers
from django_htmx.middleware import HtmxDetails

from tenants.accounts.acting import Acting
from tenants.models import Membership, Organisation, User

Parameters = ParamSpec("Parameters")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
Kind = Organisation.Kind


class ActingRequest(HttpRequest):
    """A request of a person who acts for an organisation (tenants.accounts.acting)."""

    acting: Acting
    user: User
    htmx: HtmxDetails


class VisitorRequest(HttpRequest):
    """A request of a person who is logged in and perhaps belongs to no organisation."""

    acting: Acting | None


Page = Callable[Concatenate[ActingRequest, Parameters], HttpResponseBase]


def open_to(
    *kinds: Kind, owner: bool = False, writer: bool = False, proven: bool = False
) -> Callable[[Page[Parameters]], Callable[..., HttpResponse]]:
    """The page is for people who act for an organisation of these kinds; without kinds, for those of every kind.

    Args:
        owner: its owners only.
        writer: nobody who may only read, not even to look; to write is refused to them anyway.
        proven: who proved within ACCOUNT_REAUTHENTICATION_TIMEOUT who they are; the others are asked again first.

    One answer for each kind of refusal: people who are not logged in are sent to the log-in; people of other kinds of
    organisation, and people who are no owners, get 404, so that they learn nothing about what exists; people who may
    only read get 403 when they write.
    """

    def decorate(view: Page[Parameters]) -> Callable[..., HttpResponse]:
        inner = cast(Callable[..., HttpResponse], reauthentication_required(view) if proven else view)

        @wraps(view)
        def guarded(visit: HttpRequest, *args: Parameters.args, **kwargs: Parameters.kwargs) -> HttpResponse:
            if not visit.user.is_authenticated:
                return redirect_to_login(visit.get_full_path())
            request = cast(ActingRequest, visit)
            if request.acting is None or not _is_for(request.acting, kinds, owner):
                raise Http404
            if not request.acting.may_write and (writer or request.method not in SAFE_METHODS):
                raise PermissionDenied
            response = inner(request, *args, **kwargs)
            # A firm's data stays out of shared and disk caches.
            add_never_cache_headers(response)
            return response

        return guarded

    return decorate


def _is_for(acting: Acting, kinds: tuple[Kind, ...], owner: bool) -> bool:
    if kinds and acting.kind not in kinds:
        return False
    return acting.role == Membership.Role.OWNER or not owner
