"""A firm with a ★★★ incident, a listed vendor's job, and an insurer: what a claim needs."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from incidents.core.triage import groups_claim
from incidents.models import Decision, Incident, Invoice, Job, JobOffer, JobReport, SignOff, VendorListing, WorkEntry
from insurance.models import PolicyVersion
from insurance.services import Bill
from notifications.models import OutboxMessage
from tenants.models import Organisation, User
from tenants.tenancy.scope import tenant_scope
from tests import factories
from tests.factories import Box, Cast, Kind
from tests.mailing import high_group_make

NOW = datetime(2026, 11, 20, 5, 41, tzinfo=UTC)
MINUTES = (("travel", 40), ("hearing", 50), ("work", 80), ("waiting", 30), ("report", 35))  # OSK 表4-33


@dataclass(frozen=True)
class Stage:
    """Everybody a claim needs."""

    cast: Cast
    insurer: Organisation
    adjuster: User
    policy: PolicyVersion

    @property
    def firm(self) -> Organisation:
        return self.cast.sakura_dental


def stage_make(cast: Cast, **terms: object) -> Stage:
    """Store the insurer, its person and the terms."""
    insurer = factories.organisation_make("みどり損害保険", Kind.INSURER)
    VendorListing.objects.using("owner").create(
        programme_id=cast.programme.pk, organisation_id=cast.vendor.pk, listed_from=date(2026, 4, 1)
    )
    values: dict[str, object] = {"valid_from": date(2026, 4, 1), **terms}
    policy = PolicyVersion.objects.using("owner").create(programme_id=cast.programme.pk, insurer=insurer, **values)
    return Stage(cast, insurer, factories.user_make("adjuster@insurer.invalid", insurer), policy)


def incident_make(box: Box, number: int = 1, now: datetime = NOW) -> Incident:
    """A ★★★ incident opened by rule, with its mail."""
    high_group_make(box, family=f"malware:{number}", asset_key=f"02:00:5e:00:54:{number:02}")
    groups_claim(now=now)
    with tenant_scope(box.sensor.tenant_id):
        incident: Incident = Incident.objects.get(number=number)
        OutboxMessage.objects.filter(kind="incident").update(state="sent", sent_at=now)
    return incident


def job_make(
    incident: Incident, vendor: Organisation, number: int = 1, way: str = "remote", minutes: bool = True
) -> Job:
    """A job the vendor took, with 235 minutes of work."""
    with tenant_scope(incident.tenant_id):
        job: Job = Job.objects.create(
            tenant_id=incident.tenant_id,
            number=number,
            kind=Job.Kind.FIRST_RESPONSE,
            way=way,
            incident=incident,
            requested_at=NOW,
        )
        offer = JobOffer.objects.create(
            tenant_id=incident.tenant_id,
            job=job,
            vendor=vendor,
            offered_at=NOW,
            expires_at=datetime.now(UTC) + timedelta(hours=2),
        )
        JobOffer.objects.filter(pk=offer.pk).update(state="accepted", answered_at=datetime.now(UTC))
        Decision.objects.create(
            tenant_id=incident.tenant_id,
            job=job,
            incident=incident,
            way=way,
            channel="phone",
            said_by="桜井 花子",
            at=NOW,
            by=User.objects.get(email="agent@desk.invalid"),
            shown={"options": []},
            shown_sha256="ab" * 32,
        )
        if minutes:
            _work(job)
        return Job.objects.get(pk=job.pk)  # type: ignore[no-any-return]


def _work(job: Job) -> None:
    worker = User.objects.get(email="engineer@vendor.invalid")
    start = NOW
    for kind, spent in MINUTES:
        WorkEntry.objects.create(
            tenant_id=job.tenant_id,
            job=job,
            key=uuid.uuid4(),
            by=worker,
            entered_at=start,
            kind=kind,
            way=job.way,
            source="hand",
            started_at=start,
            stopped_at=start + timedelta(minutes=spent),
            minutes=spent,
        )
        start += timedelta(minutes=spent)


def mark_make(job: Job) -> None:
    """The vendor's report, and the firm's mark under it."""
    common: dict[str, Any] = {
        "job": job,
        "tenant_id": job.tenant_id,
        "by": User.objects.get(email="engineer@vendor.invalid"),
        "entered_at": NOW,
    }
    with tenant_scope(job.tenant_id):
        report = JobReport.objects.create(**common, key=uuid.uuid4(), version=2, content={}, sha256="cd" * 32)
        SignOff.objects.create(
            **common,
            key=uuid.uuid4(),
            report=report,
            report_sha256=report.sha256,
            place="vendor_device",
            name="桜井 次郎",
            strokes=[[[1, 1], [2, 2]]],
            remark="助かりました",
        )


def bill(total_yen: int = 48_000, tax_yen: int = 4_363, number: str = "2026-118") -> Bill:
    return Bill(number, date(2026, 11, 25), total_yen, tax_yen)


def invoice_make(job: Job, total_yen: int, tax_yen: int = 4_363) -> Invoice:
    """The vendor's invoice for the job."""
    worker = User.objects.get(email="engineer@vendor.invalid")
    with tenant_scope(job.tenant_id):
        made: Invoice = Invoice.objects.create(
            tenant_id=job.tenant_id,
            job=job,
            job_number=job.number,
            key=uuid.uuid4(),
            by=worker,
            entered_at=NOW,
            vendor_id=job.vendor_id,
            number=f"2026-{job.number:03}",
            registration_number="T1180301018771",
            tax_included=True,
            rounding="down",
            lines=[{"words": "初動対応", "quantity": 1, "unit": "式", "unit_price_yen": total_yen, "rate": 10}],
            total_yen=total_yen,
            tax_yen=tax_yen,
            minutes=235,
            on_site=False,
            issued_at=NOW,
            state_at=NOW,
            state_by=worker,
        )
    return made
