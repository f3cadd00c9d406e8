"""Failed log-ins stand in the trail: for the person, and in numbers for the owners of their organisations.

An address without an account is written down as a keyed hash: the trail must not become a list of what people mistype.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy

from base.rates import tried
from tenants.audit.origin import current_origin
from tenants.audit.record import audit_record_of_nobody
from tenants.models import AuditEvent, User
from tenants.tenancy.doors import member_log_in_failures

LOG_IN_FAILED = "person.log_in_failed"
WRONG, FACTOR, THROTTLED = "password", "factor", "throttled"
REASONS = {
    WRONG: gettext_lazy("パスワードの間違い"),
    FACTOR: gettext_lazy("2段階認証の間違い"),
    THROTTLED: gettext_lazy("間違いが続いたため停止中"),
}
SHOWN_TO_OWNERS = timedelta(days=7)
_NOTED_ONCE_IN = 300  # seconds: while tries are refused, one line records it, however often somebody tries


@dataclass(frozen=True)
class Trouble:
    """How often log-ins of a member failed lately."""

    count: int
    last_at: datetime


def failure_note(*, why: str, user: User | None = None, email: str = "") -> None:
    """Write down that a log-in failed. The person is looked up by `email` when not known; needs no scope."""
    if user is None:
        user = User.objects.filter(email=email.strip().lower()).first()
    subject = f"user:{user.pk}" if user else f"address:{_hash(email)}"
    if why == THROTTLED and tried(f"throttled:{subject}:{current_origin().ip}", _NOTED_ONCE_IN) > 1:
        return
    audit_record_of_nobody(code=LOG_IN_FAILED, subject=subject, why=why)  # nobody knows who tried


def failures_of(user: User, how_many: int = 10) -> QuerySet[AuditEvent]:
    """The last failed log-ins with this person's address or second factor. Only they themselves get rows."""
    return AuditEvent.objects.filter(subject=f"user:{user.pk}", code=LOG_IN_FAILED).order_by("-at")[:how_many]


def failures_of_members() -> dict[int, Trouble]:
    """User → failed log-ins of the last week, for the members of the organisation whose owner is acting."""
    failures = member_log_in_failures(since=SHOWN_TO_OWNERS)
    return {user_id: Trouble(count, last_at) for user_id, count, last_at in failures}


def _hash(email: str) -> str:
    return salted_hmac("otasuke.log_in_failed", email.strip().lower(), algorithm="sha256").hexdigest()[:32]
