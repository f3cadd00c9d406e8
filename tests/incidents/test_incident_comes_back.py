"""What is thought to be over comes back: the same incident opens again, or a new one names the first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from alerts.models import AlertGroup
from base.moves import MoveRefused, Party, ReasonMissing
from incidents.core.course import incident_move, incident_reopen, incident_watch, watches_end
from incidents.core.opening import incident_promote
from incidents.core.triage import groups_claim
from incidents.models import DeskTask, Incident
from incidents.states.incident import Opening
from incidents.wording import event_text
from notifications.models import OutboxMessage
from tenants.models import ProgrammeSettings
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import OWNER, Cast
from tests.mailing import HOUR, group_make, high_group_make

NOW = datetime(2026, 11, 20, 5, 41, tzinfo=UTC)
DAY = timedelta(days=1)


def opened(cast: Cast, **fields: object) -> Incident:
    high_group_make(cast.sakura_box, **fields)
    groups_claim(now=NOW)
    return the(cast, number=1)


def the(cast: Cast, **fields: object) -> Incident:
    with tenant_scope(cast.sakura_dental.pk):
        incident: Incident = Incident.objects.get(**fields)
        return incident


def move(cast: Cast, incident: Incident, *states: str, at: datetime = NOW) -> None:
    for state in states:
        with person_scope(cast.agent.pk, cast.desk.pk):
            incident_move(incident_id=incident.pk, to=state, by=cast.agent, now=at, note="電話で確認")


def texts(cast: Cast, incident: Incident, code: str) -> list[str]:
    with tenant_scope(cast.sakura_dental.pk):
        return [event_text(event) for event in incident.events.filter(code=code)]


def mails(cast: Cast) -> int:
    with tenant_scope(cast.sakura_dental.pk):
        return OutboxMessage.objects.filter(kind="incident").count()


def settings_make(cast: Cast, **values: object) -> None:
    ProgrammeSettings.objects.using(OWNER).create(
        programme_id=cast.programme.pk, version=1, effective_from=NOW - 10 * DAY, values=values, reason="方針"
    )


def test_within_thirty_days_of_its_end_the_same_incident_opens_again_and_the_firm_is_told_again(cast: Cast) -> None:
    incident = opened(cast)
    move(cast, incident, "closed")
    high_group_make(cast.sakura_box, hour=HOUR + 29 * DAY)
    groups_claim(now=NOW + 29 * DAY)

    again = the(cast)
    assert (again.pk, again.state, again.closed_at) == (incident.pk, "open", None)
    assert mails(cast) == 2
    with tenant_scope(cast.sakura_dental.pk):
        assert DeskTask.objects.filter(done_at__isnull=True).count() == 1
    assert texts(cast, again, "reopened") == [
        "終了したあとに、同じ検知がまた見つかりました。もう一度、受け付けました。"
    ]


def test_later_than_that_it_is_a_new_incident_that_names_the_first(cast: Cast) -> None:
    first = opened(cast)
    move(cast, first, "closed")
    for number, days in ((2, 40), (3, 80)):
        high_group_make(cast.sakura_box, hour=HOUR + days * DAY)
        groups_claim(now=NOW + days * DAY)
        newer = the(cast, number=number)
        assert newer.recurrence_of_id == first.pk
        assert f"{number - 1}番" in texts(cast, newer, "recurred")[0]
        move(cast, newer, "closed", at=NOW + days * DAY)


def test_the_programme_says_how_many_days(cast: Cast) -> None:
    settings_make(cast, reopen_days=3)
    first = opened(cast)
    move(cast, first, "closed")
    high_group_make(cast.sakura_box, hour=HOUR + 4 * DAY)
    groups_claim(now=NOW + 4 * DAY)
    assert the(cast, number=2).recurrence_of_id == first.pk


def test_one_closed_within_the_hour_opens_again_in_that_hour(cast: Cast) -> None:
    """The group of the hour goes on: no new group comes that could open it."""
    incident = opened(cast)
    move(cast, incident, "closed")
    assert groups_claim(now=NOW + timedelta(minutes=2)) == 0
    with tenant_scope(cast.sakura_dental.pk):
        AlertGroup.objects.update(alert_count=12, last_at=NOW + timedelta(minutes=3))
    assert groups_claim(now=NOW + timedelta(minutes=4)) == 1
    assert the(cast).state == "open"
    assert groups_claim(now=NOW + timedelta(minutes=5)) == 0


def test_what_was_on_its_way_when_it_was_closed_is_no_recurrence(cast: Cast) -> None:
    incident = opened(cast)
    move(cast, incident, "closed")
    with tenant_scope(cast.sakura_dental.pk):
        AlertGroup.objects.update(alert_count=9, last_at=NOW - timedelta(seconds=20))
    assert groups_claim(now=NOW + timedelta(minutes=1)) == 0
    assert the(cast).state == "closed"


def test_a_medium_one_of_an_analyst_opens_again_too_and_stays_in_the_digest(cast: Cast) -> None:
    group = group_make(cast.sakura_box)
    with person_scope(cast.analyst.pk, cast.soc.pk):
        incident = incident_promote(group=group, opening=Opening.ANALYST, reason="調査", by=cast.analyst, now=NOW)
    move(cast, incident, "closed")
    other = group_make(cast.sakura_box, hour=HOUR + 2 * DAY)
    groups_claim(now=NOW + 2 * DAY)
    assert the(cast).state == "open"
    with tenant_scope(cast.sakura_dental.pk):
        other.refresh_from_db()
        assert other.digest_state == "unwritten"
    assert mails(cast) == 0


def test_a_watch_that_sees_nothing_ends_by_itself_and_says_when_the_alert_stopped(cast: Cast) -> None:
    incident = opened(cast)
    with person_scope(cast.agent.pk, cast.desk.pk):
        incident_move(incident_id=incident.pk, to="contacted", by=cast.agent, now=NOW)
        incident_watch(incident_id=incident.pk, until=NOW + 7 * DAY, by=cast.agent, now=NOW)
    assert watches_end(now=NOW + 7 * DAY - timedelta(minutes=1)) == 0
    assert watches_end(now=NOW + 7 * DAY) == 1
    ended = the(cast)
    assert (ended.state, ended.closed_at) == ("closed", NOW + 7 * DAY)
    assert texts(cast, ended, "stopped") == [
        "検知は2026年11月20日を最後に止まりました。7日の間、様子を見て、この件を終了しました。"
    ]
    assert texts(cast, ended, "watched") == ["2026年11月27日まで、同じことが起きないか様子を見ます。"]


def test_a_watch_that_sees_it_again_opens_the_incident_and_calls_the_desk(cast: Cast) -> None:
    incident = opened(cast)
    with tenant_scope(cast.sakura_dental.pk):
        DeskTask.objects.update(state="done", done_at=NOW)
    move(cast, incident, "contacted", "watching")
    assert the(cast).watch_until == NOW + 30 * DAY
    group_make(cast.sakura_box, hour=HOUR + timedelta(hours=1))
    groups_claim(now=NOW + timedelta(hours=1))
    again = the(cast)
    assert (again.state, again.watch_until) == ("open", None)
    with tenant_scope(cast.sakura_dental.pk):
        assert DeskTask.objects.filter(done_at__isnull=True).count() == 1
    assert watches_end(now=NOW + 31 * DAY) == 0


def test_a_blocked_virus_is_no_return_of_one_that_was_delivered(cast: Cast) -> None:
    virus = {"function": "av", "direction": "inbound", "family": "virus:eicar", "grade": 2}
    group_make(cast.sakura_box, alert_count=1, blocked_count=0, **virus)
    groups_claim(now=NOW)
    move(cast, the(cast), "closed")
    group_make(cast.sakura_box, hour=HOUR + DAY, alert_count=1, blocked_count=1, **virus)
    groups_claim(now=NOW + DAY)
    assert the(cast).state == "closed"


def test_a_person_opens_one_again_only_with_a_reason(cast: Cast) -> None:
    incident = opened(cast)
    move(cast, incident, "closed")
    with person_scope(cast.agent.pk, cast.desk.pk):
        with pytest.raises(ReasonMissing):
            incident_reopen(incident_id=incident.pk, party=Party.DESK, by=cast.agent, now=NOW)
        incident_reopen(incident_id=incident.pk, party=Party.DESK, by=cast.agent, now=NOW, reason="まだ動きが遅い")
    assert texts(cast, incident, "reopened") == ["もう一度、受け付けました。理由: まだ動きが遅い"]
    assert mails(cast) == 1, "nothing was detected"


def test_an_incident_is_closed_only_with_a_reason(cast: Cast) -> None:
    incident = opened(cast)
    with person_scope(cast.agent.pk, cast.desk.pk), pytest.raises(ReasonMissing):
        incident_move(incident_id=incident.pk, to="closed", by=cast.agent, now=NOW)
    with person_scope(cast.analyst.pk, cast.soc.pk), pytest.raises(MoveRefused):
        incident_move(
            incident_id=incident.pk, to="closed", by=cast.analyst, party=Party.ANALYST, now=NOW, note="誤検知"
        )
