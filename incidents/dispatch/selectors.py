"""Named reads of jobs, offers and appointments, in any scope that sees them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Max, Q, QuerySet

from alerts.models import AlertGroup
from incidents.models import Appointment, Decision, Incident, Job, JobEvent, JobOffer, VendorListing, VendorProfile
from incidents.states.appointment import AppointmentState
from incidents.states.incident import IncidentState
from incidents.states.job import JobState

REPORTED = frozenset({JobState.REPORTED, JobState.SIGNED, JobState.CLOSED})


def jobs() -> QuerySet[Job]:
    """Jobs in reach, with their vendors; not all who read a job see its incident."""
    return Job.objects.select_related("vendor")


def job_of_incident(incident: Incident) -> Job | None:
    """The newest job of an incident."""
    return Job.objects.filter(tenant_id=incident.tenant_id, incident=incident).order_by("-pk").first()


def jobs_under_way(tenant_id: int | None = None) -> QuerySet[Job]:
    """Jobs in reach that are not over, of one firm or of all, the newest first."""
    rows = Job.objects.exclude(state__in=(JobState.SIGNED, JobState.CLOSED, JobState.CANCELLED)).order_by("-pk")
    return rows if tenant_id is None else rows.filter(tenant_id=tenant_id)


def jobs_handed_over() -> QuerySet[Job]:
    """Of these the ones the desk asked the office to step in for, the newest first."""
    return jobs_under_way().filter(office_since__isnull=False)


def treated(incidents: Iterable[Incident]) -> set[int]:
    """Those whose newest job is reported, with no detection since: the vendor has done what it came for.

    One that was opened again begins anew, whatever was reported before.
    """
    acted_on = [incident.pk for incident in incidents if incident.state != IncidentState.OPEN]
    rows = Job.objects.filter(incident_id__in=acted_on).exclude(state=JobState.CANCELLED).order_by("pk")
    newest = {job.incident_id: job for job in rows}
    groups = AlertGroup.objects.filter(incidentgroup__incident_id__in=acted_on).order_by()
    last = dict(groups.values_list("incidentgroup__incident_id").annotate(Max("last_at")))
    return {
        pk
        for pk, job in newest.items()
        if job.state in REPORTED and job.reported_at is not None and (pk not in last or last[pk] <= job.reported_at)
    }


def offers_of(*job_ids: int) -> QuerySet[JobOffer]:
    """The offers of jobs, the oldest first, with their vendors."""
    return JobOffer.objects.filter(job_id__in=job_ids).select_related("vendor").order_by("pk")


def offer_to(*, job_id: int, vendor_id: int) -> JobOffer | None:
    """The newest offer of a job to a vendor."""
    return JobOffer.objects.filter(job_id=job_id, vendor_id=vendor_id).order_by("-pk").first()


def times_of(*job_ids: int) -> QuerySet[Appointment]:
    """The times proposed and agreed for jobs."""
    return Appointment.objects.filter(job_id__in=job_ids)


def times_agreed_after(now: datetime) -> QuerySet[Appointment]:
    """Times to come that are agreed, over all jobs in reach, the latest first."""
    return Appointment.objects.filter(state=AppointmentState.AGREED, starts_at__gt=now).order_by("-starts_at")


def times_changed_by_others(*, vendor_id: int, person_id: int, since: datetime) -> QuerySet[Appointment]:
    """Times of a vendor's jobs that others than this person proposed, agreed to or took back since then."""
    proposed = Q(proposed_at__gt=since) & ~Q(proposed_by_id=person_id)
    answered = Q(answered_at__gt=since) & ~Q(answered_by_id=person_id)
    return Appointment.objects.filter(proposed | answered, vendor_id=vendor_id).order_by("-pk")


def times_for_calendars() -> QuerySet[Appointment]:
    """What a calendar may hold: times that are or were agreed with a vendor, with vendor and job."""
    states = (AppointmentState.AGREED, AppointmentState.DROPPED)
    return Appointment.objects.filter(state__in=states, vendor__isnull=False).select_related("vendor", "job")


def time_in_its_place(appointment: Appointment) -> Appointment:
    """The time that took this one's place in calendars: an old link must not remove what was moved."""
    same = Appointment.objects.filter(job_id=appointment.job_id, uid=appointment.uid, state=AppointmentState.AGREED)
    return same.select_related("vendor", "job").first() or appointment


def events_of(job_id: int) -> QuerySet[JobEvent]:
    """The course of a job, oldest first."""
    return JobEvent.objects.filter(job_id=job_id).select_related("actor", "vendor").order_by("at", "pk")


def decisions_of(job_id: int) -> QuerySet[Decision]:
    """What was chosen for a job, oldest first."""
    return Decision.objects.filter(job_id=job_id).order_by("at", "pk")


def last_decision(incident: Incident) -> Decision | None:
    """The newest choice for an incident."""
    return Decision.objects.filter(incident=incident).order_by("-at", "-pk").first()


def profile_of(organisation_id: int) -> VendorProfile | None:
    """What a vendor says of itself; None before it wrote anything."""
    return VendorProfile.objects.filter(organisation_id=organisation_id).first()


def profiles_of(organisation_ids: Collection[int]) -> dict[int, VendorProfile]:
    """Organisation → its profile, of those that have one."""
    return VendorProfile.objects.in_bulk(list(organisation_ids), field_name="organisation_id")


def listings_of(*, programme_id: int, organisation_id: int) -> QuerySet[VendorListing]:
    """When a programme listed a vendor, the newest first."""
    rows = VendorListing.objects.filter(programme_id=programme_id, organisation_id=organisation_id)
    return rows.order_by("-listed_from")
