"""A vendor writes its work down on a phone: timers over days, corrections that keep the old, nothing taken twice."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError

from incidents.jobsheet import selectors
from incidents.models import Job, SheetRecord, WorkEntry
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import Cast
from tests.incidents.jobsheets import Phone, logged_in, other_vendor, phone_make
from tests.portal.pages import inline_code, text_of

MINUTE = timedelta(minutes=1)


@pytest.fixture
def phone(cast: Cast) -> Phone:
    return phone_make(cast)


def _minutes(phone: Phone) -> dict[str, int]:
    with tenant_scope(phone.job.tenant_id):
        return selectors.minutes_of(phone.job.pk)


def _spent(phone: Phone, kind: str, started: datetime, minutes: int, way: str = "remote") -> None:
    answer = phone.write("time", kind=kind, way=way, started_at=started.isoformat(), minutes=minutes)
    assert answer.status_code == 200, answer.content


def test_two_days_of_40_50_80_30_and_35_minutes_are_235(phone: Phone) -> None:
    first = datetime.now(UTC) - timedelta(hours=23)
    _spent(phone, "hearing", first, 40)
    _spent(phone, "preparation", first + 40 * MINUTE, 50)
    second = first + timedelta(hours=20)
    _spent(phone, "work", second, 80, way="on_site")
    _spent(phone, "report", second + 80 * MINUTE, 30)
    _spent(phone, "other", second + 110 * MINUTE, 35)
    assert {kind: n for kind, n in _minutes(phone).items() if n} == {
        "hearing": 40,
        "preparation": 50,
        "work": 80,
        "report": 30,
        "other": 35,
    }
    page = text_of(phone.client.get(phone.path("sheet/")).content.decode())
    assert "合計 235分" in page or "合計235分" in page
    assert phone.state() == "working"


def test_the_first_timer_begins_the_job_and_starting_another_stops_it_at_that_moment(phone: Phone) -> None:
    began = datetime.now(UTC) - 90 * MINUTE
    assert phone.write("start", kind="travel", said=began.isoformat()).status_code == 200
    assert phone.state() == "working"
    assert phone.write("start", kind="work", said=(began + 60 * MINUTE).isoformat()).status_code == 200
    assert phone.write("stop", said=(began + 80 * MINUTE).isoformat()).status_code == 200
    sums = _minutes(phone)
    assert (sums["travel"], sums["work"]) == (60, 20)


def test_what_was_sent_twice_because_the_answer_got_lost_is_taken_once(phone: Phone) -> None:
    key, began = str(uuid.uuid4()), (datetime.now(UTC) - 30 * MINUTE).isoformat()
    for _again in range(3):
        assert phone.write("start", kind="work", key=key, said=began).status_code == 200
    step = {"key": str(uuid.uuid4()), "doer": "vendor", "text": "電話で定義ファイルの更新方法を説明"}
    assert [phone.write("step", **step).status_code for _again in range(2)] == [200, 200]
    with tenant_scope(phone.job.tenant_id):
        assert WorkEntry.objects.count() == 1
        assert SheetRecord.objects.filter(kind="step").count() == 1


def test_pressing_the_running_kind_again_does_not_cut_its_time_in_two(phone: Phone) -> None:
    began = datetime.now(UTC) - 30 * MINUTE
    phone.write("start", kind="work", said=began.isoformat())
    phone.write("start", kind="work")
    with tenant_scope(phone.job.tenant_id):
        entry = WorkEntry.objects.get()
        assert (entry.started_at, entry.stopped_at) == (began, None)


@pytest.mark.parametrize(
    ("phone_offset", "words"), [(timedelta(hours=1), "これから先"), (timedelta(days=-20), "14日より前")]
)
def test_a_clock_that_cannot_be_right_is_refused_with_words(phone: Phone, phone_offset: timedelta, words: str) -> None:
    answer = phone.write("start", kind="work", said=(datetime.now(UTC) + phone_offset).isoformat())
    assert answer.status_code == 422
    assert words in answer.json()["told"]


def test_work_before_the_alert_it_answers_needs_a_reason(phone: Phone) -> None:
    before = (datetime.now(UTC) - timedelta(days=1, minutes=73)).isoformat()
    refused = phone.write("time", kind="work", way="remote", started_at=before, minutes=60)
    assert refused.status_code == 422
    assert "検知より前の時刻です" in refused.json()["told"]
    why = "会社の時計で記録したため"
    assert phone.write("time", kind="work", way="remote", started_at=before, minutes=60, note=why).status_code == 200
    assert _minutes(phone)["work"] == 60


def test_work_that_lies_ahead_is_refused(phone: Phone) -> None:
    soon = (datetime.now(UTC) - 30 * MINUTE).isoformat()
    answer = phone.write("time", kind="work", way="remote", started_at=soon, minutes=60)
    assert answer.status_code == 422
    assert "これから先" in answer.json()["told"]


def test_time_by_hand_can_be_sent_as_the_form_proposes_it(phone: Phone) -> None:
    form = phone.client.get(phone.path("sheet/")).context["time_form"]
    proposed = {name: form[name].value() for name in ("kind", "way", "minutes")}
    began = form["started_at"].value()
    assert began.minute % 5 == 0
    typed = began.strftime("%Y-%m-%dT%H:%M")
    assert phone.write("time", started_at=typed, **proposed).status_code == 200
    assert _minutes(phone)["work"] == 90


def test_a_timer_forgotten_for_days_is_stopped_by_saying_when_work_ended(phone: Phone) -> None:
    began = datetime.now(UTC) - timedelta(days=2)
    phone.write("start", kind="work", said=began.isoformat())
    refused = phone.write("stop")
    assert refused.status_code == 422
    assert "16時間" in refused.json()["told"]
    assert phone.write("stop", ended=(began + 45 * MINUTE).isoformat()).status_code == 200
    assert _minutes(phone)["work"] == 45


def test_a_correction_says_why_and_leaves_the_old_entry_to_be_read(phone: Phone) -> None:
    _spent(phone, "work", datetime.now(UTC) - timedelta(hours=5), 80)
    with tenant_scope(phone.job.tenant_id):
        entry = WorkEntry.objects.get()
    assert phone.write("correct", entry=entry.pk, kind="work", minutes=60, reason="").status_code == 422
    assert _minutes(phone)["work"] == 80
    assert phone.write("correct", entry=entry.pk, kind="waiting", minutes=60, reason="休憩を除く").status_code == 200
    assert (_minutes(phone)["work"], _minutes(phone)["waiting"]) == (0, 60)
    with tenant_scope(phone.job.tenant_id):
        assert sorted(WorkEntry.objects.values_list("minutes", "reason")) == [(60, "休憩を除く"), (80, "")]
        fixed = WorkEntry.objects.get(minutes=60)
    assert phone.write("correct", entry=fixed.pk, kind="waiting", minutes=0, reason="二重").status_code == 200
    assert sum(_minutes(phone).values()) == 0


def test_the_database_lets_nobody_rewrite_what_was_written_down(phone: Phone) -> None:
    _spent(phone, "work", datetime.now(UTC) - timedelta(hours=2), 60)
    phone.write("step", doer="vendor", text="電話")
    for model, fields in ((WorkEntry, {"kind": "travel"}), (WorkEntry, {"note": "x"}), (SheetRecord, {"data": {}})):
        with pytest.raises(DatabaseError, match="permission denied"), tenant_scope(phone.job.tenant_id):
            model.objects.update(**fields)
    for model in (WorkEntry, SheetRecord):
        with pytest.raises(DatabaseError, match="permission denied"), tenant_scope(phone.job.tenant_id):
            model.objects.all().delete()


def test_the_sheet_shows_the_firm_its_network_and_the_alerts_and_everything_to_do(phone: Phone) -> None:
    page = phone.client.get(phone.path("sheet/")).content.decode()
    words = text_of(page)
    for shown in (
        "さくら歯科",
        "若葉市",
        "075-000-0101",
        "192.168.1.0/24",
        "MALWARE-CNC Win.Trojan.Sample",
        "昼休みに",
    ):
        assert shown in words, shown
    for item in ("状態を聞き取った", "ネットワークから外した", "フルスキャンをした", "駆除した"):
        assert item in words, item
    assert inline_code(page) == []


def test_a_ticked_item_can_be_ticked_otherwise_and_the_last_counts(phone: Phone) -> None:
    phone.write("check", item="isolate", ticked="not_possible")
    phone.write("check", item="isolate", ticked="done")
    words = text_of(phone.client.get(phone.path("sheet/")).content.decode())
    assert "ネットワークから外した 済み" in words


def test_a_scan_that_found_nothing_is_told_what_its_answer_is_worth(phone: Phone) -> None:
    scan = {"device": "受付のPC", "tool": "Defender", "extent": "quick", "os_supported": "yes", "found": 0}
    assert phone.write("scan", definitions="", **scan).status_code == 200
    words = text_of(phone.client.get(phone.path("sheet/")).content.decode())
    assert "確かさ: 低い" in words
    assert "定義ファイルの日付が分かりません" in words
    assert "フルスキャンをしてください" in words
    assert "30日間" in words


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"outcome": "done", "ease": "easy", "minutes": 10}, 200),
        ({"outcome": "done", "ease": "hard", "minutes": 60}, 200),
        ({"outcome": "done", "minutes": 10}, 422),
        ({"outcome": "at_the_door", "minutes": 0, "reason": "no_consent"}, 200),
        ({"outcome": "at_the_door", "minutes": 0}, 422),
        ({"outcome": "at_the_door", "minutes": 0, "reason": "other"}, 422),
        ({"outcome": "at_the_door", "minutes": 0, "reason": "other", "note": "改装中"}, 200),
    ],
)
def test_an_installation_says_how_it_went_and_why_somebody_left_at_the_door(
    cast: Cast, fields: dict[str, Any], status: int
) -> None:
    phone = phone_make(cast, Job.Kind.INSTALLATION, Job.Way.ON_SITE)
    assert phone.write("install", **fields).status_code == status
    words = text_of(phone.client.get(phone.path("sheet/")).content.decode())
    assert "ルーターと配線を電話で確かめた" in words
    if fields.get("note"):
        assert "改装中" in words


def test_without_scripts_a_wrong_form_comes_back_with_what_was_typed(phone: Phone) -> None:
    data = {"what": "finding", "key": str(uuid.uuid4()), "device": "受付のPC", "name": "", "count": 1}
    answer = phone.client.post(phone.path("entries/"), data | {"severity": "high", "done": "removed"})
    assert answer.status_code == 422
    assert 'value="受付のPC"' in answer.content.decode()
    assert 'href="#finding_name"' in answer.content.decode()


def test_nobody_else_reads_or_writes_the_sheet(phone: Phone, cast: Cast) -> None:
    stranger = other_vendor(cast)
    for client in (stranger, logged_in(cast.hanako), logged_in(cast.agent), logged_in(cast.jiro)):
        assert client.get(phone.path("sheet/")).status_code == 404
        data = {"what": "step", "key": str(uuid.uuid4()), "doer": "firm", "text": "x"}
        assert client.post(phone.path("entries/"), data).status_code == 404
    other_phone = phone_make_other(cast)
    assert phone.client.get(f"/jobs/{other_phone}/sheet/").status_code == 404


def phone_make_other(cast: Cast) -> int:
    """A job of the other firm, offered to nobody."""
    with tenant_scope(cast.yamada_works.pk):
        job: Job = Job.objects.create(
            tenant=cast.yamada_works, number=1, kind="installation", way="on_site", requested_at=datetime.now(UTC)
        )
    return job.pk


def test_a_job_that_was_given_back_is_out_of_sight(phone: Phone) -> None:
    with tenant_scope(phone.job.tenant_id):
        Job.objects.filter(pk=phone.job.pk).update(state="requested")
    assert phone.client.get(phone.path("sheet/")).status_code == 404
    assert phone.write("step", doer="vendor", text="あとから").status_code == 404


def test_a_job_that_is_over_can_be_read_for_a_while_and_takes_nothing_more(phone: Phone) -> None:
    with tenant_scope(phone.job.tenant_id):
        Job.objects.filter(pk=phone.job.pk).update(state="closed")
    answer = phone.write("step", doer="vendor", text="あとから")
    assert answer.status_code == 409
    assert "もう書き込めません" in answer.json()["told"]
    with person_scope(phone.user.pk, phone.vendor.pk):
        assert not SheetRecord.objects.exists()
    assert phone.client.get(phone.path("sheet/")).status_code == 200
