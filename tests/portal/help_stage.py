"""A firm with a ★★★ incident, vendors with profiles, and everybody's browser, for tests of the help chain."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from incidents.dispatch.estimates import tax_in
from incidents.models import Incident, Invoice, Job, VendorListing, VendorProfile, WorkEntry
from insurance.models import PolicyVersion
from tenants.models import Organisation, User
from tenants.tenancy.scope import tenant_scope
from tests import factories
from tests.factories import OWNER, Cast, Kind
from tests.portal import scenes
from tests.portal.pages import text_of
from web.jst import JST

PAST = datetime(2026, 10, 1, 1, 0, tzinfo=UTC)
NARA = "奈良県"
WORDS_NARA = "県北部"


@dataclass
class Browser:
    """A person's browser: pages as text, forms as sent."""

    client: Client
    user: User

    def read(self, path: str) -> str:
        """A page as text; it must be there."""
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return text_of(answer.content.decode())

    def send(self, path: str, **fields: Any) -> str:
        """Send a form; the page it leads to as text."""
        answer = self.client.post(path, fields, follow=True)
        assert answer.status_code in {200, 409}, (path, answer.status_code)
        return text_of(answer.content.decode())

    def status(self, path: str, **fields: Any) -> int:
        """What a form, or without fields a page, answers."""
        return int((self.client.post(path, fields) if fields else self.client.get(path)).status_code)


def browser(user: User) -> Browser:
    """Logged in as this person."""
    client = Client()
    client.force_login(user)
    return Browser(client, user)


@dataclass
class Stage:
    """Who takes part."""

    cast: Cast
    incident: Incident
    firm: Browser
    desk: Browser
    office: Browser
    vendor: Browser
    worker: User
    second: Organisation

    @property
    def sheet(self) -> str:
        """The page on which the firm chooses."""
        return f"/help/incidents/{self.incident.pk}/"

    def job(self) -> Job:
        """The firm's newest job as it is."""
        with tenant_scope(self.cast.sakura_dental.pk):
            job: Job = Job.objects.select_related("vendor").order_by("-pk")[0]
        return job

    def choose(self, way: str, by: Browser | None = None, **fields: str) -> str:
        """Open the sheet, and choose what it shows."""
        who = by or self.firm
        page = who.client.get(self.sheet).content.decode()
        shown_hash = re.search(r'name="sha256" value="([0-9a-f]{64})"', page)
        assert shown_hash
        return who.send(self.sheet, way=way, sha256=shown_hash[1], **fields)

    def ask(self, **fields: str) -> str:
        """The firm picks its vendor from the list."""
        return self.firm.send(f"/help/jobs/{self.job().pk}/vendors/", vendor=self.cast.vendor.pk, **fields)

    def taken(self, way: str = "remote") -> Job:
        """Way chosen, vendor asked, and it took the job; the firm has looked: the machine is there."""
        self.choose(way)
        self.ask()
        self.vendor.send(f"/vendor/offers/{self.job().pk}/", answer="accept")
        if way == "on_site":
            self.looked()
        return self.job()

    def looked(self, present: str = "yes") -> str:
        """The firm says whether the machine is there."""
        return self.firm.send(f"/help/jobs/{self.job().pk}/times/", action="check", q_present=present)


def profile_make(vendor: Organisation, **fields: Any) -> VendorProfile:
    """A vendor that goes everywhere in Nara on workdays from nine to five, unless told otherwise."""
    values: dict[str, Any] = {
        "kinds": Job.Kind.values,
        "areas": [{"prefecture": NARA, "reach": "whole", "codes": [], "words": "全域"}],
        "weekdays": list(range(5)),
        "opens": 540,
        "closes": 1020,
        "qualifications": "情報処理安全確保支援士",
        "profile": "県内の中小企業を20年支えてきました。",
        "changed_at": timezone.now(),
    }
    made: VendorProfile = VendorProfile.objects.using(OWNER).create(organisation_id=vendor.pk, **values | fields)
    return made


