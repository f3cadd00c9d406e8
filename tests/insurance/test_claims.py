"""A claim from the vendor's invoice to the insurer's payment, and what the database refuses whoever asks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, connections
from django.utils.timezone import localdate

from base.moves import MoveRefused, Party
from incidents.models import Job, VendorListing
from insurance import services
from insurance.claim_rules import CLAIM_MOVES, ClaimState
from insurance.doors import claim_cards, job_cover
from insurance.evidence import evidence_freeze
from insurance.models import Claim, ClaimEvidence, ClaimMessage
from insurance.rules import Verdict
from insurance.selectors import cover_of_incident, cover_of_job, entitlement
from insurance.services import ClaimRefused, claim_decide, claim_make, claim_pay, claim_submit, claim_withdraw
from tenants.models import Organisation, User
from tenants.tenancy.scope import person_scope, tenant_scope
from tests import factories
from tests.factories import Cast, Kind
from tests.insurance.stage import NOW, Stage, bill, incident_make, invoice_make, job_make, stage_make

DAY = date(2026, 11, 20)
WEEK = NOW + timedelta(days=7)


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return stage_make(cast)


@contextmanager
def acting(user: User, organisation: Organisation) -> Iterator[None]:
    with person_scope(user.pk, organisation.pk):
        yield


def at_desk(stage: Stage) -> AbstractContextManager[None]:
    return acting(stage.cast.agent, stage.cast.desk)


def at_insurer(stage: Stage) -> AbstractContextManager[None]:
    return acting(stage.adjuster, stage.insurer)


def made(stage: Stage, number: int = 1, total: int = 48_000, submit: bool = True) -> Claim:
    job = job_make(incident_make(stage.cast.sakura_box, number), stage.cast.vendor, number)
    with at_desk(stage):
        claim = claim_make(job=job, bill=bill(total), by=stage.cast.agent, now=NOW)
        return claim_submit(claim_id=claim.pk, party=Party.DESK, now=NOW) if submit else claim


def test_the_desk_makes_a_claim_in_one_step_and_the_insurer_pays_it(stage: Stage) -> None:
    claim = made(stage)
    assert (claim.asked_yen, claim.own_yen, claim.slot, claim.vendor_id) == (48_000, 0, 1, stage.cast.vendor.pk)
    with at_insurer(stage):
        assert Claim.objects.get().state == "submitted"
        claim_decide(claim_id=claim.pk, to="approved", now=WEEK)
        paid = claim_pay(claim_id=claim.pk, paid_on=date(2026, 11, 27), now=WEEK)
        states = [message.state for message in ClaimMessage.objects.all()]
    assert (paid.state, paid.approved_yen) == ("paid", 48_000)
    assert states == ["draft", "submitted", "approved", "paid"]
    with tenant_scope(stage.firm.pk):
        assert entitlement(tenant_id=stage.firm.pk, on_day=DAY).claims_left == 0


@pytest.mark.parametrize(("total", "bill_is"), [(48_000, "settled"), (50_001, "issued")])
def test_a_bill_the_insurer_has_paid_whole_is_not_left_for_the_office_to_pay_again(
    stage: Stage, total: int, bill_is: str
) -> None:
    job = job_make(incident_make(stage.cast.sakura_box), stage.cast.vendor)
    invoice = invoice_make(job, total)
    with at_desk(stage):
        claim = claim_make(job=job, by=stage.cast.agent, now=NOW)
        claim_submit(claim_id=claim.pk, party=Party.DESK, now=NOW)
    with at_insurer(stage):
        claim_decide(claim_id=claim.pk, to="approved", now=WEEK)
        claim_pay(claim_id=claim.pk, paid_on=date(2026, 11, 27), now=WEEK)
    with tenant_scope(stage.firm.pk):
        invoice.refresh_from_db()
    assert invoice.state == bill_is
    assert (invoice.state_by_id, invoice.state_at) == (
        (stage.adjuster.pk, WEEK) if total == 48_000 else (stage.cast.engineer.pk, NOW)
    )
    words = "保険会社が事業者へ支払いました。" if total == 48_000 else ""
    assert invoice.state_reason == words


def test_50001_yen_leave_one_yen_to_the_firm(stage: Stage) -> None:
    claim = made(stage, total=50_001)
    assert (claim.claimed_yen, claim.asked_yen, claim.own_yen) == (50_001, 50_000, 1)


def test_a_second_claim_in_the_year_is_refused_and_one_taken_back_frees_the_right(stage: Stage) -> None:
    first = made(stage)
    job = job_make(incident_make(stage.cast.sakura_box, 2), stage.cast.vendor, 2)
    with at_desk(stage):
        with pytest.raises(ClaimRefused) as refused:
            claim_make(job=job, bill=bill(), by=None, now=NOW)
        assert refused.value.verdict is Verdict.USED_UP
        claim_withdraw(claim_id=first.pk, party=Party.DESK, reason="会社の希望", now=NOW)
        second = claim_make(job=job, bill=bill(), by=None, now=NOW)
        assert claim_submit(claim_id=second.pk, party=Party.DESK, now=NOW).slot == 1
    with at_insurer(stage):
        claim_decide(claim_id=second.pk, to="rejected", reason="対象外の作業", now=NOW)
    with tenant_scope(stage.firm.pk):
        assert entitlement(tenant_id=stage.firm.pk, on_day=DAY).claims_left == 1


def test_a_claim_of_next_year_is_another_years(stage: Stage) -> None:
    made(stage)
    late = NOW + timedelta(days=150)
    job = job_make(incident_make(stage.cast.sakura_box, 2, now=late), stage.cast.vendor, 2)
    with at_desk(stage):
        claim = claim_make(job=job, bill=bill(), by=None, now=late)
        assert claim_submit(claim_id=claim.pk, party=Party.DESK, now=late).year_first == date(2027, 4, 1)


def test_work_of_a_vendor_that_is_not_listed_or_in_a_way_that_is_not_covered_is_refused(cast: Cast) -> None:
    stage = stage_make(cast, remote_covered=False)
    stranger = factories.organisation_make("登録外の事業者", Kind.VENDOR)
    incident = incident_make(cast.sakura_box)
    for number, vendor, way, verdict in (
        (1, stranger, "on_site", Verdict.VENDOR_NOT_LISTED),
        (2, cast.vendor, "remote", Verdict.REMOTE_NOT_COVERED),
    ):
        job = job_make(incident, vendor, number, way, minutes=False)
        with at_desk(stage), pytest.raises(ClaimRefused) as refused:
            claim_make(job=job, bill=bill(), by=None, now=NOW)
        assert refused.value.verdict is verdict
        with tenant_scope(job.tenant_id):
            Job.objects.filter(pk=job.pk).update(state="closed")


def test_a_vendor_that_left_the_list_before_it_took_the_job_is_not_listed_any_more(stage: Stage) -> None:
    listing = VendorListing.objects.using("owner").filter(organisation_id=stage.cast.vendor.pk)
    job = job_make(incident_make(stage.cast.sakura_box), stage.cast.vendor)
    taken = localdate(job.accepted_at)
    for until, verdict in (
        (taken - timedelta(days=1), Verdict.VENDOR_NOT_LISTED),
        (taken, Verdict.ELIGIBLE),
        (None, Verdict.ELIGIBLE),
    ):
        listing.update(listed_until=until)
        with acting(stage.cast.agent, stage.cast.desk):
            cover = cover_of_job(job=job)
        assert cover is not None
        assert cover.verdict is verdict


def test_the_vendor_reads_on_its_job_what_the_cover_pays_and_others_do_not(stage: Stage) -> None:
    incident = incident_make(stage.cast.sakura_box)
    job = job_make(incident, stage.cast.vendor)
    with acting(stage.cast.engineer, stage.cast.vendor):
        cover = cover_of_job(job=Job.objects.get(pk=job.pk))
        assert cover is not None
        assert (cover.verdict, cover.entitlement.yen_left) == (Verdict.ELIGIBLE, 50_000)
        assert cover.estimate(62_000, 0).own_yen == 12_000
        assert not Claim.objects.exists()
    for user, organisation in ((stage.cast.clerk, stage.cast.office), (stage.adjuster, stage.insurer)):
        with acting(user, organisation):
            assert job_cover(job.pk) is None


def test_the_soc_sees_that_the_year_is_used_up_and_no_claim(stage: Stage) -> None:
    claim = made(stage)
    with acting(stage.cast.analyst, stage.cast.soc):
        assert not Claim.objects.exists()
        incident = claim.incident.__class__.objects.get(pk=claim.incident_id)
        assert cover_of_incident(incident=incident).verdict is Verdict.USED_UP


def test_the_insurer_sees_a_claim_from_when_it_is_submitted_until_90_days_after_its_end(stage: Stage) -> None:
    claim = made(stage, submit=False)
    with at_insurer(stage):
        assert not Claim.objects.exists()
        assert claim_cards([claim.pk]) == {}
    with at_desk(stage):
        claim_submit(claim_id=claim.pk, party=Party.DESK, now=NOW)
    with at_insurer(stage):
        assert claim_cards([claim.pk])[claim.pk].firm == "さくら歯科"
        assert claim_cards([claim.pk])[claim.pk].until is None
        assert "192.168" not in str(list(ClaimEvidence.objects.values()))
        assert "02:00:5e" not in str(list(ClaimEvidence.objects.values()))
        claim_decide(claim_id=claim.pk, to="rejected", reason="対象外", now=NOW)
        with connection.cursor() as cursor:
            cursor.execute("SELECT until - now() FROM sec.claim_cards(%s)", [[claim.pk]])
            left = cursor.fetchone()[0]
    assert timedelta(days=89, hours=23) < left <= timedelta(days=90)
    other = factories.organisation_make("ほかの保険会社", Kind.INSURER)
    with acting(factories.user_make("other@insurer.invalid", other), other):
        assert not Claim.objects.exists()
        assert not ClaimEvidence.objects.exists()


def test_a_question_goes_back_and_forth_and_the_evidence_is_put_together_anew(stage: Stage) -> None:
    claim = made(stage)
    with at_insurer(stage):
        claim_decide(claim_id=claim.pk, to="returned", reason="作業の内訳を教えてください", now=NOW)
        with pytest.raises(MoveRefused):
            claim_decide(claim_id=claim.pk, to="approved", now=NOW)
    with at_desk(stage):
        again = claim_submit(claim_id=claim.pk, party=Party.DESK, now=WEEK, answer="内訳を足しました")
        assert (again.state, again.round, again.slot) == ("resubmitted", 2, 1)
        assert set(ClaimEvidence.objects.values_list("round", flat=True)) == {1, 2}
        minutes = ClaimEvidence.objects.get(round=2, kind="work").data["total_minutes"]
    assert minutes == 235


def test_the_desk_cannot_pay_itself_and_the_insurer_cannot_change_what_it_was_asked(stage: Stage) -> None:
    claim = made(stage)
    with pytest.raises(DatabaseError, match="not for the one who asks"), at_desk(stage):
        claim_decide(claim_id=claim.pk, to="approved", now=NOW)
    with pytest.raises(DatabaseError, match="not for the one who asks"), at_insurer(stage):
        claim_withdraw(claim_id=claim.pk, party=Party.DESK, reason="必要なため", now=NOW)
    for field in ("asked_yen", "claimed_yen", "limit_yen", "insurer_id", "vendor_id", "tenant_id"):
        with pytest.raises(DatabaseError, match="permission denied"), at_insurer(stage):
            Claim.objects.filter(pk=claim.pk).update(**{field: 1})
    for fields in ({"slot": None}, {"own_yen": 0, "approved_yen": 48_000}, {"chain_sha256": "0" * 64}):
        with pytest.raises(DatabaseError, match="with its state only"), at_insurer(stage):
            Claim.objects.filter(pk=claim.pk).update(**fields)
    with pytest.raises(DatabaseError), at_insurer(stage):
        Claim.objects.filter(pk=claim.pk).update(state="approved", approved_yen=60_000, own_yen=0)


def test_the_database_knows_the_same_steps_as_the_rules(stage: Stage) -> None:
    allowed = {f"{old} {new}" for old, moves in CLAIM_MOVES.items() for new in moves}
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'claim_moved'")
        source = cursor.fetchone()[0]
    every = {f"{old} {new}" for old in ClaimState for new in ClaimState}
    assert {pair for pair in every if f"'{pair}'" in source} == allowed


def test_who_said_something_is_stamped_by_the_database(stage: Stage) -> None:
    claim = made(stage)
    with at_insurer(stage):
        services.claim_ask(claim_id=claim.pk, party=Party.INSURER, text="写真はありますか", now=NOW)
        ClaimMessage.objects.create(
            tenant_id=claim.tenant_id, claim=claim, kind="answer", text="x", at=NOW, organisation=stage.cast.desk
        )
        assert set(ClaimMessage.objects.filter(state="").values_list("organisation__name", "by__email")) == {
            ("みどり損害保険", "adjuster@insurer.invalid")
        }
    with pytest.raises(DatabaseError, match="permission denied"), at_insurer(stage):
        ClaimMessage.objects.update(text="y")


def test_a_policy_of_another_programme_gives_no_claim(stage: Stage) -> None:
    claim = made(stage, submit=False)
    office = factories.organisation_make("別の事務局", Kind.OFFICE)
    from insurance.models import PolicyVersion
    from tenants.models import Programme

    programme = Programme.objects.using("owner").create(
        name="別", office=office, desk_name="", desk_phone="", desk_email="x@y.invalid"
    )
    other = PolicyVersion.objects.using("owner").create(
        programme=programme, insurer_id=stage.insurer.pk, valid_from=date(2026, 4, 1)
    )
    claim.pk, claim.number, claim.policy_id = None, 9, other.pk
    with pytest.raises(DatabaseError, match="no claim can be made"), at_desk(stage):
        claim.save(force_insert=True)


def test_of_two_claims_submitted_at_once_one_wins(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = [job_make(incident_make(stage.cast.sakura_box, n), stage.cast.vendor, n) for n in (1, 2)]
    with at_desk(stage):
        drafts = [claim_make(job=job, bill=bill(), by=None, now=NOW).pk for job in jobs]
    answers: list[str] = []
    ready, freeze = threading.Barrier(2, timeout=20), evidence_freeze

    def together(**values: object) -> str:
        ready.wait()  # both have looked for a free place in the year, and both have found it
        return freeze(**values)  # type: ignore[arg-type]

    def submit(claim_id: int) -> None:
        try:
            with at_desk(stage):
                claim_submit(claim_id=claim_id, party=Party.DESK, now=NOW)
            answers.append("submitted")
        except ClaimRefused as refused:
            answers.append(refused.verdict.value)
        except Exception as error:
            answers.append(repr(error))
        finally:
            connections.close_all()

    monkeypatch.setattr(services, "evidence_freeze", together)
    threads = [threading.Thread(target=submit, args=(pk,)) for pk in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["submitted", "used_up"]
    with tenant_scope(stage.firm.pk):
        assert sorted(Claim.objects.values_list("state", "slot")) == [("draft", None), ("submitted", 1)]
        assert set(ClaimEvidence.objects.values_list("claim__state", flat=True)) == {"submitted"}
