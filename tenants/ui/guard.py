"""Who may open the pages of this room."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from allauth.account.decorators import reauthentication_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

from tenants.middleware import Acting
from tenants.models import Membership, Organisation, User

Parameters = ParamSpec("Parameters")


class PersonRequest(HttpRequest):
    """A request of a person who acts for an organisation (tenants.middleware)."""

    acting: Acting
    user: User


Page = Callable[Concatenate[PersonRequest, Parameters], HttpResponse]


def acting_page(
    *, owner: bool = False, writer: bool = False, kind: Organisation.Kind | None = None, proven: bool = False
) -> Callable[[Page[Parameters]], Callable[..., HttpResponse]]:
    """The page is for people acting for an organisation; all others get 404, the unknown are asked to log in.

    owner: its owners only. writer: not for those who may only read. kind: for this kind of organisation only.
    proven: the person proved who they are within ACCOUNT_REAUTHENTICATION_TIMEOUT, else they are asked again first.
    """

    def decorate(view: Page[Parameters]) -> Callable[..., HttpResponse]:
        inner: Callable[..., HttpResponse] = reauthentication_required(view) if proven else view

        @wraps(view)
        def guarded(visit: HttpRequest, *args: Parameters.args, **kwargs: Parameters.kwargs) -> HttpResponse:
            if not visit.user.is_authenticated:
                return redirect_to_login(visit.get_full_path())
            request = cast(PersonRequest, visit)
            if request.acting is None or not _fits(request.acting, owner, writer, kind):
                raise Http404
            response = inner(request, *args, **kwargs)
            add_never_cache_headers(response)
            return response

        return guarded

    return decorate


def _fits(acting: Acting, owner: bool, writer: bool, kind: Any) -> bool:
    if kind is not None and acting.kind != kind:
        return False
    if owner and acting.role != Membership.Role.OWNER:
        return False
    return acting.may_write or not writer
