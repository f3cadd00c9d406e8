"""allauth's forms for the second factor, counting tries and noting what failed (settings.MFA_FORMS)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from allauth.mfa.webauthn.internal.auth import extract_user_from_response
from django.core.exceptions import ValidationError

from tenants.accounts.log_in_failures import FACTOR, THROTTLED, failure_note
from tenants.accounts.tries import CODE, PASSKEY, TooMany, try_take
from tenants.ui.json_field import StorableDecoder


class _Noted:
    """Counts each try before it is judged (tenants.accounts.tries) and writes down what failed.

    `user` is None while a passkey is to say who it is: whoever it claims to be, in the trail nobody is named.
    """

    user: Any
    what: str

    def _judged(self, judge: Callable[[], Any], named: Any) -> Any:
        """The result of `judge`. `named`: the person whose try it is, if any. Raises ValidationError."""
        try:
            taken = try_take(context.request, what=self.what, email=named.email.lower() if named else "")
        except TooMany as problem:
            failure_note(why=THROTTLED, user=self.user)
            raise get_account_adapter().validation_error("too_many_login_attempts") from problem
        try:
            judged = judge()
        except ValidationError as problem:
            failure_note(why=THROTTLED if problem.code == "too_many_login_attempts" else FACTOR, user=self.user)
            raise
        taken.rollback()
        return judged


class _NotedCode(_Noted):
    what = CODE

    def clean_code(self) -> Any:
        return self._judged(super().clean_code, self.user)  # type: ignore[misc]


class _StorableCredential:
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"].decoder = StorableDecoder  # type: ignore[attr-defined]


class _NotedPasskey(_StorableCredential, _Noted):
    what = PASSKEY

    def clean_credential(self) -> Any:
        named = self.user or _claimed(self.cleaned_data["credential"])  # type: ignore[attr-defined]
        return self._judged(self._parsed, named)

    def _parsed(self) -> Any:
        with _library_errors():
            return super().clean_credential()  # type: ignore[misc]


@contextmanager
def _library_errors() -> Iterator[None]:
    """The library's parsers fail on input that is no credential; here it counts as a wrong credential."""
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as broken:
        raise get_adapter().validation_error("incorrect_code") from broken


def _claimed(credential: Any) -> Any:
    """The person whom a passkey's answer claims to belong to, unproven; None when it names nobody."""
    try:
        with _library_errors():
            return extract_user_from_response(credential)
    except ValidationError:
        return None


class NotedAuthenticateForm(_NotedCode, AuthenticateForm):  # type: ignore[misc]
    """The code at log-in."""


class NotedReauthenticateForm(_NotedCode, ReauthenticateForm):  # type: ignore[misc]
    """The code before a dangerous step."""


class NotedAuthenticateWebAuthnForm(_NotedPasskey, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """The passkey as second factor."""


class NotedLoginWebAuthnForm(_NotedPasskey, LoginWebAuthnForm):  # type: ignore[misc]
    """The passkey instead of a password."""


class CheckedAddWebAuthnForm(_StorableCredential, AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey."""

    def clean(self) -> Any:
        """Raises ValidationError for what is no credential."""
        with _library_errors():
            return super().clean()


class NotedReauthenticateWebAuthnForm(_NotedPasskey, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """The passkey before a dangerous step."""
