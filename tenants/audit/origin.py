"""Where a request comes from, for the audit trail: address and browser."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

AGENT_LENGTH = 120


@dataclass(frozen=True)
class Origin:
    """`ip` None and `agent` empty: a background job or a command."""

    ip: str | None = None
    agent: str = ""


NOWHERE = Origin()
_current: ContextVar[Origin | None] = ContextVar("otasuke_origin", default=None)


def current_origin() -> Origin:
    """Where the work at hand was asked for."""
    return _current.get() or NOWHERE


class OriginMiddleware:
    """Remembers the origin of the request while it is worked on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _current.set(Origin(client_address(request), _agent(request)))
        try:
            return self.get_response(request)
        finally:
            _current.reset(token)


def client_address(request: HttpRequest) -> str | None:
    """The caller's address, for limits and for the trail. None when it is no address.

    Behind `TRUSTED_PROXIES` proxies of ours each of them adds the address it saw to `X-Forwarded-For`; what stands
    before those entries was written by the caller and is not believed. With fewer entries a proxy does not do its
    part: then the proxy's own address counts, so that nobody can choose the address that limits hold for.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    proxies = int(settings.TRUSTED_PROXIES)
    if proxies:
        entries = [entry.strip() for entry in request.headers.get("X-Forwarded-For", "").split(",")]
        if len(entries) >= proxies and entries[-proxies]:
            address = entries[-proxies]
    try:
        return str(ip_address(address))
    except ValueError:
        return None


def _agent(request: HttpRequest) -> str:
    text = request.headers.get("User-Agent", "")
    return "".join(sign for sign in text if sign.isprintable())[:AGENT_LENGTH]
