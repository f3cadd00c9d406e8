"""Two people of the SOC change how a mark is graded; the past shows first what that would have done."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, OperationalError, ProgrammingError, connection, transaction
from django.test import Client
from psycopg2.extras import DateTimeTZRange

from alerts.digest import digest_send_due
from alerts.models import Alert, AlertGroup, Tuning, TuningDay, TuningEffect
from alerts.models.tuning import TunedGrade
from alerts.tuning import replay, services, trying
from alerts.tuning.checks import TuningRefused
from alerts.tuning.doors import tunings_of_firm
from alerts.tuning.services import OverrideMissing, SecondPerson, TuningThere
from alerts.tuning.trying import FIRST_PAUSE, MOST_TRIES, tunings_replay
from base.moves import MoveRefused, ReasonMissing
from incidents.core.triage import groups_claim
from incidents.models import AlertAnswer
from tenants.models import Enrolment, Membership, Programme
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.alerts.tunings import FourEyes, four_eyes
from tests.at_once import at_once, meeting_in
from tests.factories import OWNER, SINCE, Box, Cast, Kind, box_make, grant_make, organisation_make, user_make
from tests.portal import scenes
from tests.portal.measuring import audit_trail
from tests.sensors.box import Sender, alert_line, ingest_all

HOUR = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=3)


@pytest.fixture
def eyes(cast: Cast) -> FourEyes:
    return four_eyes(cast)


def sent(box: Box, *lines: bytes, sender: Sender | None = None) -> list[AlertGroup]:
    """The firm's groups after its box has sent these lines, oldest first."""
    (sender or Sender(box, epoch=int(datetime.now(UTC).timestamp() * 1000) % 2_000_000_000)).batch(lines)
    ingest_all(box)
    with tenant_scope(box.sensor.tenant_id):
        return list(AlertGroup.objects.order_by("hour", "pk"))


def at(hour: int, minute: float = 5) -> datetime:
    return HOUR + timedelta(hours=hour, minutes=minute)


def test_a_mark_left_out_is_a_record_from_the_approval_on_and_graded_as_before_after_the_roll_back(
    cast: Cast, eyes: FourEyes
) -> None:
    sender = Sender(cast.sakura_box)
    [first] = sent(cast.sakura_box, alert_line(at(0)), sender=sender)
    assert (first.grade, first.notify, first.tuning_id) == (2, "digest", None)
    tuning = eyes.propose(first)
    sent(cast.sakura_box, alert_line(at(0, 6)), sender=sender)
    eyes.tried(tuning)
    assert [group.grade for group in sent(cast.sakura_box, alert_line(at(0, 7)), sender=sender)] == [2], "not yet"
    eyes.approve(tuning)
    other = {"signature_id": 2000002, "signature": "Another check-in"}
    *_, kept, left = sent(cast.sakura_box, alert_line(at(1)), alert_line(at(1), alert=other), sender=sender)
    assert (left.grade, left.notify, left.tuning_id, left.alert_count) == (0, "none", tuning.pk, 1)
    assert (kept.grade, kept.notify, kept.tuning_id) == (2, "digest", None), "another mark"
    with tenant_scope(cast.sakura_dental.pk):
        assert Alert.objects.filter(group=left).count() == 1, "nothing is lost"
    eyes.roll_back(tuning)
    *_, after = sent(cast.sakura_box, alert_line(at(2)), sender=sender)
    assert (after.grade, after.notify, after.tuning_id) == (2, "digest", None)
    with tenant_scope(cast.sakura_dental.pk):
        assert AlertGroup.objects.get(pk=left.pk).grade == 0, "what was graded keeps its grade"


