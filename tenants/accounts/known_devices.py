"""Browsers from which a person logged in before: a stranger who keeps guessing cannot keep them out there.

A long-lived signed cookie names the browser and the people who logged in with it. It opens nothing: it only gives wrong
passwords from this browser a count of their own (tenants.accounts.adapter), which nobody else can use up.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.core import signing
from django.http import HttpRequest, HttpResponse

from tenants.models import User

LASTS_S = 180 * 24 * 3600
PEOPLE_MAX = 8  # people who share one browser; the earliest is dropped
_SALT = "tenants.known_device"


@dataclass(frozen=True)
class Device:
    """A browser's random name and the numbers of the people who logged in with it, the last one last."""

    name: str
    people: tuple[int, ...] = ()

    def with_person(self, user_id: int) -> Device:
        """The same browser after this person logged in."""
        others = tuple(person for person in self.people if person != user_id)
        return Device(self.name, (*others, user_id)[-PEOPLE_MAX:])


def known_device(request: HttpRequest, email: str) -> str:
    """The browser's name when the person with this address logged in with it before; else empty."""
    device = _device_of(request)
    if not device.people:
        return ""
    owners = set(EmailAddress.objects.filter(email__iexact=email, verified=True).values_list("user_id", flat=True))
    owners |= set(User.objects.filter(email=email).values_list("pk", flat=True))
    return device.name if owners & set(device.people) else ""


class KnownDeviceMiddleware:
    """Gives the cookie to a browser with which somebody has just logged in, second factor included."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        user_id = getattr(request, "logged_in_now", None)
        if user_id is not None:
            device = _device_of(request).with_person(user_id)
            response.set_cookie(
                settings.KNOWN_DEVICE_COOKIE_NAME,
                signing.dumps([device.name, *device.people], salt=_SALT),
                max_age=LASTS_S,
                secure=bool(settings.SESSION_COOKIE_SECURE),
                httponly=True,
                samesite="Lax",
            )
        return response


def _device_of(request: HttpRequest) -> Device:
    """What the cookie says; a new browser when it says nothing, was forged or is too old."""
    cookie = request.COOKIES.get(settings.KNOWN_DEVICE_COOKIE_NAME, "")
    try:
        name, *people = signing.loads(cookie, salt=_SALT, max_age=LASTS_S)
    except signing.BadSignature:
        return Device(secrets.token_urlsafe(12))
    return Device(str(name), tuple(int(person) for person in people))


def _note_log_in(sender: Any, request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    if request is not None:
        request.logged_in_now = user.pk  # type: ignore[attr-defined]


def connect() -> None:
    """Called once when the app is ready."""
    user_logged_in.connect(_note_log_in, dispatch_uid="tenants.known_device")
