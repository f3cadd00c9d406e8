"""My security: second factors, open sessions, recent log-ins."""

from __future__ import annotations

from typing import Any, cast

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from base.numbers import number_in
from tenants.accounts import sessions
from tenants.accounts.log_in_failures import REASONS, failures_of
from tenants.accounts.second_factor import factors_of, has_second_factor, needs_second_factor
from tenants.models import User
from tenants.ui.browsers import browser_name
from web.addresses import published

HINT_COOKIE = "otasuke_factor_hint"
HINT_AGE = 180 * 24 * 3600


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)


@login_required
def my_security(request: HttpRequest) -> HttpResponse:
    """What protects the account, where it is open, and when it was opened."""
    user = _person(request)
    factors = _factors(user)
    required = needs_second_factor(user, getattr(request, "acting", None))
    has_one = bool(factors["totp"] or factors["passkeys"])
    current = request.session.session_key
    response = render(
        request,
        "tenants/security.html",
        {
            **factors,
            "has_factor": has_one,
            "required": required,
            "hint": not has_one and not required and HINT_COOKIE not in request.COOKIES,
            "sessions": [
                {"row": row, "browser": browser_name(row.user_agent), "current": row.session_key == current}
                for row in sessions.sessions_of(user)
            ],
            "log_ins": [
                {"at": row.at, "ip": row.ip or "", "browser": browser_name(row.agent)}
                for row in sessions.log_ins_of(user)
            ],
            "failures": [
                {"at": row.at, "ip": row.ip or "", "browser": browser_name(row.agent), "why": REASONS[row.data["why"]]}
                for row in failures_of(user)
            ],
        },
    )
    add_never_cache_headers(response)
    return response


def _factors(user: User) -> dict[str, Any]:
    rows = factors_of(user)
    codes = next((row for row in rows if row.type == Authenticator.Type.RECOVERY_CODES), None)
    return {
        "totp": next((row for row in rows if row.type == Authenticator.Type.TOTP), None),
        "passkeys": [row for row in rows if row.type == Authenticator.Type.WEBAUTHN],
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
    }


@login_required
@require_POST
def sessions_end(request: HttpRequest) -> HttpResponse:
    """POST session=<id>: end that one; without it, every other one."""
    user = _person(request)
    wanted = request.POST.get("session", "")
    if not wanted:
        ended = sessions.sessions_end_others(user=user, request=request)
        messages.success(request, gettext("ほかの端末のログインを%(count)d件終わらせました。") % {"count": ended})
    elif (number := number_in(wanted)) and sessions.session_end(user=user, session_id=number, request=request):
        messages.success(request, gettext("その端末のログインを終わらせました。"))
    else:
        raise Http404
    return redirect("tenants:security")


@login_required
@require_POST
def hint_dismiss(request: HttpRequest) -> HttpResponse:
    """The offer of a second factor rests for half a year in this browser."""
    response = redirect("tenants:security")
    response.set_cookie(HINT_COOKIE, "1", max_age=HINT_AGE, httponly=True, samesite="Lax", secure=request.is_secure())
    return response


@login_required
def second_factor_required(request: HttpRequest) -> HttpResponse:
    """The only page of a person who must set up a second factor first."""
    if has_second_factor(_person(request)):
        return redirect(published("home"))
    return render(request, "tenants/second_factor_required.html")


@login_required
def welcome(request: HttpRequest) -> HttpResponse:
    """After joining: a passkey is offered once."""
    if has_second_factor(_person(request)):
        return redirect(published("home"))
    return render(request, "tenants/welcome.html")