def test_a_lowered_mark_is_told_of_with_less_stars_and_a_group_takes_the_higher_of_its_marks(
    cast: Cast, eyes: FourEyes
) -> None:
    sender = Sender(cast.sakura_box)
    [first] = sent(cast.sakura_box, alert_line(at(0)), sender=sender)
    tuning = eyes.in_force(first, grade=TunedGrade.LOW)
    [_, low] = sent(cast.sakura_box, alert_line(at(1)), sender=sender)
    assert (low.grade, low.notify, low.tuning_id) == (1, "digest", tuning.pk)
    same_family = {"signature_id": 2000009}
    [_, both] = sent(cast.sakura_box, alert_line(at(1, 8), alert=same_family), sender=sender)
    assert (both.pk, both.grade, both.tuning_id) == (low.pk, 2, None)


def test_repeated_detections_of_a_mark_left_out_never_become_a_three_star_but_count_for_others(
    cast: Cast, eyes: FourEyes
) -> None:
    sender = Sender(cast.sakura_box)
    [first] = sent(cast.sakura_box, alert_line(at(0)), sender=sender)
    eyes.in_force(first)
    [_, left] = sent(cast.sakura_box, *(alert_line(at(1, minute)) for minute in range(9)), sender=sender)
    assert (left.grade, left.alert_count) == (0, 9)
    [_, shown] = sent(cast.sakura_box, alert_line(at(1, 10), alert={"signature_id": 2000009}), sender=sender)
    assert (shown.grade, shown.notify) == (3, "at_once")


def test_for_all_firms_means_those_of_the_programme(cast: Cast, eyes: FourEyes) -> None:
    office = organisation_make("よその事務局", Kind.OFFICE)
    elsewhere = Programme.objects.using(OWNER).create(name="よその事業", office=office, desk_name="x", desk_phone="1")
    stranger = organisation_make("よその会社")
    Enrolment(tenant_id=stranger.pk, programme_id=elsewhere.pk, contract_start=date(2026, 4, 1)).save(using=OWNER)
    grant_make(cast.soc, stranger, "watch")
    strangers_box = box_make(stranger)
    [first] = sent(cast.sakura_box, alert_line(at(0)))
    sent(strangers_box, alert_line(at(0)))
    sent(cast.yamada_box, alert_line(at(0)))
    tuning = eyes.tried(eyes.propose(first, everywhere=True))
    assert (tuning.replay["firms"], tuning.replay["groups"]) == (2, 2), "the stranger is of another programme"
    eyes.approve(tuning)
    for box, grade in ((cast.sakura_box, 0), (cast.yamada_box, 0), (strangers_box, 2)):
        assert sent(box, alert_line(at(1)))[-1].grade == grade
    with tenant_scope(stranger.pk):
        assert tunings_of_firm(stranger.pk) == []


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ({"direction": "outbound"}, True),
        ({"direction": "inbound"}, False),
        ({"device": "02-00-00-00-01-14"}, True),
        ({"device": "192.168.1.20"}, True),
        ({"device": "192.168.1.21"}, False),
        ({"destination": "example.net"}, True),
        ({"destination": "https://c2.example.net/gate.php"}, True),
        ({"destination": "other.example.net"}, False),
        ({"destination": "203.0.113.0/24"}, True),
        ({"destination": "203.0.113.8"}, False),
    ],
)
def test_the_trial_and_the_grading_mean_the_same_detections(
    cast: Cast, eyes: FourEyes, pattern: dict[str, Any], fits: bool
) -> None:
    sender = Sender(cast.sakura_box)
    [first] = sent(cast.sakura_box, alert_line(at(0)), sender=sender)
    tuning = eyes.tried(eyes.propose(first, **pattern))
    assert tuning.replay["groups"] == int(fits)
    eyes.approve(tuning)
    [_, next_one] = sent(cast.sakura_box, alert_line(at(1)), sender=sender)
    assert next_one.grade == (0 if fits else 2)