def stage_make(cast: Cast) -> Stage:
    """The cast with the firm in Nara city, two listed vendors with profiles, and a cover of 50,000 yen."""
    Organisation.objects.using(OWNER).filter(pk=cast.sakura_dental.pk).update(
        prefecture=NARA, municipality="奈良市", municipality_code="29201", address="登大路町1-1", phone="0742-00-0000"
    )
    second = factories.organisation_make("奈良ネットワーク", Kind.VENDOR, prefecture=NARA, municipality_code="29201")
    from tenants.models import ProgrammePartner

    ProgrammePartner.objects.using(OWNER).create(programme_id=cast.programme.pk, organisation_id=second.pk)
    Organisation.objects.using(OWNER).filter(pk=cast.vendor.pk).update(
        email="desk@vendor.invalid", phone="0742-11-1111"
    )
    for vendor in (cast.vendor, second):
        VendorListing.objects.using(OWNER).create(
            programme_id=cast.programme.pk, organisation_id=vendor.pk, listed_from=date(2026, 4, 1)
        )
        profile_make(vendor)
    PolicyVersion.objects.using(OWNER).create(
        programme_id=cast.programme.pk, insurer_id=cast.office.pk, valid_from=date(2026, 4, 1), limit_yen=50_000
    )
    group = scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count", count=6)
    incident = scenes.incident_make(group, number=3)
    worker = factories.user_make("worker@vendor.invalid", cast.vendor, family_name="川辺", given_name="一")
    return Stage(
        cast=cast,
        incident=incident,
        firm=browser(cast.hanako),
        desk=browser(cast.agent),
        office=browser(cast.clerk),
        vendor=browser(cast.engineer),
        worker=worker,
        second=second,
    )


def past_job_make(
    cast: Cast, number: int, family: str, minutes: dict[str, int], yen: int | None, function: str = "ips"
) -> Job:
    """A finished first response of the neighbour firm, with its time and its bill."""
    group = scenes.group_make(
        cast.yamada_box.sensor,
        "outbound-malware-count",
        family=family,
        function=function,
        asset_ip=f"192.168.1.{number}",
    )
    incident = scenes.incident_make(group, number=number, state="closed", closed_at=PAST)
    own: dict[str, Any] = {"by": cast.engineer, "entered_at": PAST, "tenant_id": incident.tenant_id}
    with tenant_scope(incident.tenant_id):
        job: Job = Job.objects.create(
            tenant_id=incident.tenant_id,
            number=number,
            kind="first_response",
            way="remote",
            state="closed",
            incident=incident,
            vendor=cast.vendor,
            requested_at=PAST,
        )
        for way, spent in minutes.items():
            WorkEntry.objects.create(
                **own,
                job=job,
                key=uuid.uuid4(),
                kind="work",
                way=way,
                source="hand",
                started_at=PAST,
                stopped_at=PAST + timedelta(minutes=spent),
                minutes=spent,
            )
        if yen is not None:
            Invoice.objects.create(
                **own,
                job=job,
                key=uuid.uuid4(),
                job_number=number,
                vendor=cast.vendor,
                number=str(number),
                registration_number="",
                tax_included=True,
                rounding="down",
                lines=[],
                total_yen=yen,
                tax_yen=tax_in(yen),
                minutes=60,
                on_site=False,
                issued_at=PAST,
                state="issued",
                state_at=PAST,
                state_by=cast.engineer,
            )
    return job


def workday(days: int = 3, hour: int = 10) -> datetime:
    """A coming workday at an hour, in Japan: no holiday, not around New Year."""
    from notifications.hours import day_kind

    day = datetime.now(UTC).astimezone(JST).replace(hour=hour, minute=0, second=0, microsecond=0) + timedelta(days=days)
    while day_kind(day.date()) > 4:
        day += timedelta(days=1)
    return day


def typed(at: datetime) -> dict[str, str]:
    """A moment as date and time fields send it."""
    return {"day": at.strftime("%Y-%m-%d"), "time": at.strftime("%H:%M")}
