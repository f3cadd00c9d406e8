"""The firm's consent that desk and SOC cut a machine off outside its hours without asking: given, taken back, read."""

from __future__ import annotations

from datetime import datetime

from base.refusals import Refusal
from notifications.hours import HoursUnreadable, hours_read
from sensors.isolation_rules import is_night
from sensors.models import IsolationConsent
from tenants.audit.record import audit_record
from tenants.desk_contact import PHONE_HOURS
from tenants.models import User

# Version of the words people agree to; raised when they change. A consent keeps the version it was given to.
CONSENT_VERSION = 1
USUAL_HOURS = PHONE_HOURS


class HoursWrong(Refusal):
    """The hours cannot be read; `part` is what could not."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


def night_consent(*, tenant_id: int) -> IsolationConsent | None:
    """The firm's consent to today's words, None when there is none."""
    given: IsolationConsent | None = (
        IsolationConsent.objects.filter(tenant_id=tenant_id, version=CONSENT_VERSION, ended_at__isnull=True)
        .select_related("given_by")
        .first()
    )
    return given


def night_consent_holds(*, tenant_id: int, at: datetime) -> bool:
    """Whether the firm need not be asked at this moment."""
    given = night_consent(tenant_id=tenant_id)
    return given is not None and is_night(hours_read(given.hours), at)


def night_consent_give(*, tenant_id: int, hours: str, by: User, now: datetime) -> IsolationConsent:
    """Agree to today's words; in `hours` the firm is asked first. An earlier consent ends. Raises HoursWrong."""
    try:
        words = hours_read(hours).words
    except HoursUnreadable as problem:
        raise HoursWrong(str(problem)) from problem
    _end(tenant_id, by, now)
    given: IsolationConsent = IsolationConsent.objects.create(
        tenant_id=tenant_id, version=CONSENT_VERSION, hours=words[:120], given_at=now, given_by=by
    )
    audit_record(
        code="isolation.nights_agreed", subject="isolation", tenant_id=tenant_id, version=CONSENT_VERSION, hours=words
    )
    return given


def night_consent_end(*, tenant_id: int, by: User, now: datetime) -> bool:
    """Take it back; what is cut off stays so until it is ended. → whether there was one."""
    if not _end(tenant_id, by, now):
        return False
    audit_record(code="isolation.nights_ended", subject="isolation", tenant_id=tenant_id)
    return True


def _end(tenant_id: int, by: User, now: datetime) -> bool:
    given = IsolationConsent.objects.filter(tenant_id=tenant_id, ended_at__isnull=True)
    return bool(given.update(ended_at=now, ended_by=by))