def test_the_trial_says_which_mails_would_not_have_been_written_and_which_would_have_said_less(
    cast: Cast, eyes: FourEyes
) -> None:
    sender = Sender(cast.sakura_box)
    other = {"signature_id": 2000002, "signature": "Another check-in"}
    first, *_ = sent(cast.sakura_box, alert_line(at(0)), alert_line(at(0, 9)), sender=sender)
    digest_send_due(now=at(1, 2))
    sent(cast.sakura_box, alert_line(at(1)), alert_line(at(1), alert=other), sender=sender)
    digest_send_due(now=at(2, 2))
    replay = eyes.tried(eyes.propose(first)).replay
    assert (replay["groups"], replay["alerts"], replay["firms"]) == (2, 3, 1)
    assert (replay["mails"], replay["shorter"]) == (1, 1)
    assert (replay["incident_count"], replay["confirmed_count"]) == (0, 0)


def test_what_would_have_hidden_an_incident_is_refused_without_a_reason_of_its_own(cast: Cast, eyes: FourEyes) -> None:
    sender = Sender(cast.sakura_box)
    [first] = sent(cast.sakura_box, *(alert_line(at(0, minute)) for minute in range(5)), sender=sender)
    assert first.grade == 3
    groups_claim(now=datetime.now(UTC))
    tuning = eyes.tried(eyes.propose(first))
    assert (tuning.state, tuning.hidden) == ("replayed", 1)
    assert tuning.replay["incidents"] == [[cast.sakura_dental.pk, 1]]
    with pytest.raises(OverrideMissing):
        eyes.approve(tuning)
    with pytest.raises(ReasonMissing):
        eyes.override(tuning, "x")
    eyes.override(tuning)
    assert eyes.approve(tuning).state == "in_force"
    assert [line["tenant"] for line in audit_trail("tuning.overridden")] == [cast.sakura_dental.pk]


def test_what_could_not_be_tried_to_the_end_is_not_called_harmless(
    cast: Cast, eyes: FourEyes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay, "STEP", 1)
    monkeypatch.setattr(replay, "MOST_GROUPS", 1)
    sender = Sender(cast.sakura_box)
    first, *_ = sent(cast.sakura_box, alert_line(at(0)), alert_line(at(1)), sender=sender)
    tuning = eyes.tried(eyes.propose(first))
    assert (tuning.replay["more"], tuning.replay["incident_count"], tuning.hidden) == (True, 0, 1)
    with pytest.raises(OverrideMissing):
        eyes.approve(tuning)
    reader = Client()
    reader.force_login(eyes.second)
    page = reader.get(f"/soc/tunings/{tuning.pk}/").content.decode()
    assert "それより前に何があったかは分かりません" in page
    assert "含まれていません" not in page


@pytest.mark.parametrize("how", ["judged true", "virus removed"])
def test_what_somebody_confirmed_counts_as_hidden(cast: Cast, eyes: FourEyes, how: str) -> None:
    group = scenes.group_make(cast.sakura_box.sensor, "outbound-malware")
    with tenant_scope(group.tenant_id):
        if how == "judged true":
            AlertGroup.objects.filter(pk=group.pk).update(soc_state="judged", soc_verdict="true_positive")
        else:
            AlertAnswer.objects.create(
                tenant_id=group.tenant_id,
                group=group,
                act=uuid4(),
                answer="removed",
                ends=True,
                grade=group.grade,
                seen_until=group.last_at,
                answered_at=datetime.now(UTC),
                way="mail",
                contact="owner@sakura.invalid",
            )
    tuning = eyes.tried(eyes.propose(group))
    assert (tuning.hidden, tuning.replay["confirmed"]) == (1, [[group.tenant_id, group.pk]])
    with pytest.raises(OverrideMissing):
        eyes.approve(tuning)


