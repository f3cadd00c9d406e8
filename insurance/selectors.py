"""Named reads of the bundled cover."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.timezone import localdate

from base.numbers import number_in
from incidents.models import Incident, Invoice, Job, VendorListing
from incidents.states.incident import BY_HAND
from insurance import rules
from insurance.claim_rules import FINAL, LIVE, ClaimState
from insurance.doors import claims_used, job_cover
from insurance.models import BankAccount, Claim, ClaimEvidence, ClaimMessage, PolicyVersion, Referral
from insurance.rules import Entitlement, Split, Terms, Verdict
from tenants.models import Enrolment, Programme
from tenants.selectors import enrolment_current

MOST_BILLABLE = 200
MOST_NUMBER = 2**31  # of a claim


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
    newest = enrolment_current(tenant_id=tenant_id)
    if newest is None or newest.contract_start <= day:
        return newest
    rows = Enrolment.objects.filter(tenant_id=tenant_id, contract_start__lte=day).select_related("programme")
    return rows.order_by("-contract_start").first() or newest


def policy_on(*, programme_id: int, day: date) -> PolicyVersion | None:
    """The policy version in force on the day."""
    return PolicyVersion.objects.filter(programme_id=programme_id, valid_from__lte=day).order_by("-valid_from").first()


def policy_newest(*, programme_id: int) -> PolicyVersion | None:
    """The newest terms of a programme, in force already or from a later day on."""
    return PolicyVersion.objects.filter(programme_id=programme_id).order_by("-valid_from").first()


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


def billable_jobs(of_firms: Q | None = None) -> list[Job]:
    """Jobs with an invoice that stands and no claim, which the cover pays: what the desk can claim now.

    `of_firms`: only rows of these.
    """
    standing = Invoice.objects.exclude(state="void").values("job_id")
    claimed = Claim.objects.filter(state__in=LIVE).values("job_id")
    bill = Invoice.objects.exclude(state="void").filter(job_id=OuterRef("pk")).values("total_yen")
    jobs = Job.objects.filter(pk__in=standing, incident__isnull=False, kind=Job.Kind.FIRST_RESPONSE)
    jobs = jobs.annotate(billed_yen=Subquery(bill[:1])).filter(of_firms or Q())
    # Most of what the cover never pays is left out by the database, the rest by the rule.
    jobs = jobs.filter(incident__grade=3).exclude(incident__opened_by__in=BY_HAND).exclude(pk__in=claimed)
    open_ones = jobs.select_related("tenant", "incident", "vendor").order_by("pk")[:MOST_BILLABLE]
    return [job for job in open_ones if job_is_covered(job=job)]


def claims_in_reach() -> QuerySet[Claim]:
    """Claims of all firms in reach, with the vendors; not all who read one see its firm."""
    return Claim.objects.select_related("vendor")


def claims_handed_in(since: datetime) -> QuerySet[ClaimMessage]:
    """When claims in reach were handed in since then, or again with an answer, and still wait; the newest first."""
    handed_in = (ClaimState.SUBMITTED, ClaimState.RESUBMITTED)
    steps = ClaimMessage.objects.filter(kind=ClaimMessage.Kind.MOVE, state__in=handed_in, at__gt=since)
    return steps.filter(claim__state=F("state")).select_related("claim").order_by("-at", "-pk")


@dataclass(frozen=True)
class ClaimsSum:
    """Of many claims: what is asked for in all, and how many of those under way wait since before a time."""

    asked_yen: int
    late: int


def claims_sum(claims: QuerySet[Claim], *, late_since: datetime) -> ClaimsSum:
    """The sum of these claims."""
    waiting = Q(submitted_at__lt=late_since) | Q(submitted_at=None, made_at__lt=late_since)
    sums = claims.order_by().aggregate(yen=Sum("asked_yen"), late=Count("pk", filter=waiting & ~Q(state__in=FINAL)))
    return ClaimsSum(sums["yen"] or 0, sums["late"])


def claims_by_state() -> dict[str, int]:
    """State → how many claims of all firms in reach."""
    return dict(Claim.objects.order_by().values_list("state").annotate(Count("pk")))


def claims_to_finish() -> QuerySet[Claim]:
    """Claims that came back or are drafts, with firm and vendor."""
    rows = claims_in_reach().filter(state__in=(ClaimState.RETURNED, ClaimState.DRAFT))
    return rows.select_related("tenant")


def claims_worded(words: str) -> Q:
    """Claims of this number, of a vendor of this name, or with the words in a question, an answer or a reason."""
    spoken = ClaimMessage.objects.filter(tenant_id=OuterRef("tenant_id"), claim_id=OuterRef("pk"))
    condition = Q(vendor__name__icontains=words) | Q(Exists(spoken.filter(text__icontains=words)))
    number = number_in(words)
    return condition | Q(number=number) if number is not None and number < MOST_NUMBER else condition


def jobs_worded(words: str) -> Q:
    """Jobs of a vendor of this name."""
    return Q(vendor__name__icontains=words)


def live_claim_of(job: Job) -> Claim | None:
    """The claim of a job that stands."""
    return Claim.objects.filter(tenant_id=job.tenant_id, job_id=job.pk, state__in=LIVE).first()


def claims_of_incident(incident: Incident) -> QuerySet[Claim]:
    """The claims of an incident, the newest first."""
    return Claim.objects.filter(tenant_id=incident.tenant_id, incident_id=incident.pk).order_by("-number")


def files_of_claim(claim: Claim) -> QuerySet[ClaimEvidence]:
    """The photos and files of a claim's present round."""
    return ClaimEvidence.objects.filter(claim=claim, round=claim.round, kind="file")


def account_of(organisation_id: int) -> BankAccount | None:
    """Where a vendor is paid, or from where an insurer pays; None before it was entered."""
    return BankAccount.objects.filter(organisation_id=organisation_id).first()


def last_referral(tenant_id: int) -> Referral | None:
    """The newest wish of a firm to be called about a cover of its own."""
    return Referral.objects.filter(tenant_id=tenant_id).order_by("-given_at").first()
