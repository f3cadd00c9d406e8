"""What a vendor may see follows the job itself: asked, taken, given back, over."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection

from base.moves import MoveRefused, Party
from incidents.dispatch.offers import job_offer_answer, job_offer_put, job_place
from incidents.dispatch.services import job_move, office_call
from incidents.models import Job, JobEvent, JobOffer
from tenants.models import Organisation
from tenants.tenancy.scope import person_scope, tenant_scope
from tests import factories
from tests.factories import Cast, Kind


def _job(firm: Organisation, number: int = 1) -> Job:
    with tenant_scope(firm.pk):
        job: Job = Job.objects.create(
            tenant=firm, number=number, kind=Job.Kind.FIRST_RESPONSE, way=Job.Way.REMOTE, requested_at=datetime.now(UTC)
        )
    return job


def _offer(job: Job, vendor: Organisation, lasting: timedelta = timedelta(hours=1)) -> JobOffer:
    now = datetime.now(UTC)
    with tenant_scope(job.tenant_id):
        offer: JobOffer = JobOffer.objects.create(
            tenant_id=job.tenant_id, job=job, vendor=vendor, offered_at=now, expires_at=now + lasting
        )
    return offer


def _move(job: Job, **fields: Any) -> None:
    with tenant_scope(job.tenant_id):
        Job.objects.filter(pk=job.pk).update(**fields)


def _seen(user: Any, vendor: Organisation) -> list[tuple[Any, ...]]:
    with person_scope(user.pk, vendor.pk), connection.cursor() as cursor:
        cursor.execute("SELECT job_id, accepted, firm FROM sec.job_cards()")
        return list(cursor.fetchall())


def _answer(user: Any, vendor: Organisation, offer: JobOffer, state: str) -> int:
    with person_scope(user.pk, vendor.pk):
        waiting = JobOffer.objects.filter(pk=offer.pk, state="waiting")
        return int(waiting.update(state=state, answered_at=datetime.now(UTC), answered_by_id=user.pk))


@pytest.fixture
def offered(cast: Cast) -> tuple[Job, Any, Organisation]:
    return _job(cast.sakura_dental), factories.user_make("worker@vendor.invalid", cast.vendor), cast.vendor


def test_a_vendor_asked_sees_where_and_what_and_the_firm_only_when_it_takes_the_job(
    offered: tuple[Job, Any, Organisation], cast: Cast
) -> None:
    job, user, vendor = offered
    assert _seen(user, vendor) == []
    offer = _offer(job, vendor)
    assert _seen(user, vendor) == [(job.pk, False, None)]
    assert _answer(user, vendor, offer, "accepted") == 1
    assert _seen(user, vendor) == [(job.pk, True, cast.sakura_dental.name)]
    with person_scope(user.pk, vendor.pk):
        taken = Job.objects.get()
        assert (taken.state, taken.vendor_id) == ("accepted", vendor.pk)


def test_a_vendor_that_declines_or_waits_too_long_sees_nothing_any_more(
    offered: tuple[Job, Any, Organisation],
) -> None:
    job, user, vendor = offered
    assert _answer(user, vendor, _offer(job, vendor), "declined") == 1
    assert _seen(user, vendor) == []
    late = _offer(job, vendor, timedelta(seconds=2))
    time.sleep(2.1)
    assert _seen(user, vendor) == []
    assert _answer(user, vendor, late, "accepted") == 0


def test_giving_a_job_back_or_cancelling_it_ends_sight_at_once_and_closing_leaves_two_weeks(
    offered: tuple[Job, Any, Organisation],
) -> None:
    job, user, vendor = offered
    _answer(user, vendor, _offer(job, vendor), "accepted")
    _move(job, state="requested")
    assert _seen(user, vendor) == []
    with tenant_scope(job.tenant_id):
        assert Job.objects.get().vendor_id is None
    _answer(user, vendor, _offer(job, vendor), "accepted")
    _move(job, state="closed")
    assert [row[1] for row in _seen(user, vendor)] == [True]
    with person_scope(user.pk, vendor.pk), connection.cursor() as cursor:
        cursor.execute("SELECT until - now() FROM sec.job_cards()")
        left = cursor.fetchone()[0]
    assert timedelta(days=13, hours=23) < left <= timedelta(days=14)


def test_a_job_goes_to_one_vendor_only(offered: tuple[Job, Any, Organisation]) -> None:
    job, user, vendor = offered
    _offer(job, vendor)
    with pytest.raises(IntegrityError):
        _offer(job, factories.organisation_make("第二の事業者", Kind.VENDOR))
    _move(job, state="cancelled")
    with pytest.raises(DatabaseError, match="no longer free"), tenant_scope(job.tenant_id):
        JobOffer.objects.filter(job=job).update(state="accepted", answered_at=datetime.now(UTC))
    assert _seen(user, vendor) == []


def test_a_vendor_answers_its_own_offer_only_and_an_answer_stays(offered: tuple[Job, Any, Organisation]) -> None:
    job, user, vendor = offered
    offer = _offer(job, factories.organisation_make("第二の事業者", Kind.VENDOR))
    assert _answer(user, vendor, offer, "accepted") == 0
    with tenant_scope(job.tenant_id):
        JobOffer.objects.filter(pk=offer.pk).update(state="withdrawn")
    with pytest.raises(DatabaseError, match="stays as it is"), tenant_scope(job.tenant_id):
        JobOffer.objects.filter(pk=offer.pk).update(state="accepted", answered_at=datetime.now(UTC))


def test_the_vendor_cannot_hand_the_job_or_its_firm_to_somebody_else(offered: tuple[Job, Any, Organisation]) -> None:
    job, user, vendor = offered
    _answer(user, vendor, _offer(job, vendor), "accepted")
    for fields in ({"vendor_id": vendor.pk}, {"tenant_id": job.tenant_id}, {"incident_id": None}):
        with pytest.raises(DatabaseError, match="permission denied"), person_scope(user.pk, vendor.pk):
            Job.objects.filter(pk=job.pk).update(**fields)
    with person_scope(user.pk, vendor.pk):
        assert Job.objects.filter(pk=job.pk).update(state="working") == 1


def test_the_office_sees_a_job_only_from_when_the_desk_asked_it_to_step_in(cast: Cast) -> None:
    job = _job(cast.sakura_dental)
    office = Organisation.objects.using("owner").filter(kind=Kind.OFFICE).get()
    user = factories.user_make("umpire@office.invalid", office)
    with person_scope(user.pk, office.pk):
        assert not Job.objects.exists()
    _move(job, office_since=datetime.now(UTC))
    with person_scope(user.pk, office.pk):
        assert Job.objects.get().pk == job.pk
    _move(job, state="closed")
    with person_scope(user.pk, office.pk):
        assert not Job.objects.exists()


def test_a_vendor_gives_a_job_back_with_a_reason_and_the_firm_reads_it(
    offered: tuple[Job, Any, Organisation], cast: Cast
) -> None:
    job, user, vendor = offered
    now = datetime.now(UTC)
    with tenant_scope(job.tenant_id):
        offer = job_offer_put(
            job=job, vendor=vendor, expires_at=now + timedelta(hours=1), by=cast.hanako, party=Party.FIRM, now=now
        )
    with person_scope(user.pk, vendor.pk):
        job_offer_answer(offer_id=offer.pk, accept=True, by=user, now=now)
    with pytest.raises(MoveRefused), person_scope(user.pk, vendor.pk):
        job_move(job=Job.objects.get(), to="requested", by=Party.VENDOR, user=user, now=now)
    with person_scope(user.pk, vendor.pk):
        job_move(job=Job.objects.get(), to="requested", by=Party.VENDOR, user=user, now=now, reason="急病のため")
    assert _seen(user, vendor) == []
    with person_scope(cast.hanako.pk, cast.sakura_dental.pk):
        assert Job.objects.get().state == "requested"
        course = [(event.code, event.vendor, event.data.get("reason")) for event in JobEvent.objects.all()]
    assert course[-1] == ("moved", vendor, "急病のため")


def test_the_office_places_a_job_only_when_it_was_asked_and_says_why(
    offered: tuple[Job, Any, Organisation], cast: Cast
) -> None:
    job, user, vendor = offered
    now = datetime.now(UTC)
    with pytest.raises(Job.DoesNotExist), person_scope(cast.clerk.pk, cast.office.pk):
        job_place(job=Job.objects.get(pk=job.pk), vendor=vendor, reason="電話で確認", by=cast.clerk, now=now)
    with person_scope(cast.agent.pk, cast.desk.pk):
        office_call(job=job, reason="3社に断られた", by=cast.agent, now=now)
    with person_scope(cast.clerk.pk, cast.office.pk):
        with pytest.raises(MoveRefused):
            job_place(job=Job.objects.get(pk=job.pk), vendor=vendor, reason=" ", by=cast.clerk, now=now)
        job_place(job=Job.objects.get(pk=job.pk), vendor=vendor, reason="電話で確認", by=cast.clerk, now=now)
    assert [row[1:] for row in _seen(user, vendor)] == [(True, cast.sakura_dental.name)]