def test_nobody_approves_their_own_proposal_not_even_past_the_application(cast: Cast, eyes: FourEyes) -> None:
    [first] = sent(cast.sakura_box, alert_line(at(0)))
    tuning = eyes.propose(first)
    with pytest.raises(MoveRefused):
        eyes.approve(tuning)  # not tried yet
    eyes.tried(tuning)
    with pytest.raises(SecondPerson):
        eyes.approve(tuning, by=cast.analyst)
    force = "UPDATE alerts_tuning SET state = 'in_force', decided_by_id = %s, decided_at = now(), expires_at = now()"
    for person, signs, refusal in (
        (cast.analyst, cast.analyst, IntegrityError),
        (cast.analyst, eyes.second, ProgrammingError),  # in another's name
        (cast.agent, cast.agent, None),
    ):
        place = cast.desk if person == cast.agent else cast.soc
        with person_scope(person.pk, place.pk), connection.cursor() as cursor:
            if refusal is None:
                cursor.execute(force, [signs.pk])
                assert cursor.rowcount == 0, "the desk reaches none"
                continue
            with pytest.raises(refusal), transaction.atomic():
                cursor.execute(force, [signs.pk])


def test_two_who_approve_at_once_approve_once(cast: Cast, eyes: FourEyes, monkeypatch: pytest.MonkeyPatch) -> None:
    third = user_make("third@soc.invalid", cast.soc)
    [first] = sent(cast.sakura_box, alert_line(at(0)))
    tuning = eyes.tried(eyes.propose(first))
    monkeypatch.setattr(services, "_locked", meeting_in(services._locked))
    results = at_once(lambda: eyes.approve(tuning), lambda: eyes.approve(tuning, by=third))
    assert sorted(results) == ["MoveRefused", "done"]
    assert len(audit_trail("tuning.approved")) == 1


def test_its_time_ends_by_itself(cast: Cast, eyes: FourEyes) -> None:
    sender = Sender(cast.sakura_box)
    [first] = sent(cast.sakura_box, alert_line(at(0)), sender=sender)
    tuning = eyes.in_force(first, days=7)
    assert services.tunings_expire(now=datetime.now(UTC) + timedelta(days=6)) == 0
    later = datetime.now(UTC) + timedelta(days=7, minutes=1)
    sender.batch([alert_line(at(1))])
    ingest_all(cast.sakura_box, now=later)
    with tenant_scope(cast.sakura_dental.pk):
        assert AlertGroup.objects.order_by("-hour")[0].grade == 2, "also before the sweep has noted it"
    assert services.tunings_expire(now=later) == 1
    assert services.tunings_expire(now=later) == 0
    assert eyes.stored(tuning).state == "expired"
    with pytest.raises(MoveRefused):
        eyes.roll_back(tuning)


def test_how_often_it_took_effect_is_counted_by_day_and_over_all_firms(cast: Cast, eyes: FourEyes) -> None:
    [first] = sent(cast.sakura_box, alert_line(at(0)))
    tuning = eyes.in_force(first, everywhere=True)
    sent(cast.sakura_box, alert_line(at(1)), alert_line(at(1, 6)))
    sent(cast.sakura_box, alert_line(at(1, 7)))
    sent(cast.yamada_box, alert_line(at(1)))
    with tenant_scope(cast.sakura_dental.pk):
        assert sum(TuningEffect.objects.values_list("hits", flat=True)) == 3
    now = datetime.now(UTC).replace(minute=10)
    assert services.effects_count(now=now.replace(minute=11)) == 0, "every ten minutes"
    assert services.effects_count(now=now) > 0
    assert services.effects_count(now=now) == 0
    with person_scope(cast.analyst.pk, cast.soc.pk):
        assert sum(TuningDay.objects.filter(tuning=tuning).values_list("hits", flat=True)) == 4
        assert max(TuningDay.objects.values_list("firms", flat=True)) == 2


