"""After a job the vendor answers ten questions; the firm does not read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.test import Client

from incidents.models import Job, JobOffer
from surveys.models import JobHearing
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import Cast

NOW = datetime.now(UTC)
ANSWERS = {
    "solved": "remote",
    "time_saved": "yes",
    "visit_travel": "240",
    "visit_work": "400",
    "tools": ["phone", "mail"],
    "doable": ["screen", "logs"],
    "grasped": "well",
    "suited": ["known"],
    "needed": ["addresses", "software"],
    "again": "yes",
    "good": "移動がない",
    "bad": "試したいことをすぐ試せない",
}


def taken_job(cast: Cast, state: str) -> Job:
    with tenant_scope(cast.sakura_dental.pk):
        job: Job = Job.objects.create(
            tenant=cast.sakura_dental, number=1, kind="first_response", way="remote", requested_at=NOW
        )
        JobOffer.objects.create(
            tenant=cast.sakura_dental, job=job, vendor=cast.vendor, offered_at=NOW, expires_at=NOW + timedelta(hours=2)
        )
        offer = JobOffer.objects.get()
        JobOffer.objects.filter(pk=offer.pk).update(state="accepted", answered_at=NOW)
        Job.objects.filter(pk=job.pk).update(state=state)
    return job


def engineer(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.engineer)
    return client


def test_a_vendor_answers_once_after_its_report(cast: Cast) -> None:
    job = taken_job(cast, "reported")
    client = engineer(cast)
    assert "遠隔で解決しましたか" in client.get(f"/jobs/{job.pk}/hearing/").content.decode()
    client.post(f"/jobs/{job.pk}/hearing/", ANSWERS)
    with person_scope(cast.engineer.pk, cast.vendor.pk):
        kept = JobHearing.objects.get()
    assert (kept.answers["visit_travel"], kept.answers["visit_work"]) == (240, 400)
    assert kept.answers["tools"] == ["phone", "mail"]
    assert "回答を受け取りました" in client.get(f"/jobs/{job.pk}/hearing/").content.decode()
    client.post(f"/jobs/{job.pk}/hearing/", ANSWERS | {"again": "no"})
    with person_scope(cast.engineer.pk, cast.vendor.pk):
        assert JobHearing.objects.get().answers["again"] == "yes"


def test_before_the_work_it_says_to_come_back_and_stores_nothing(cast: Cast) -> None:
    job = taken_job(cast, "accepted")
    client = engineer(cast)
    assert "作業のあとに答えてください" in client.get(f"/jobs/{job.pk}/hearing/").content.decode()
    client.post(f"/jobs/{job.pk}/hearing/", ANSWERS)
    with person_scope(cast.engineer.pk, cast.vendor.pk):
        assert not JobHearing.objects.exists()


def test_the_firm_does_not_read_what_the_vendor_told_and_strangers_have_no_page(cast: Cast) -> None:
    job = taken_job(cast, "reported")
    engineer(cast).post(f"/jobs/{job.pk}/hearing/", ANSWERS)
    with person_scope(cast.hanako.pk, cast.sakura_dental.pk):
        assert not JobHearing.objects.exists()
    for person in (cast.hanako, cast.jiro, cast.agent, cast.clerk):
        client = Client()
        client.force_login(person)
        assert client.get(f"/jobs/{job.pk}/hearing/").status_code == 404
