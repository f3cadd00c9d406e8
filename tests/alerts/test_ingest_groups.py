"""Alerts of one kind on one device in one hour are one group; how the stream was cut into batches does not matter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import NotSupportedError, ProgrammingError, connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.digest import digest_send_due
from alerts.models import Alert, AlertGroup, CallbackCount
from notifications.models import OutboxMessage
from tenants.models import ProgrammeSettings
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast, box_make
from tests.sensors.box import Sender, alert_line, ingest_all

HOUR = (datetime.now(UTC) - timedelta(hours=2)).replace(minute=0, second=0, microsecond=0)


def _at(minutes: float) -> datetime:
    return HOUR + timedelta(minutes=minutes)


def test_the_fifth_callback_within_the_hour_makes_its_group_a_three_star_to_be_told_at_once(cast: Cast) -> None:
    sender = Sender(cast.sakura_box)
    sender.batch([alert_line(_at(minute)) for minute in range(4)])
    ingest_all(cast.sakura_box)
    with tenant_scope(cast.sakura_dental.pk):
        assert AlertGroup.objects.get().notify == "digest"
        AlertGroup.objects.update(digest_state="written", triaged_at=datetime.now(UTC))
    sender.batch([alert_line(_at(5))])
    ingest_all(cast.sakura_box)
    with tenant_scope(cast.sakura_dental.pk):
        [group] = AlertGroup.objects.all()
        assert (group.grade, group.notify, group.alert_count) == (3, "at_once", 5)
        assert (group.digest_state, group.triaged_at) == ("unwritten", None), "it counts as not told yet"
        AlertGroup.objects.update(digest_state="withdrawn", triaged_at=datetime.now(UTC))
    sender.batch([alert_line(_at(6))])
    ingest_all(cast.sakura_box)
    with tenant_scope(cast.sakura_dental.pk):
        [group] = AlertGroup.objects.all()
        assert group.alert_count == 6
        assert group.digest_state == "withdrawn"
        assert group.triaged_at is not None, "nothing rose: not told again"


def test_a_group_whose_importance_rises_after_its_digest_is_told_again(cast: Cast) -> None:
    """The lines of a box that was offline come late, into an hour that has been told."""
    sender = Sender(cast.sakura_box)
    adware = {"category": "Possibly Unwanted Program Detected", "metadata": {"signature_severity": ["Major"]}}
    sender.batch([alert_line(_at(1), alert=adware)])
    ingest_all(cast.sakura_box)
    with tenant_scope(cast.sakura_dental.pk):
        [group] = AlertGroup.objects.all()
        assert (group.grade, group.notify) == (1, "digest")
        AlertGroup.objects.update(digest_state="written")
    sender.batch([alert_line(_at(2), alert=adware)])
    ingest_all(cast.sakura_box)
    with tenant_scope(cast.sakura_dental.pk):
        assert AlertGroup.objects.get().digest_state == "unwritten", "the next digest tells what is new of it"
    sender.batch([alert_line(_at(3))])
    ingest_all(cast.sakura_box)
    with tenant_scope(cast.sakura_dental.pk):
        [group] = AlertGroup.objects.all()
        assert (group.grade, group.notify, group.alert_count, group.digest_state) == (2, "digest", 3, "unwritten")


def test_the_programmes_settings_in_force_are_used(cast: Cast) -> None:
    ProgrammeSettings.objects.using("owner").create(
        programme_id=cast.programme.pk,
        version=1,
        effective_from=datetime(2026, 1, 1, tzinfo=UTC),
        values={"callback_count": 2, "first_response_hours": 4},
        reason="test",
    )
    Sender(cast.sakura_box).batch([alert_line(_at(1)), alert_line(_at(2))])
    ingest_all(cast.sakura_box)
    with tenant_scope(cast.sakura_dental.pk):
        assert list(Alert.objects.order_by("seq").values_list("grade", flat=True)) == [2, 3]


def test_devices_hours_and_kinds_are_told_apart(cast: Cast) -> None:
    lines = [
        alert_line(_at(1)),
        alert_line(_at(59)),
        alert_line(_at(61)),
        alert_line(_at(1), ether={"src_mac": "02:00:00:00:01:15"}),
        alert_line(_at(1), ether=None),
        alert_line(_at(1), alert={"signature": "Another check-in"}),
        alert_line(_at(1), alert={"signature": "Loader check-in request", "signature_id": 2}),
    ]
    Sender(cast.sakura_box).batch(lines)
    ingest_all(cast.sakura_box)
    with tenant_scope(cast.sakura_dental.pk):
        groups = AlertGroup.objects.order_by("hour", "family", "asset_key")
        keys = [(g.family, g.hour, g.asset_key, g.alert_count) for g in groups]
    first = "message:loader check-in request"
    assert keys == [
        ("message:another check-in", HOUR, "02:00:00:00:01:14", 1),
        (first, HOUR, "02:00:00:00:01:14", 3),
        (first, HOUR, "02:00:00:00:01:15", 1),
        (first, HOUR, "192.168.1.20", 1),
        (first, HOUR + timedelta(hours=1), "02:00:00:00:01:14", 1),
    ]


def test_copying_respects_the_wall(cast: Cast) -> None:
    """PostgreSQL refuses COPY into a walled table; the way by a temporary table is checked row by row."""
    with pytest.raises(NotSupportedError), tenant_scope(cast.sakura_dental.pk), connection.cursor() as cursor:
        cursor.execute("COPY alerts_alert FROM STDIN")
    Sender(cast.yamada_box).batch([alert_line()])
    ingest_all(cast.yamada_box)
    with pytest.raises(ProgrammingError, match="row-level security"):
        _move_alerts(cast.yamada_works.pk, cast.sakura_dental.pk)


def _move_alerts(tenant_id: int, other_id: int) -> None:
    """The way of ingest, with another firm's number in the temporary table."""
    with tenant_scope(tenant_id), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE stolen AS SELECT * FROM alerts_alert")
        cursor.execute("UPDATE stolen SET tenant_id = %s", (other_id,))
        cursor.execute("INSERT INTO alerts_alert SELECT * FROM stolen")