def test_a_firm_reads_why_a_mark_is_left_out_for_it_and_nothing_of_other_firms(cast: Cast, eyes: FourEyes) -> None:
    [first] = sent(cast.sakura_box, alert_line(at(0)))
    own = eyes.in_force(first, reason="年末の検査", basis=None)
    for person, firm, seen in (
        (cast.hanako, cast.sakura_dental, [own.pk]),
        (cast.jiro, cast.yamada_works, []),
    ):
        with person_scope(person.pk, firm.pk):
            assert list(Tuning.objects.all()) == [], "trials speak of other firms"
            assert [row.id for row in tunings_of_firm(firm.pk)] == seen
            assert tunings_of_firm(cast.sakura_dental.pk if firm == cast.yamada_works else cast.yamada_works.pk) == []
    with person_scope(cast.hanako.pk, cast.sakura_dental.pk):
        [row] = tunings_of_firm(cast.sakura_dental.pk)
        assert (row.words, row.ended, row.everywhere) == ("年末の検査", False, False)
    eyes.roll_back(own)
    with person_scope(cast.agent.pk, cast.desk.pk):
        assert [row.ended for row in tunings_of_firm(cast.sakura_dental.pk)] == [True], "the desk can explain it"


def test_what_cannot_be_proposed_is_refused_with_its_reason(cast: Cast, eyes: FourEyes) -> None:
    [first] = sent(cast.sakura_box, alert_line(at(0)))
    virus = scenes.group_make(cast.sakura_box.sensor, "virus-blocked")
    nameless = scenes.group_make(cast.sakura_box.sensor, "virus-delivered")
    for group, code, changed in (
        (virus, "files", {}),
        (nameless, "no_mark", {}),
        (first, "bad_device", {"device": "printer"}),
        (first, "bad_destination", {"destination": "0.0.0.0/0"}),
        (first, "bad_destination", {"destination": "co.jp"}),
        (first, "device_of_one_firm", {"device": "192.168.1.20", "everywhere": True}),
        (first, "bad_end", {"days": 366}),
    ):
        with pytest.raises(TuningRefused, match=code):
            eyes.propose(group, **changed)
    with pytest.raises(ReasonMissing):
        eyes.propose(first, basis=None, reason="…")
    eyes.propose(first)
    with pytest.raises(TuningThere):
        eyes.propose(first, grade=TunedGrade.LOW)
    eyes.propose(first, destination="203.0.113.9")  # a narrower one is another


def given_up(now: datetime) -> datetime:
    """Tried so often that it is tried no more. → when that was."""
    for _ in range(MOST_TRIES):
        assert tunings_replay(now=now) == 0
        now += timedelta(hours=1)
    return now


def as_second(eyes: FourEyes, tuning: Tuning) -> Tuning:
    with person_scope(eyes.second.pk, eyes.soc.pk):
        return Tuning.objects.get(pk=tuning.pk)


def test_a_proposal_whose_person_sees_the_firm_no_more_is_given_up_and_tried_again_in_a_colleagues_sight(
    cast: Cast, eyes: FourEyes
) -> None:
    [first] = sent(cast.sakura_box, alert_line(at(0)))
    tuning = eyes.propose(first)
    ended = DateTimeTZRange(SINCE, datetime.now(UTC))
    Membership.objects.using(OWNER).filter(user_id=cast.analyst.pk).update(valid=ended)
    later = given_up(datetime.now(UTC))
    failed = as_second(eyes, tuning)
    assert (failed.state, failed.fault, failed.tries) == ("untried", "unseen", MOST_TRIES)
    assert tunings_replay(now=later + timedelta(days=1)) == 0
    assert as_second(eyes, tuning).tries == MOST_TRIES, "nobody tries it any more"
    with person_scope(eyes.second.pk, cast.soc.pk):
        services.tuning_try_again(tuning_id=tuning.pk, by=eyes.second, organisation_id=cast.soc.pk)
        with pytest.raises(MoveRefused):
            services.tuning_try_again(tuning_id=tuning.pk, by=eyes.second, organisation_id=cast.soc.pk)
    assert tunings_replay(now=later) == 1
    done = as_second(eyes, tuning)
    assert (done.state, done.replay["groups"], done.fault) == ("replayed", 1, "")
    assert eyes.approve(tuning).state == "in_force", "the colleague who had it tried again did not propose it"


