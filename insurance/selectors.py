"""Named reads of the bundled cover."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localdate

from incidents.models import Incident
from insurance import rules
from insurance.models import PolicyVersion
from insurance.rules import Entitlement, Terms, Verdict
from tenants.models import Enrolment
from tenants.selectors import enrolment_current


@dataclass(frozen=True)
class Cover:
    """What a firm has left, and for an incident whether the cover may pay."""

    entitlement: Entitlement
    incident: Incident | None
    verdict: Verdict | None


def entitlement(*, tenant_id: int, on_day: date) -> Entitlement:
    """What is left of the bundled cover on a day (JST).

    Claims used is 0: no claim can be made in the platform yet, so none can have used it.
    Raises LookupError when the open scope sees no enrolment of the firm.
    """
    enrolment = _enrolment_on(tenant_id, on_day)
    if enrolment is None:
        raise LookupError(f"firm {tenant_id} takes part in no programme")
    year = rules.contract_year(enrolment.contract_start, enrolment.contract_end, on_day)
    return Entitlement(year, terms_on(programme_id=enrolment.programme_id, day=on_day), claims_used=0)


def _enrolment_on(tenant_id: int, day: date) -> Enrolment | None:
    """The enrolment in force on the day, else the newest."""
    rows = Enrolment.objects.filter(tenant_id=tenant_id, contract_start__lte=day).order_by("-contract_start")
    return rows.first() or enrolment_current(tenant_id=tenant_id)


def terms_on(*, programme_id: int, day: date) -> Terms | None:
    """Terms of the policy version in force on the day."""
    rows = PolicyVersion.objects.filter(programme_id=programme_id, valid_from__lte=day)
    policy = rows.order_by("-valid_from").first()
    return Terms(policy.limit_yen, policy.claims_per_year, policy.remote_covered) if policy else None


def cover_of_firm(*, tenant_id: int, on_day: date) -> Cover:
    """What is left, without an incident. Raises LookupError."""
    return Cover(entitlement(tenant_id=tenant_id, on_day=on_day), None, None)


def cover_of_incident(*, incident: Incident) -> Cover:
    """What is left on the day the incident was opened, and whether the cover may pay. Raises LookupError."""
    left = entitlement(tenant_id=incident.tenant_id, on_day=localdate(incident.opened_at))
    verdict = rules.eligibility(
        kind=incident.kind, opened_by=incident.opened_by, grade=incident.grade, entitlement=left
    )
    return Cover(left, incident, verdict)
