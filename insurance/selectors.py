"""Named reads of the bundled cover."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.timezone import localdate

from incidents.models import Incident, Job, VendorListing
from insurance import rules
from insurance.claim_rules import ClaimState
from insurance.doors import claims_used, job_cover
from insurance.models import Claim, PolicyVersion
from insurance.rules import Entitlement, Split, Terms, Verdict
from tenants.models import Enrolment, Programme
from tenants.selectors import enrolment_current


@dataclass(frozen=True)
class Cover:
    """What a firm has left, and for an incident or a job whether the cover may pay."""

    tenant_id: int
    entitlement: Entitlement
    incident: Incident | None
    verdict: Verdict | None
    # State and payment of the job's own claim, for its vendor, who cannot read claims.
    own_claim: tuple[ClaimState, int] | None = None

    def estimate(self, total_yen: int, tax_yen: int) -> Split:
        """Who would pay an expected bill (tax included): for the sheet on which the firm decides."""
        verdict = self.verdict or Verdict.NO_POLICY
        return rules.payment_estimate(verdict, total_yen=total_yen, tax_yen=tax_yen, terms=self.entitlement.terms)


def entitlement(*, tenant_id: int, on_day: date) -> Entitlement:
    """What is left of the bundled cover on a day (JST).

    Raises LookupError when the open scope sees no enrolment of the firm.
    """
    enrolment = _enrolment_on(tenant_id, on_day)
    if enrolment is None:
        raise LookupError(f"firm {tenant_id} takes part in no programme")
    return _left(
        programme=enrolment.programme,
        start=enrolment.contract_start,
        end=enrolment.contract_end,
        on_day=on_day,
        used=claims_used(tenant_id),
    )


def _left(*, programme: Programme, start: date, end: date | None, on_day: date, used: list[date]) -> Entitlement:
    terms = terms_on(programme_id=programme.pk, day=on_day)
    year = rules.insurance_year(
        terms.year_rule if terms else rules.YearRule.CONTRACT,
        start=start,
        end=end,
        day=on_day,
        fiscal_start_month=programme.fiscal_year_start_month,
    )
    return Entitlement(year, terms, claims_used=used.count(year.first) if year else 0)


def _enrolment_on(tenant_id: int, day: date) -> Enrolment | None:
    """The enrolment in force on the day, else the newest."""
    rows = Enrolment.objects.filter(tenant_id=tenant_id, contract_start__lte=day).select_related("programme")
    return rows.order_by("-contract_start").first() or enrolment_current(tenant_id=tenant_id)


def policy_on(*, programme_id: int, day: date) -> PolicyVersion | None:
    """The policy version in force on the day."""
    return PolicyVersion.objects.filter(programme_id=programme_id, valid_from__lte=day).order_by("-valid_from").first()


def policy_of(*, tenant_id: int, day: date) -> PolicyVersion | None:
    """The policy version that covers the firm on the day."""
    enrolment = _enrolment_on(tenant_id, day)
    return policy_on(programme_id=enrolment.programme_id, day=day) if enrolment else None


def terms_on(*, programme_id: int, day: date) -> Terms | None:
    """Terms of the policy version in force on the day."""
    policy = policy_on(programme_id=programme_id, day=day)
    if policy is None:
        return None
    return Terms(
        policy.limit_yen,
        policy.claims_per_year,
        policy.remote_covered,
        policy.listed_only,
        policy.tax_rule,
        policy.year_rule,
    )


def vendor_listed(*, vendor_id: int, programme_id: int, on_day: date) -> bool:
    """Whether the programme lists the vendor on that day."""
    listings = VendorListing.objects.filter(programme_id=programme_id, organisation_id=vendor_id)
    return listings.filter(Q(listed_until__isnull=True) | Q(listed_until__gte=on_day), listed_from__lte=on_day).exists()


def cover_of_firm(*, tenant_id: int, on_day: date) -> Cover:
    """What is left, without an incident. Raises LookupError."""
    return Cover(tenant_id, entitlement(tenant_id=tenant_id, on_day=on_day), None, None)


def cover_of_incident(*, incident: Incident, remote: bool | None = None) -> Cover:
    """What is left on the day the incident was opened, and whether the cover may pay. Raises LookupError.

    `remote`: for help in that way; None: no way is chosen.
    """
    return _cover(incident, None, remote)


def cover_of_job(*, job: Job) -> Cover | None:
    """The same with the job's vendor and way in view, for the firm, its desk and the vendor. None: no incident.

    Raises LookupError.
    """
    if job.incident_id is None:
        return None
    theirs = job_cover(job.pk)
    if theirs is None:
        incident: Incident = Incident.objects.get(tenant_id=job.tenant_id, pk=job.incident_id)
        day = localdate(incident.opened_at)
        enrolment = _enrolment_on(job.tenant_id, day)
        programme_id = enrolment.programme_id if enrolment else 0
        return _cover(incident, _listed(job, programme_id), job.way == Job.Way.REMOTE)
    day = localdate(theirs.opened_at)
    left = _left(
        programme=Programme.objects.get(pk=theirs.programme_id),
        start=theirs.contract_start,
        end=theirs.contract_end,
        on_day=day,
        used=theirs.used,
    )
    verdict = rules.eligibility(
        kind=theirs.kind,
        opened_by=theirs.opened_by,
        grade=theirs.grade,
        entitlement=left,
        vendor_listed=_listed(job, theirs.programme_id),
        remote=job.way == Job.Way.REMOTE,
    )
    own = (ClaimState(theirs.claim_state), theirs.insurer_yen or 0) if theirs.claim_state else None
    return Cover(job.tenant_id, left, None, verdict, own)


def job_is_covered(*, job: Job) -> bool:
    """Whether a claim for the job would be taken now. False also for a firm that takes part in no programme."""
    try:
        cover = cover_of_job(job=job)
    except LookupError:
        return False
    return cover is not None and cover.verdict is Verdict.ELIGIBLE


def claims_of_year(cover: Cover) -> list[Claim]:
    """The claims that use the year up, as far as the reader may see them."""
    if cover.entitlement.year is None:
        return []
    held = Claim.objects.filter(tenant_id=cover.tenant_id, year_first=cover.entitlement.year.first, slot__isnull=False)
    return list(held.select_related("incident").order_by("slot"))


def _listed(job: Job, programme_id: int) -> bool | None:
    """Whether the vendor was listed when it took the job: later changes of the list do not count."""
    if job.vendor_id is None:
        return None
    day = localdate(job.accepted_at or job.requested_at)
    return vendor_listed(vendor_id=job.vendor_id, programme_id=programme_id, on_day=day)


def _cover(incident: Incident, listed: bool | None, remote: bool | None) -> Cover:
    left = entitlement(tenant_id=incident.tenant_id, on_day=localdate(incident.opened_at))
    verdict = rules.eligibility(
        kind=incident.kind,
        opened_by=incident.opened_by,
        grade=incident.grade,
        entitlement=left,
        vendor_listed=listed,
        remote=remote,
    )
    return Cover(incident.tenant_id, left, incident, verdict)