def _state(cast: Cast, sensor_id: int) -> dict[str, Any]:
    """All that the stream decided, without ids and batch numbers."""
    with tenant_scope(cast.sakura_dental.pk):
        alerts = Alert.objects.filter(sensor_id=sensor_id).order_by("seq")
        groups = AlertGroup.objects.filter(sensor_id=sensor_id)
        names = (
            "hour function direction family asset_key asset_ip signature signature_id category peer grade notify rule"
        )
        more = "alert_count blocked_count first_at last_at"
        return {
            "alerts": list(
                alerts.values_list("seq", "event_time", "grade", "notify", "rule", "direction", "asset_mac")
            ),
            "groups": sorted(groups.values_list(*f"{names} {more}".split()), key=str),
            "callbacks": sorted(
                CallbackCount.objects.filter(sensor_id=sensor_id).values_list("device", "family", "recent"), key=str
            ),
        }


def _play(cast: Cast, lines: Sequence[bytes], cuts: Sequence[int]) -> dict[str, Any]:
    box = box_make(cast.sakura_dental)
    sender = Sender(box)
    edges = [0, *sorted(set(cuts)), len(lines)]
    for start, end in pairwise(edges):
        if start < end:
            assert sender.batch(lines[start:end]).status_code == 202
            if start % 2:
                ingest_all(box)
    ingest_all(box)
    return _state(cast, box.sensor.pk)


_KINDS: tuple[dict[str, Any], ...] = (
    {},
    {"alert": {"action": "allowed"}},
    {"alert": {"signature": "Loader check-in request M2", "signature_id": 77}},
    {"alert": {"category": "Misc activity", "action": "allowed"}},
    {"src_ip": "203.0.113.9", "dest_ip": "192.168.1.20", "flow": None, "alert": {"category": "Web Application Attack"}},
    {"ether": None},
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    events=st.lists(st.tuples(st.sampled_from(range(len(_KINDS))), st.integers(0, 100)), min_size=2, max_size=24),
    cuts=st.lists(st.integers(1, 23), max_size=6),
)
def test_any_cutting_into_batches_gives_the_same_verdicts_and_groups(
    cast: Cast, events: list[tuple[int, int]], cuts: list[int]
) -> None:
    lines = [alert_line(_at(minute), **dict(_KINDS[kind])) for kind, minute in events]
    assert _play(cast, lines, [cut for cut in cuts if cut < len(lines)]) == _play(cast, lines, [])


def test_alerts_that_join_an_hour_that_was_told_are_told_in_the_next_digest_without_the_first_ones(cast: Cast) -> None:
    """Lines of 14:58 may come at 15:02, after the mail about 14:00 to 15:00."""
    sender = Sender(cast.sakura_box)
    sender.batch([alert_line(_at(minute)) for minute in (1, 2)])
    ingest_all(cast.sakura_box)
    assert digest_send_due(now=_at(61)) == 1
    sender.batch([alert_line(_at(58))])
    ingest_all(cast.sakura_box)
    assert digest_send_due(now=_at(62)) == 0, "one mail an hour"
    assert digest_send_due(now=_at(121)) == 1
    assert digest_send_due(now=_at(181)) == 0
    with tenant_scope(cast.sakura_dental.pk):
        first, second = OutboxMessage.objects.filter(kind="digest").order_by("pk")
        assert AlertGroup.objects.get().alert_count == 3
    assert "2回(センサーは止めていません)" in first.text or "2回(センサーがすべて止めました)" in first.text
    assert "1回(センサーは止めていません)" in second.text or "1回(センサーがすべて止めました)" in second.text


