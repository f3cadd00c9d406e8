"""Incidents people open, join and tidy; what the programme's policy opens; a silent box opens none by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from alerts.digest import digest_send_due
from base.about import About
from base.moves import MoveRefused, ReasonMissing
from incidents.core.course import incident_move
from incidents.core.duplicates import group_detach, incident_merge
from incidents.core.opening import incident_open_by_desk
from incidents.core.triage import desk_tasks_open, groups_claim
from incidents.models import DeskTask, Incident, IncidentGroup
from incidents.wording import event_text
from insurance.models import PolicyVersion
from insurance.rules import Verdict
from insurance.selectors import cover_of_incident
from notifications.models import Attention
from notifications.services import attention_open
from tenants.models import ProgrammeSettings
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import OWNER, Cast
from tests.mailing import HOUR, group_make, high_group_make

NEVER_INSURED = (Verdict.BY_HAND, Verdict.NOT_HIGH)
NOW = datetime(2026, 11, 20, 5, 41, tzinfo=UTC)


def of_sakura(cast: Cast) -> list[Incident]:
    with tenant_scope(cast.sakura_dental.pk):
        return list(Incident.objects.order_by("number"))


def verdict(cast: Cast, incident: Incident) -> Verdict | None:
    PolicyVersion.objects.using(OWNER).get_or_create(
        programme_id=cast.programme.pk, valid_from=date(2026, 4, 1), insurer_id=cast.office.pk
    )
    with tenant_scope(cast.sakura_dental.pk):
        return cover_of_incident(incident=incident).verdict


def two(cast: Cast) -> tuple[Incident, Incident]:
    high_group_make(cast.sakura_box)
    high_group_make(cast.sakura_box, asset_key="wifi", asset_ip="192.168.1.21")
    groups_claim(now=NOW)
    first, second = of_sakura(cast)
    return first, second


def test_a_silent_box_is_a_task_of_the_desk_and_no_incident(cast: Cast) -> None:
    with tenant_scope(cast.sakura_dental.pk):
        attention_open(
            tenant_id=cast.sakura_dental.pk, kind=Attention.Kind.BOX_SILENT, about=About("sensor", 1), facts={}, now=NOW
        )
    desk_tasks_open(now=NOW)
    groups_claim(now=NOW)
    assert of_sakura(cast) == []
    with tenant_scope(cast.sakura_dental.pk):
        task = DeskTask.objects.get()
        attention = task.attention
    with person_scope(cast.agent.pk, cast.desk.pk):
        kwargs: dict[str, Any] = {
            "tenant_id": cast.sakura_dental.pk,
            "kind": "sensor_silent",
            "by": cast.agent,
            "now": NOW,
        }
        with pytest.raises(ReasonMissing):
            incident_open_by_desk(reason=" ", attention=attention, **kwargs)
        incident = incident_open_by_desk(reason="電話も通じない", attention=attention, **kwargs)
        with pytest.raises(MoveRefused):
            incident_open_by_desk(reason="もう一度", attention=attention, **kwargs)
    assert (incident.opened_by, incident.kind) == ("desk", "sensor_silent")
    assert verdict(cast, incident) in NEVER_INSURED
    with tenant_scope(cast.sakura_dental.pk):
        (line,) = [event_text(event) for event in incident.events.all()]
        assert line == "相談窓口の判断で受け付けました。理由: 電話も通じない"


def test_the_desk_opens_what_a_firm_tells_but_not_what_only_a_detection_says(cast: Cast) -> None:
    with person_scope(cast.agent.pk, cast.desk.pk):
        for number in (1, 2):
            incident = incident_open_by_desk(
                tenant_id=cast.sakura_dental.pk, kind="reported", reason="画面に脅迫文", by=cast.agent, now=NOW
            )
            assert incident.number == number
        with pytest.raises(MoveRefused):
            incident_open_by_desk(
                tenant_id=cast.sakura_dental.pk, kind="malware_suspected", reason="必要なため", by=cast.agent, now=NOW
            )


def test_a_medium_one_opens_an_incident_where_the_programmes_policy_says_so_and_is_not_insured(cast: Cast) -> None:
    group_make(cast.sakura_box)
    assert groups_claim(now=NOW) == 0, "not by default"
    ProgrammeSettings.objects.using(OWNER).create(
        programme_id=cast.programme.pk,
        version=1,
        effective_from=NOW,
        values={"medium_opens_incident": True},
        reason="方針",
    )
    assert groups_claim(now=NOW) == 0, "what came before the policy stays as it was"
    group_make(cast.sakura_box, hour=HOUR + timedelta(hours=1))
    assert groups_claim(now=NOW + timedelta(hours=1)) == 1
    assert groups_claim(now=NOW + timedelta(hours=1)) == 0
    (incident,) = of_sakura(cast)
    assert (incident.opened_by, incident.grade) == ("policy", 2)
    assert verdict(cast, incident) in NEVER_INSURED
    assert digest_send_due(now=HOUR + timedelta(hours=2)) == 1, "the firm reads of it in the hour's mail"


def test_duplicates_are_joined_and_later_detections_go_to_the_one_that_is_kept(cast: Cast) -> None:
    kept, duplicate = two(cast)
    with person_scope(cast.agent.pk, cast.desk.pk):
        with pytest.raises(ReasonMissing):
            incident_merge(incident_id=duplicate.pk, into_id=kept.pk, reason="", by=cast.agent, now=NOW)
        incident_merge(incident_id=duplicate.pk, into_id=kept.pk, reason="同じパソコン", by=cast.agent, now=NOW)
    high_group_make(cast.sakura_box, asset_key="wifi", hour=HOUR + timedelta(hours=1))
    group_make(cast.sakura_box, asset_key="wifi", hour=HOUR + timedelta(hours=2))
    groups_claim(now=NOW + timedelta(hours=1))

    kept, duplicate = of_sakura(cast)
    assert (kept.state, duplicate.state, duplicate.merged_into_id) == ("open", "closed", kept.pk)
    with tenant_scope(cast.sakura_dental.pk):
        assert kept.groups.count() == 4
        assert duplicate.groups.count() == 0
        assert DeskTask.objects.filter(done_at__isnull=True).get().incident_id == kept.pk
        lines = {event.code: event_text(event) for event in duplicate.events.all()}
        assert lines["merged"] == "同じ件のため、インシデント 1番にまとめました。理由: 同じパソコン"
    with person_scope(cast.agent.pk, cast.desk.pk), pytest.raises(MoveRefused):
        incident_move(incident_id=duplicate.pk, to="open", by=cast.agent, now=NOW, note="間違えた")


def test_of_two_grades_the_kept_one_gets_the_higher_with_what_opened_it(cast: Cast) -> None:
    with person_scope(cast.agent.pk, cast.desk.pk):
        by_phone = incident_open_by_desk(
            tenant_id=cast.sakura_dental.pk, kind="reported", reason="動きが遅い", by=cast.agent, now=NOW
        )
    high_group_make(cast.sakura_box)
    groups_claim(now=NOW)
    _by_phone, detected = of_sakura(cast)
    with person_scope(cast.agent.pk, cast.desk.pk):
        incident_merge(incident_id=by_phone.pk, into_id=detected.pk, reason="同じ件", by=cast.agent, now=NOW)
    assert of_sakura(cast)[1].grade == 3
    assert verdict(cast, of_sakura(cast)[1]) is Verdict.ELIGIBLE


def test_incidents_of_two_firms_are_never_joined(cast: Cast) -> None:
    high_group_make(cast.sakura_box)
    high_group_make(cast.yamada_box)
    groups_claim(now=NOW)
    with person_scope(cast.agent.pk, cast.desk.pk):
        ours, theirs = (Incident.objects.get(tenant=firm) for firm in (cast.sakura_dental, cast.yamada_works))
        with pytest.raises(MoveRefused):
            incident_merge(incident_id=ours.pk, into_id=theirs.pk, reason="必要なため", by=cast.agent, now=NOW)


def test_a_detection_that_does_not_belong_is_taken_out_and_stays_out(cast: Cast) -> None:
    first, _second = two(cast)
    other = group_make(cast.sakura_box, hour=HOUR + timedelta(hours=1))
    groups_claim(now=NOW)
    with person_scope(cast.analyst.pk, cast.soc.pk):
        with pytest.raises(ReasonMissing):
            group_detach(incident_id=first.pk, group_id=other.pk, reason=" ", by=cast.analyst, now=NOW)
        group_detach(incident_id=first.pk, group_id=other.pk, reason="来客の端末", by=cast.analyst, now=NOW)
        with pytest.raises(MoveRefused):
            group_detach(incident_id=first.pk, group_id=other.pk, reason="もう一度", by=cast.analyst, now=NOW)
    groups_claim(now=NOW)
    with tenant_scope(cast.sakura_dental.pk):
        assert first.groups.count() == 1
        assert IncidentGroup.objects.get(group=other).incident_id is None
        (line,) = [event_text(event) for event in first.events.filter(code="detached")]
        assert line == "この件と関係のない検知を1件外しました。理由: 来客の端末"