def broken(*_args: Any) -> None:
    raise OperationalError("gone")


def slow(*_args: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 10")
        cursor.execute("SELECT pg_sleep(1)")


def wrong(*_args: Any) -> None:
    raise LookupError("never")


@pytest.mark.parametrize(
    ("act", "fault", "sentence"),
    [
        (broken, "database", "データベースにつながりませんでした"),
        (slow, "slow", "決められた時間に読み終わりませんでした"),
        (wrong, "error", "試す処理に誤りがありました"),
    ],
)
def test_a_trial_that_always_fails_is_counted_and_the_soc_reads_why(
    cast: Cast, eyes: FourEyes, monkeypatch: pytest.MonkeyPatch, act: Any, fault: str, sentence: str
) -> None:
    [first] = sent(cast.sakura_box, alert_line(at(0)))
    tuning = eyes.propose(first)
    reader = Client()
    reader.force_login(eyes.first)
    page = f"/soc/tunings/{tuning.pk}/"
    with monkeypatch.context() as patched:
        patched.setattr(replay, "_events", act)
        now = datetime.now(UTC)
        assert tunings_replay(now=now) == 0
        once = eyes.stored(tuning)
        assert (once.state, once.tries, once.retry_at) == ("proposed", 1, now + FIRST_PAUSE)
        assert tunings_replay(now=now) == 0
        assert eyes.stored(tuning).tries == 1, "it waits for its turn"
        assert "1回試しましたが、終わっていません。" in reader.get(page).content.decode()
        given_up(now + FIRST_PAUSE)
    failed = eyes.stored(tuning)
    assert (failed.state, failed.fault, failed.tries) == ("untried", fault, MOST_TRIES)
    assert sentence in reader.get(page).content.decode()
    assert sentence in reader.get("/soc/tunings/").content.decode()
    assert "判定の調整を過去の記録で試せませんでした" in reader.get("/news/").content.decode()
    with pytest.raises(MoveRefused):
        eyes.approve(tuning)
    reader.post(page, {"action": "try_again"})
    assert eyes.tried(tuning).state == "replayed"


def test_a_trial_that_takes_its_worker_down_is_counted_too(
    cast: Cast, eyes: FourEyes, monkeypatch: pytest.MonkeyPatch
) -> None:
    [first] = sent(cast.sakura_box, alert_line(at(0)))
    tuning = eyes.propose(first)

    def killed(*_args: Any) -> None:
        raise SystemExit

    monkeypatch.setattr(replay, "_events", killed)
    now = datetime.now(UTC)
    for number in range(MOST_TRIES):
        with pytest.raises(SystemExit):
            tunings_replay(now=now)
        now += FIRST_PAUSE * 2**number
    assert tunings_replay(now=now) == 0
    failed = eyes.stored(tuning)
    assert (failed.state, failed.fault) == ("untried", "ended")


def test_two_workers_do_not_try_the_same_proposal_at_once(
    cast: Cast, eyes: FourEyes, monkeypatch: pytest.MonkeyPatch
) -> None:
    [first] = sent(cast.sakura_box, alert_line(at(0)))
    tuning = eyes.propose(first)
    begun: list[int] = []

    def begin(untried: Any, _now: datetime) -> bool:
        begun.append(untried.tuning_id)  # however long the first has been at it
        return True

    monkeypatch.setattr(trying, "_begin", meeting_in(begin))
    now = datetime.now(UTC)
    assert at_once(*[lambda: tunings_replay(now=now)] * 2) == ["done", "done"]
    assert begun == [tuning.pk]
    assert eyes.stored(tuning).state == "replayed"
