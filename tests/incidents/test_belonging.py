"""An analyst puts right what belongs to which incident: two joined, a detection put in, a detection taken out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError
from django.test import Client

from alerts.models import AlertGroup
from base.moves import MoveRefused, Party, ReasonMissing
from incidents.core import duplicates
from incidents.core.course import incident_move, incident_watch, locked
from incidents.core.duplicates import TidyRefused, group_attach, group_detach, incidents_merge_by_age
from incidents.core.opening import incident_open_by_desk, incident_promote
from incidents.core.selectors import booking_of
from incidents.crisis.calls import call_book
from incidents.desk.cases import case_join_incident, case_open
from incidents.dispatch.services import job_move, job_request
from incidents.models import BreachNote, Case, DeskTask, Incident, IncidentGroup
from incidents.states.incident import Opening
from incidents.wording import event_text
from tenants.models import User
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.at_once import at_once, meeting_in
from tests.factories import Box, Cast, user_make
from tests.mailing import HOUR, group_make, high_group_make
from tests.portal.measuring import audit_trail

NOW = datetime(2026, 11, 20, 5, 41, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def of_sakura(cast: Cast) -> list[Incident]:
    with tenant_scope(cast.sakura_dental.pk):
        return list(Incident.objects.order_by("number"))


def promoted(cast: Cast, box: Box, at: datetime = NOW, **fields: Any) -> tuple[Incident, AlertGroup]:
    group = group_make(box, **fields)
    with person_scope(cast.analyst.pk, cast.soc.pk):
        incident = incident_promote(
            group=group, opening=Opening.ANALYST, reason="感染の動きがある", by=cast.analyst, now=at
        )
    return incident, group


@pytest.fixture
def two(cast: Cast) -> tuple[Incident, Incident]:
    older, _group = promoted(cast, cast.sakura_box, asset_key="pc")
    younger, _group = promoted(cast, cast.sakura_box, at=LATER, asset_key="wifi", asset_ip="192.168.1.21")
    return older, younger


def merged(
    cast: Cast, one: Incident, other: Incident, reason: str = "同じパソコン", by: User | None = None
) -> Incident:
    person = by or cast.analyst
    with person_scope(person.pk, cast.soc.pk):
        return incidents_merge_by_age(incident_id=one.pk, other_id=other.pk, reason=reason, by=person, now=LATER)


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(TidyRefused) as refused:
        act()
    return str(refused.value)


@pytest.mark.parametrize("from_the_older", [True, False])
def test_of_two_the_younger_goes_into_the_older_with_what_hangs_on_it(
    cast: Cast, two: tuple[Incident, Incident], from_the_older: bool
) -> None:
    older, younger = two
    firm = cast.sakura_dental.pk
    with person_scope(cast.agent.pk, cast.desk.pk):
        case = case_open(tenant_id=firm, title="電話", channel="phone", now=LATER, by=cast.agent)
        case_join_incident(case=case, incident=younger, by=cast.agent, now=LATER)
    with tenant_scope(firm):
        call_book(incident_id=younger.pk, at=LATER + timedelta(hours=2), phone="", now=LATER, instead_of=0)
        DeskTask.objects.filter(incident=older).update(state="done", done_at=NOW, outcome="電話した")
        due_at = DeskTask.objects.get(incident=younger).due_at
    kept = merged(cast, *(two if from_the_older else two[::-1]))
    assert kept.pk == older.pk
    older, younger = of_sakura(cast)
    assert (older.state, younger.state, younger.merged_into_id) == ("open", "closed", older.pk)
    with tenant_scope(firm):
        assert (older.groups.count(), younger.groups.count()) == (2, 0)
        assert Case.objects.get().incident_id == older.pk
        waits = DeskTask.objects.get(done_at__isnull=True)
        assert (waits.incident_id, waits.due_at) == (older.pk, due_at), "the desk has its task as soon as before"
        booked = booking_of(older)
        assert booked is not None
        assert booked.at == LATER + timedelta(hours=2)
        assert event_text(younger.events.get(code="merged")).endswith("1番にまとめました。理由: 同じパソコン")
        assert event_text(older.events.get(code="absorbed")).endswith("理由: 同じパソコン")
    assert [row["data"]["into"] for row in audit_trail("incident.merged")] == [older.number]


def test_what_others_hold_on_to_does_not_disappear(cast: Cast, two: tuple[Incident, Incident]) -> None:
    older, younger = two
    firm = cast.sakura_dental.pk
    with tenant_scope(firm):
        job = job_request(tenant_id=firm, kind="first_response", way="remote", incident=younger, by=None, now=LATER)
    assert refusal(lambda: merged(cast, older, younger)) == "job"
    with tenant_scope(firm):
        job_move(job=job, to="cancelled", by=Party.FIRM, user=None, now=LATER, reason="要らなくなった")
    with person_scope(cast.hanako.pk, firm):
        BreachNote.objects.create(
            tenant_id=firm, incident=younger, aware_on=date(2026, 11, 20), changed_at=NOW, changed_by=cast.hanako
        )
    assert refusal(lambda: merged(cast, older, younger)) == "breach"
    assert [incident.state for incident in of_sakura(cast)] == ["open", "open"]


def test_the_one_that_stays_may_have_a_job(cast: Cast, two: tuple[Incident, Incident]) -> None:
    older, younger = two
    firm = cast.sakura_dental.pk
    with tenant_scope(firm):
        job_request(tenant_id=firm, kind="first_response", way="remote", incident=older, by=None, now=LATER)
    assert merged(cast, older, younger).pk == older.pk


def test_closed_ones_watched_ones_others_firms_and_itself_are_refused(
    cast: Cast, two: tuple[Incident, Incident]
) -> None:
    older, younger = two
    theirs, _group = promoted(cast, cast.yamada_box)
    assert refusal(lambda: merged(cast, older, theirs)) == "not_open"
    assert refusal(lambda: merged(cast, older, older)) == "same"
    with pytest.raises(ReasonMissing):
        merged(cast, older, younger, reason=" ")
    with person_scope(cast.agent.pk, cast.desk.pk):
        incident_move(incident_id=older.pk, to="contacted", by=cast.agent, now=LATER)
        incident_watch(incident_id=older.pk, until=LATER + timedelta(days=7), by=cast.agent, now=LATER)
    assert refusal(lambda: merged(cast, older, younger)) == "watched"
    with person_scope(cast.agent.pk, cast.desk.pk):
        incident_move(incident_id=older.pk, to="closed", by=cast.agent, now=LATER, note="済み")
    assert refusal(lambda: merged(cast, older, younger)) == "not_open"
    assert of_sakura(cast)[1].state == "open"


def test_an_analyst_closes_nothing_but_what_is_joined(cast: Cast, two: tuple[Incident, Incident]) -> None:
    with person_scope(cast.analyst.pk, cast.soc.pk), pytest.raises(MoveRefused):
        incident_move(
            incident_id=two[0].pk, to="closed", by=cast.analyst, party=Party.ANALYST, now=LATER, note="済んだ"
        )


def test_two_who_join_the_same_pair_at_once_join_it_once(
    cast: Cast, two: tuple[Incident, Incident], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = user_make("second@soc.invalid", cast.soc)
    monkeypatch.setattr(duplicates, "_require_free", meeting_in(duplicates._require_free))
    acts = (lambda: merged(cast, *two), lambda: merged(cast, *two[::-1], by=other))
    assert sorted(at_once(*acts)) == ["TidyRefused", "done"]
    assert len(audit_trail("incident.merged")) == 1


def attached(cast: Cast, group: AlertGroup, incident: Incident, reason: str = "同じ感染の通信") -> Incident:
    with person_scope(cast.analyst.pk, cast.soc.pk):
        return group_attach(group=group, incident_id=incident.pk, reason=reason, by=cast.analyst, now=LATER)


def test_a_detection_is_put_into_an_open_incident_and_leaves_the_list(cast: Cast) -> None:
    with person_scope(cast.agent.pk, cast.desk.pk):
        reported = incident_open_by_desk(
            tenant_id=cast.sakura_dental.pk, kind="reported", reason="動きが遅い", by=cast.agent, now=NOW
        )
    group = group_make(cast.sakura_box)
    with pytest.raises(ReasonMissing):
        attached(cast, group, reported, reason="…")
    attached(cast, group, reported)
    with tenant_scope(group.tenant_id):
        held = AlertGroup.objects.get(pk=group.pk)
        [incident] = held.incidents.all()
        assert (incident.pk, incident.grade, held.soc_state) == (reported.pk, 2, "escalated")
        assert (incident.opened_by, held.triaged_at) == ("desk", LATER), "the cover stays as it was"
        assert DeskTask.objects.get(incident=incident).importance == 2
        assert "この件の検知として1件を加えました" in event_text(incident.events.get(code="attached"))
    assert len(audit_trail("incident.group_attached")) == 1
    assert refusal(lambda: attached(cast, group, reported)) == "taken"


def test_what_does_not_belong_into_an_incident_is_refused(cast: Cast, two: tuple[Incident, Incident]) -> None:
    older, younger = two
    high = high_group_make(cast.sakura_box, asset_key="tablet")
    assert refusal(lambda: attached(cast, high, older)) == "by_rule"
    with tenant_scope(high.tenant_id):
        AlertGroup.objects.filter(pk=high.pk).update(triaged_at=NOW)
    assert refusal(lambda: attached(cast, high, older)) == "graver"
    theirs = group_make(cast.yamada_box)
    assert refusal(lambda: attached(cast, theirs, older)) == "not_open"
    merged(cast, older, younger)
    ours = group_make(cast.sakura_box, hour=HOUR + timedelta(hours=3))
    assert refusal(lambda: attached(cast, ours, younger)) == "not_open", "it is closed"
    with person_scope(cast.agent.pk, cast.desk.pk):
        silent = incident_open_by_desk(
            tenant_id=cast.sakura_dental.pk, kind="sensor_silent", reason="つながらない", by=cast.agent, now=NOW
        )
    assert refusal(lambda: attached(cast, ours, silent)) == "no_detections"


def test_the_database_keeps_a_detection_out_of_another_firms_incident(
    cast: Cast, two: tuple[Incident, Incident]
) -> None:
    theirs = group_make(cast.yamada_box)
    for firm in (cast.sakura_dental.pk, cast.yamada_works.pk):
        with pytest.raises((IntegrityError, ProgrammingError)), person_scope(cast.analyst.pk, cast.soc.pk):
            IncidentGroup.objects.create(tenant_id=firm, group=theirs, incident=two[0])


def test_the_last_detection_stays_whoever_is_quicker(
    cast: Cast, two: tuple[Incident, Incident], monkeypatch: pytest.MonkeyPatch
) -> None:
    older, _younger = two
    second = group_make(cast.sakura_box, asset_key="pc", hour=HOUR + timedelta(hours=2))
    attached(cast, second, older)
    with tenant_scope(older.tenant_id):
        ids = list(older.groups.order_by("pk").values_list("pk", flat=True))
    monkeypatch.setattr(duplicates, "locked", meeting_in(locked))

    def detach(group_id: int) -> None:
        with person_scope(cast.analyst.pk, cast.soc.pk):
            group_detach(incident_id=older.pk, group_id=group_id, reason="来客の端末", by=cast.analyst, now=LATER)

    assert sorted(at_once(lambda: detach(ids[0]), lambda: detach(ids[1]))) == ["TidyRefused", "done"]
    with tenant_scope(older.tenant_id):
        [left] = older.groups.all()
    assert refusal(lambda: detach(left.pk)) == "last"


def test_on_the_page_a_detection_is_put_in_and_taken_out_and_refusals_are_plain(
    cast: Cast, two: tuple[Incident, Incident]
) -> None:
    older, _younger = two
    group = group_make(cast.sakura_box, asset_key="pc", hour=HOUR + timedelta(hours=2))
    soc = Client()
    soc.force_login(cast.analyst)
    where = f"/desk/alerts/{group.tenant_id}/{group.pk}/"
    assert "開いているインシデントに加える" in soc.get(where).content.decode()
    empty = soc.post(where, {"action": "attach", "incident": "1", "why": ""}, follow=True)
    assert "理由を書いてください。何も変えていません。" in empty.content.decode()
    missing = soc.post(where, {"action": "attach", "incident": "99", "why": "同じ件のため"}, follow=True)
    assert "終わっていないインシデントだけを選べます" in missing.content.decode()
    done = soc.post(where, {"action": "attach", "incident": "1", "why": "同じ件のため"}, follow=True)
    assert "インシデント 1番の検知にしました。" in done.content.decode()
    done = soc.post(where, {"action": "detach", "why": "来客の端末"}, follow=True)
    assert "インシデント 1番から外しました。" in done.content.decode()
    with tenant_scope(older.tenant_id):
        last = older.groups.get()
    refused = soc.post(
        f"/desk/alerts/{last.tenant_id}/{last.pk}/", {"action": "detach", "why": "違うため"}, follow=True
    )
    assert "この件の検知はこれだけなので、外せません。" in refused.content.decode()
    tidy = f"/desk/incidents/{older.tenant_id}/1/tidy/"
    joined = soc.post(tidy, {"action": "merge", "into": "2", "reason": "同じ件のため"}, follow=True)
    assert "1番にまとめました。" in joined.content.decode()
    assert of_sakura(cast)[1].merged_into_id == older.pk
