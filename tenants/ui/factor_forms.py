"""allauth's forms for the second factor, noting what failed (settings.MFA_FORMS)."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm, LoginWebAuthnForm, ReauthenticateWebAuthnForm
from django.core.exceptions import ValidationError

from tenants.log_in_failures import FACTOR, THROTTLED, failure_note


class _Noted:
    """`user` is None while a passkey is to say who it is: then nobody is named."""

    user: Any

    def _fails(self, problem: ValidationError) -> None:
        failure_note(why=THROTTLED if problem.code == "too_many_login_attempts" else FACTOR, user=self.user)


class _NotedCode(_Noted):
    def clean_code(self) -> Any:
        try:
            return super().clean_code()  # type: ignore[misc]
        except ValidationError as problem:
            self._fails(problem)
            raise


class _NotedPasskey(_Noted):
    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except ValidationError as problem:
            self._fails(problem)
            raise
        except (KeyError, TypeError, ValueError) as broken:  # no credential at all: the library's parser falls over it
            wrong = get_adapter().validation_error("incorrect_code")
            self._fails(wrong)
            raise wrong from broken


class NotedAuthenticateForm(_NotedCode, AuthenticateForm):  # type: ignore[misc]
    """The code at log-in."""


class NotedReauthenticateForm(_NotedCode, ReauthenticateForm):  # type: ignore[misc]
    """The code before a dangerous step."""


class NotedAuthenticateWebAuthnForm(_NotedPasskey, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """The passkey as second factor."""


class NotedLoginWebAuthnForm(_NotedPasskey, LoginWebAuthnForm):  # type: ignore[misc]
    """The passkey instead of a password."""


class NotedReauthenticateWebAuthnForm(_NotedPasskey, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """The passkey before a dangerous step."""
