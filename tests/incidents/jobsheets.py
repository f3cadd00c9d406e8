"""A job that a vendor has taken, and the phone in its hand."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

from django.test import Client
from PIL import Image

from incidents.jobsheet.checking import uploads_check
from incidents.jobsheet.uploads import MOST_PIECE
from incidents.models import Incident, Job, JobOffer
from tenants.models import Organisation, User
from tenants.tenancy.scope import tenant_scope
from tests.factories import OWNER, Cast, user_make
from tests.portal import scenes

HOUR = timedelta(hours=1)


@dataclass
class Phone:
    """The vendor's browser on one job."""

    client: Client
    job: Job
    incident: Incident | None
    user: User
    vendor: Organisation

    def path(self, rest: str) -> str:
        """An address of the job."""
        return f"/jobs/{self.job.pk}/{rest}"

    def write(self, what: str, **fields: Any) -> Any:
        """Write something down as the phone's script does."""
        data = {"what": what, "key": str(uuid.uuid4())} | fields
        return self.client.post(self.path("entries/"), data, headers={"Accept": "application/json"})

    def piece(
        self, key: uuid.UUID, data: bytes, offset: int | str = 0, size: int | str | None = None, **about: str
    ) -> Any:
        """Send a piece of a file."""
        parameters = {"offset": offset, "size": len(data) if size is None else size, "name": "photo.jpg"} | about
        query = "&".join(f"{name}={value}" for name, value in parameters.items())
        return self.client.put(self.path(f"files/{key}/?{query}"), data, content_type="application/octet-stream")

    def file(self, data: bytes, key: uuid.UUID | None = None, **about: str) -> Any:
        """Send a whole file and let a worker check it; → what the phone hears when it asks again."""
        key = key or uuid.uuid4()
        for start in range(0, len(data), MOST_PIECE):
            arrived = self.piece(key, data[start : start + MOST_PIECE], offset=start, size=len(data), **about)
        if arrived.status_code == 202:
            uploads_check(now=datetime.now(UTC))
            return self.piece(key, b"", offset=len(data), size=len(data), **about)
        return arrived

    def state(self) -> str:
        """The job's state now."""
        with tenant_scope(self.job.tenant_id):
            return str(Job.objects.get(pk=self.job.pk).state)

    def report(self, **fields: str) -> Any:
        """Give the report."""
        words = {"key": str(uuid.uuid4()), "summary": "フルスキャンをしました。", "result": "駆除しました。"} | fields
        return self.client.post(self.path("report/"), words)


def logged_in(user: User) -> Client:
    """A browser of this person."""
    client = Client()
    client.force_login(user)
    return client


def phone_make(
    cast: Cast, kind: str = Job.Kind.FIRST_RESPONSE, way: str = Job.Way.REMOTE, *, number: int = 1, **group: Any
) -> Phone:
    """さくら歯科 has asked 川辺システム, which took the job about incident `number`."""
    now = datetime.now(UTC)
    firm = cast.sakura_dental
    Organisation.objects.using(OWNER).filter(pk=firm.pk).update(
        phone="075-000-0101", municipality="若葉市", address="1-2"
    )
    incident = None
    if kind == Job.Kind.FIRST_RESPONSE:
        alert_group = scenes.group_make(
            cast.sakura_box.sensor, "outbound-malware-count", at=now - timedelta(days=1), **group
        )
        incident = scenes.incident_make(alert_group, number=number)
    with tenant_scope(firm.pk):
        job: Job = Job.objects.create(
            tenant=firm, number=7, kind=kind, way=way, incident=incident, requested_at=now, wish="昼休みに"
        )
        offer = JobOffer.objects.create(
            tenant_id=firm.pk, job=job, vendor=cast.vendor, offered_at=now, expires_at=now + HOUR
        )
        JobOffer.objects.filter(pk=offer.pk).update(state="accepted", answered_at=now, answered_by_id=cast.engineer.pk)
    return Phone(logged_in(cast.engineer), job, incident, cast.engineer, cast.vendor)


def other_vendor(cast: Cast) -> Client:
    """Somebody of a vendor that has nothing to do with it."""
    from tests.factories import Kind, organisation_make

    return logged_in(user_make("other@vendor.invalid", organisation_make("別の事業者", Kind.VENDOR)))


def jpeg(width: int = 60, height: int = 40, **saved: Any) -> bytes:
    """A photo."""
    out = BytesIO()
    Image.effect_noise((width, height), 90).convert("RGB").save(out, "JPEG", **saved)
    return out.getvalue()
