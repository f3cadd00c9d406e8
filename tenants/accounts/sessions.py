"""Log-ins are written down; every other session ends when a password or a second factor changes."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_in
from django.db.models import QuerySet
from django.http import HttpRequest

from tenants.accounts.second_factor import SESSION_KEY, has_second_factor
from tenants.audit.record import audit_record
from tenants.models import AuditEvent, User
from tenants.tenancy.scope import person_scope

LOGGED_IN = "person.logged_in"


def sessions_of(user: User) -> list[UserSession]:
    """The person's open sessions, newest first; those that ended by time are removed."""
    return sorted(UserSession.objects.purge_and_list(user), key=lambda session: session.created_at, reverse=True)


def session_end(*, user: User, session_id: int, request: HttpRequest) -> bool:
    """End one other session of the person. → False when it is not theirs, over already, or the one in use."""
    sessions = UserSession.objects.filter(user=user, pk=session_id).exclude(session_key=request.session.session_key)
    session = sessions.first()
    if session is None:
        return False
    session.end()
    return True


def sessions_end_others(*, user: User, request: HttpRequest) -> int:
    """End every session of the person but the one of this request. → how many."""
    return sessions_end_of(user_id=user.pk, spare=request.session.session_key or "")


def sessions_end_of(*, user_id: int, spare: str = "") -> int:
    """End the person's sessions, wherever they are, but the one with the key `spare`. → how many."""
    sessions = list(UserSession.objects.filter(user_id=user_id).exclude(session_key=spare))
    for session in sessions:
        session.end()
    return len(sessions)


def log_ins_of(user: User, how_many: int = 10) -> QuerySet[AuditEvent]:
    """The person's last log-ins."""
    return AuditEvent.objects.filter(actor_id=user.pk, code=LOGGED_IN).order_by("-at")[:how_many]


def _logged_in(sender: Any, request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    if request is None:
        return
    with person_scope(user.pk, 0):
        audit_record(code=LOGGED_IN, subject=f"user:{user.pk}")
    if has_second_factor(user):
        request.session[SESSION_KEY] = user.pk  # looked up once per log-in, not by every page


def _secret_changed(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    request.session.pop(SESSION_KEY, None)
    sessions_end_others(user=user, request=request)


def connect() -> None:
    """Called once when the app is ready."""
    user_logged_in.connect(_logged_in, dispatch_uid="tenants.log_in")
    for signal in (
        authenticator_added,
        authenticator_removed,
        authenticator_reset,
        password_changed,
        password_set,
        password_reset,
    ):
        signal.connect(_secret_changed, dispatch_uid=f"tenants.accounts.sessions.{id(signal)}")
