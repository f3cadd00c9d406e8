"""A second factor is required of everyone who can see other firms, and offered to the firms themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from tenants.accounts.acting import Acting
from tenants.models import Organisation, User
from web.addresses import needs_no_second_factor

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
SESSION_KEY = "second_factor_seen"
# What a person without a second factor may still open: setting one up, saying who they are, leaving; rooms above name
# theirs (web.addresses).
OPEN_PAGES = frozenset(
    {
        "tenants:second_factor_required",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "account_reauthenticate",
        "account_login",
        "account_logout",
        "account_email",
        "account_confirm_email",
        "account_email_verification_sent",
        "set_language",
        "tenants:invitation",
        "javascript-catalog",
        "readyz",
    }
)


def has_second_factor(user: User) -> bool:
    """Whether the person has an authenticator app or a passkey; recovery codes alone do not count."""
    return bool(Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).exists())


def needs_second_factor(user: User, acting: Acting | None) -> bool:
    """True where a second factor is required (REQUIRE_SECOND_FACTOR) and the person helps others."""
    return bool(settings.REQUIRE_SECOND_FACTOR) and helps_others(user, acting)


def helps_others(user: User, acting: Acting | None) -> bool:
    """True for administrators and for members of any organisation that is not a participating firm."""
    memberships = acting.memberships if acting else ()
    return user.is_staff or any(m.organisation.kind != Organisation.Kind.SME for m in memberships)


class SecondFactorMiddleware:
    """People who need a second factor reach nothing but its set-up until they have one. Comes after ScopeMiddleware.

    The session remembers the answer; it is forgotten when a factor changes (tenants.accounts.sessions).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """None lets the view answer."""
        user = request.user
        if not user.is_authenticated or not isinstance(user, User) or request.session.get(SESSION_KEY) == user.pk:
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if (
            name in OPEN_PAGES
            or needs_no_second_factor(name)
            or not needs_second_factor(user, getattr(request, "acting", None))
        ):
            return None
        if has_second_factor(user):
            request.session[SESSION_KEY] = user.pk
            return None
        return redirect("tenants:second_factor_required")


def factors_of(user: User) -> list[Authenticator]:
    """What a person proves themselves with beside the password, oldest first."""
    return list(Authenticator.objects.filter(user=user).order_by("pk"))
