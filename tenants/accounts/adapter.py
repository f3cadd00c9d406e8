"""How allauth fits the programme: nobody signs up by themselves; people are invited."""

from __future__ import annotations

import time
from contextlib import nullcontext
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_lazy

from base.sealing import seal, unseal
from tenants.accounts.log_in_failures import THROTTLED, WRONG, failure_note
from tenants.accounts.second_factor import helps_others
from tenants.accounts.tries import PASSWORD, TooMany, tries_forget, try_take
from tenants.audit.origin import client_address
from tenants.mailing import account_mail_ask, on_portal, portal_site
from tenants.tenancy.scope import person_scope, scope_is_open


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closes open sign-up; a log-in of a few minutes ago need not be repeated before a dangerous step."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Always false: firms join by application or invitation, partners by invitation."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the mail and let it wait for the worker: a mail server that is down loses no mail and reveals nothing.

        allauth writes some of these after the commit, when the request's scope is closed but the page's context still
        asks for the desk. Every address in it is the portal's, whatever host the request named.
        """
        acting = getattr(self.request, "acting", None)
        scope = (
            person_scope(acting.user.pk, acting.organisation.pk) if acting and not scope_is_open() else nullcontext()
        )
        with scope:
            addresses = {name: on_portal(str(value)) for name, value in context.items() if name.endswith("_url")}
            whole = {"request": self.request, "email": email, **context, **addresses, "current_site": portal_site()}
            mail = self.render_mail(template_prefix, email, whole)
            account_mail_ask(kind=template_prefix, to=email, subject=mail.subject, text=str(mail.body))

    def get_client_ip(self, request: HttpRequest) -> str:
        """The caller's address, which limits are counted for; the same rule as in the audit trail."""
        return client_address(request) or "unknown"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Raises ValidationError while too many tries failed (tenants.accounts.tries), and records it."""
        email = _email_of(credentials)
        try:
            self._login_failed_rl_usage = try_take(request, what=PASSWORD, email=email)
        except TooMany as problem:
            failure_note(why=THROTTLED, email=email)
            raise self.validation_error("too_many_login_attempts") from problem

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """After a reset by mail the person's failed tries count no longer."""
        tries_forget(request, email=_email_of(credentials))

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """The password is wrong or nobody has this address; both are treated the same."""
        failure_note(why=WRONG, email=str(credentials.get("email", "")))

    def is_reauthentication_required(self, *, app: str = "") -> bool:
        """False for ACCOUNT_REAUTHENTICATION_TIMEOUT after the person last proved who they are, by log-in or again."""
        if not super().is_reauthentication_required(app=app):
            return False
        records = get_authentication_records(self.request, self.request.user)
        last = max((record["at"] for record in records), default=0.0)
        return bool(time.time() - last >= app_settings.REAUTHENTICATION_TIMEOUT)


def _email_of(credentials: dict[str, Any]) -> str:
    return str(credentials.get("email", "")).strip().lower()


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors: secrets sealed in the database, our words, and the last one stays where one is required."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "add_email_blocked": gettext_lazy(
            "2段階認証を使っている間は、アドレスを足せません。相談窓口へご連絡ください。"
        ),
        "cannot_delete_authenticator": gettext_lazy(
            "あなたの役割では2段階認証が必要です。先に別の方法を追加してから外してください。"
        ),
        "cannot_generate_recovery_codes": gettext_lazy(
            "予備の番号を作る前に、認証アプリかパスキーを設定してください。"
        ),
        "incorrect_code": gettext_lazy("番号が違います。新しい番号を確かめて、もう一度入れてください。"),
        "unverified_email": gettext_lazy("先にメールアドレスを確認してください。"),
    }

    def encrypt(self, text: str) -> str:
        """Seal a secret."""
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret."""
        return unseal(encrypted_text)

    def get_totp_issuer(self) -> str:
        """The name the authenticator app shows."""
        return gettext("お助け隊")

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The name the browser shows beside the passkey; the id is the host people open."""
        return {**super().get_public_key_credential_rp_entity(), "name": gettext("お助け隊")}

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """A first name for a new passkey; the person may change it."""
        count = user.authenticator_set.filter(type=type).count()
        return gettext("パスキー %(number)d") % {"number": count + 1}

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Where a second factor is required the last one cannot be removed; PostgreSQL refuses it, too."""
        from allauth.core import context

        user = authenticator.user
        if authenticator.type == authenticator.Type.RECOVERY_CODES:
            return True
        if not helps_others(user, getattr(context.request, "acting", None)):
            return True
        rest = user.authenticator_set.exclude(pk=authenticator.pk)
        return bool(rest.exclude(type=authenticator.Type.RECOVERY_CODES).exists())
