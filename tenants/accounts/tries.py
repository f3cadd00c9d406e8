"""How often somebody may fail to prove who they are, counted so that a stranger cannot use up a person's own tries.

Passwords and second factors count apart, by the same rules (settings.ACCOUNT_RATE_LIMITS):

* for the caller's address, and for account and address together (`login_failed_here`);
* loosely for the account from anywhere (`login_failed_account`), where a secret can be guessed. A passkey cannot: and
  whom it names anybody may claim, so its failures from elsewhere count for nobody;
* a browser from which this person logged in before has a count of its own instead (`login_failed_known`).
"""

from __future__ import annotations

from allauth.core.internal import ratelimit
from django.http import HttpRequest

from tenants.accounts.known_devices import known_device
from tenants.audit.origin import client_address

APP = "allauth.account"
PASSWORD, CODE, PASSKEY = "", "code:", "passkey:"


class TooMany(Exception):
    """No try is left for now."""


def try_take(request: HttpRequest, *, what: str, email: str) -> ratelimit.RateLimitUsage:
    """Count a try before it is judged; `rollback()` of the result returns the try after a success.

    `what`: PASSWORD, CODE or PASSKEY. `email`: lower case; empty when nobody is named. Raises TooMany.
    """
    taken = ratelimit.RateLimitUsage([])
    for action, key in _limits(request, what, email):
        usage = ratelimit.consume(request, app=APP, action=action, key=key)
        if not usage:
            raise TooMany
        taken.usage += usage.usage
    return taken


def tries_forget(request: HttpRequest, *, email: str) -> None:
    """After a reset by mail the person's wrong passwords count no longer, here and from anywhere."""
    for action, key in _unknown(request, PASSWORD, email):
        ratelimit.clear(request, app=APP, action=action, key=key)


def _limits(request: HttpRequest, what: str, email: str) -> list[tuple[str, str]]:
    device = known_device(request, email) if email else ""
    return [("login_failed_known", f"{what}{device}:{email}")] if device else _unknown(request, what, email)


def _unknown(request: HttpRequest, what: str, email: str) -> list[tuple[str, str]]:
    address = ratelimit.truncate_ip(client_address(request) or "unknown")
    here = [("login_failed_here", f"{what}{address}:{email}")]
    return here if what == PASSKEY else [*here, ("login_failed_account", f"{what}{email}")]
