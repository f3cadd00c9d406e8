"""Named writes and reads of vendors' profiles and of a programme's list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.timezone import localtime

from incidents.dispatch.doors import vendor_load
from incidents.dispatch.matching import Area, Candidate, Reach
from incidents.dispatch.municipalities import municipalities, prefectures
from incidents.models import Job, JobOffer, VendorListing, VendorProfile
from tenants.audit.record import audit_record_for
from tenants.models import Organisation, User

_GONE = ("declined", "expired")


class AreaUnreadable(ValueError):
    """A rule names no prefecture, or municipalities that are not in it."""


def profile_keep(*, organisation: Organisation, by: User | None, now: datetime, **values: Any) -> VendorProfile:
    """Store a vendor's profile. `areas`: list of Area. Raises AreaUnreadable, ValueError."""
    areas = [_area_data(area) for area in values.pop("areas")]
    if values["opens"] >= values["closes"]:
        raise ValueError("opens after it closes")
    made: VendorProfile
    made, _new = VendorProfile.objects.update_or_create(
        organisation=organisation, defaults={**values, "areas": areas, "changed_at": now, "changed_by": by}
    )
    audit_record_for([None], code="vendor.profile_kept", subject=f"organisation:{organisation.pk}")
    return made


def listing_set(
    *, programme_id: int, organisation: Organisation, listed_from: date, listed_until: date | None, by: User | None
) -> VendorListing:
    """Put a vendor on the programme's list from a day on, or say when that ends. Raises ValueError for no days."""
    if listed_until is not None and listed_until < listed_from:
        raise ValueError("ends before it begins")
    made: VendorListing
    made, _new = VendorListing.objects.update_or_create(
        programme_id=programme_id,
        organisation=organisation,
        listed_from=listed_from,
        defaults={"listed_until": listed_until, "by": by},
    )
    audit_record_for(
        [None],
        code="vendor.listed",
        subject=f"organisation:{organisation.pk}",
        since=listed_from.isoformat(),
        until=listed_until.isoformat() if listed_until else "",
    )
    return made


def listing_end(*, programme_id: int, organisation: Organisation, by: User) -> None:
    """The vendor is on the programme's list until today."""
    today = localtime().date()
    rows = VendorListing.objects.filter(programme_id=programme_id, organisation=organisation, listed_until=None)
    for row in rows:
        listing_set(
            programme_id=programme_id,
            organisation=organisation,
            listed_from=row.listed_from,
            listed_until=max(today, row.listed_from),
            by=by,
        )


def listed(*, programme_id: int, on_day: date) -> frozenset[int]:
    """Vendors on the programme's list that day: only their work is paid by the bundled cover (OSK 3.4.3)."""
    rows = VendorListing.objects.filter(
        Q(listed_until__isnull=True) | Q(listed_until__gte=on_day), programme_id=programme_id, listed_from__lte=on_day
    )
    return frozenset(rows.values_list("organisation_id", flat=True))


def vendors_of(programme_id: int, **part: Any) -> QuerySet[Organisation]:
    """Vendors that take part in a programme, by name, with their profiles. `part`: what must hold of their part."""
    wanted = {f"programmes__{name}": value for name, value in part.items()}
    rows = Organisation.objects.filter(kind=Organisation.Kind.VENDOR, programmes__programme_id=programme_id, **wanted)
    return rows.select_related("vendor_profile").order_by("name", "pk")


def candidates(*, programme_id: int, job: Job | None, at: datetime | None, now: datetime) -> list[Candidate]:
    """The programme's vendors for matching: with their load in the week of `at`, and who said no to this job."""
    gone = _refused(job)
    on_list = listed(programme_id=programme_id, on_day=localtime(now).date())
    load = vendor_load(*_week(at)) if at is not None else {}
    return [
        candidate(vendor, listed=vendor.pk in on_list, busy=load.get(vendor.pk, 0), declined=vendor.pk in gone)
        for vendor in vendors_of(programme_id, confirmed_at__isnull=False)
    ]


def candidate(vendor: Organisation, *, listed: bool, busy: int = 0, declined: bool = False) -> Candidate:
    """A vendor for matching. One that has not written a profile yet has to be asked about everything."""
    profile: VendorProfile | None = getattr(vendor, "vendor_profile", None)
    known: dict[str, Any] = {
        "kinds": frozenset(Job.Kind.values),
        "areas": tuple(Area(prefecture, Reach.ASK) for prefecture in prefectures()),
        "days_ask": True,
    }
    if profile is not None:
        known = {
            "kinds": frozenset(profile.kinds),
            "areas": areas_of(profile),
            "weekdays": frozenset(profile.weekdays),
            "holidays": profile.holidays,
            "year_end": profile.year_end,
            "days_ask": profile.days_ask,
            "opens": profile.opens,
            "closes": profile.closes,
            "week_capacity": profile.week_capacity,
            "ask_first": profile.ask_first,
        }
    return Candidate(
        vendor.pk,
        vendor.name,
        listed=listed,
        busy=busy,
        declined=declined,
        prefecture=vendor.prefecture,
        municipality_code=vendor.municipality_code,
        **known,
    )


def areas_of(profile: VendorProfile) -> tuple[Area, ...]:
    """The profile's rules."""
    return tuple(Area(row["prefecture"], row["reach"], frozenset(row["codes"]), row["words"]) for row in profile.areas)


def _area_data(area: Area) -> dict[str, Any]:
    known = municipalities()
    if area.prefecture not in prefectures():
        raise AreaUnreadable(area.prefecture)
    if any(code not in known or known[code].prefecture != area.prefecture for code in area.codes):
        raise AreaUnreadable(area.words)
    codes: Sequence[str] = sorted(area.codes) if area.reach in (Reach.PART, Reach.STATION) else ()
    if area.reach in (Reach.PART, Reach.STATION) and not codes:
        raise AreaUnreadable(area.words or area.prefecture)
    return {
        "prefecture": area.prefecture,
        "reach": Reach(area.reach).value,
        "codes": list(codes),
        "words": area.words[:120],
    }


def _refused(job: Job | None) -> frozenset[int]:
    """Vendors that declined this job, let it run out, or gave it back."""
    if job is None:
        return frozenset()
    offers: Iterable[JobOffer] = JobOffer.objects.filter(job_id=job.pk)
    return frozenset(
        offer.vendor_id
        for offer in offers
        if offer.state in _GONE or (offer.state == "accepted" and offer.vendor_id != job.vendor_id)
    )


def _week(at: datetime) -> tuple[datetime, datetime]:
    """Monday to Monday around a moment, in Japan."""
    day = localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=7)