_MINOR: dict[str, Any] = {"action": "allowed", "metadata": {"signature_severity": ["Minor"]}}
_SMB: tuple[dict[str, Any], ...] = (
    {"signature": "SMB Remote AT Scheduled Job Create Request", "category": "Potentially Bad Traffic"},
    {"signature": "Command Shell Activity Over SMB", "category": "Potentially Bad Traffic"},
    {"signature": "PsExec service created", "category": "A suspicious filename was detected"},
)


def _smb(number: int, minute: float, dest: str = "192.168.1.21") -> bytes:
    flow = {"src_ip": "192.168.1.20", "dest_ip": dest}
    return alert_line(_at(minute), **flow, flow=flow, app_proto="smb", alert=_SMB[number] | _MINOR)


def test_a_remote_job_a_command_shell_and_a_new_service_in_three_batches_are_told(cast: Cast) -> None:
    """Each of them alone is what an administrator does all day."""
    sender = Sender(cast.sakura_box)
    for number, minute in enumerate((1, 20, 40)):
        sender.batch([_smb(number, minute), _smb(number, minute, "192.168.1.22")])
        ingest_all(cast.sakura_box)
        with tenant_scope(cast.sakura_dental.pk):
            mailed = AlertGroup.objects.exclude(notify="none")
            assert mailed.count() == (1 if number == 2 else 0)
    with tenant_scope(cast.sakura_dental.pk):
        group = AlertGroup.objects.get(grade=2)
        assert (group.rule, group.notify, group.asset_ip) == ("internal-several", "digest", "192.168.1.20")
        assert Alert.objects.filter(grade=2).count() == 2


def test_suspicious_traffic_inside_sent_twice_counts_once(cast: Cast) -> None:
    sender = Sender(cast.sakura_box)
    lines, first = [_smb(0, 1), _smb(1, 2)], sender.next_seq
    sender.batch(lines)
    ingest_all(cast.sakura_box)
    assert sender.batch(lines, First_Seq=str(first), Last_Seq=str(first + 1)).status_code == 202
    ingest_all(cast.sakura_box)
    sender.batch([_smb(1, 3), _smb(0, 4)])
    ingest_all(cast.sakura_box)
    with tenant_scope(cast.sakura_dental.pk):
        assert not AlertGroup.objects.exclude(grade=0).exists()
        assert sorted(CallbackCount.objects.values_list("family", flat=True)) == ["inside:192.168.1.21"]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    events=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 110)), min_size=3, max_size=14),
    cuts=st.lists(st.integers(1, 13), max_size=5),
)
def test_what_passes_between_machines_inside_is_graded_alike_however_it_is_cut(
    cast: Cast, events: list[tuple[int, int]], cuts: list[int]
) -> None:
    lines = [_smb(number, minute) for number, minute in events]
    assert _play(cast, lines, [cut for cut in cuts if cut < len(lines)]) == _play(cast, lines, [])


def test_a_routers_weak_password_is_the_routers_in_its_group_its_alert_and_its_mail(cast: Cast) -> None:
    weak = {"category": "Attempt to login by a default username and password", "action": "allowed"}
    flow = {"src_ip": "192.168.1.20", "dest_ip": "192.168.1.1"}
    ether = {"src_mac": "02:00:00:00:01:14", "dest_mac": "02:00:00:00:01:01"}
    Sender(cast.sakura_box).batch(
        [alert_line(_at(1), **flow, flow=flow, ether=ether, alert=weak, http={"hostname": "192.168.1.1", "url": "/"})]
    )
    ingest_all(cast.sakura_box)
    digest_send_due(now=_at(61))
    with tenant_scope(cast.sakura_dental.pk):
        group, stored = AlertGroup.objects.get(), Alert.objects.get()
        mail = OutboxMessage.objects.get(kind="digest")
    router = ("192.168.1.1", "02:00:00:00:01:01")
    assert (group.asset_ip, group.asset_mac, group.asset_key, group.peer) == (*router, router[1], "192.168.1.20")
    assert (stored.asset_ip, stored.asset_mac) == router
    assert "端末 192.168.1.1 (" in mail.text
    assert "相手: 192.168.1.20" in mail.text
