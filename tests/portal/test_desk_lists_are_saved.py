"""The desk's lists as files: what the page shows, with its words and days, no note inside; each trail says so."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from base.moves import Party
from incidents.desk import calls, cases
from incidents.desk.ui.record_columns import CALLS
from incidents.models import Case, Contact
from insurance.services import claim_decide, claim_make, claim_submit
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import Cast, grant_make, organisation_make
from tests.insurance import stage
from tests.portal import desk_scenes
from tests.portal.measuring import audit_trail
from tests.portal.pages import text_of
from web.jst import JST

LISTS = ("calls", "callbacks", "claims", "solved", "log", "cases", "talks")


@pytest.fixture
def agent(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.agent)
    return client


@pytest.fixture
def day(cast: Cast) -> desk_scenes.DeskDay:
    return desk_scenes.desk_day(cast)


def saved(agent: Client, name: str, query: str = "") -> list[dict[str, str]]:
    answer = agent.get(f"/desk/records/{name}.csv?{query}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/csv")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def book(agent: Client, name: str, query: str = "") -> list[tuple[Any, ...]]:
    answer = agent.get(f"/desk/records/{name}.xlsx?{query}")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    return list(load_workbook(io.BytesIO(content)).active.values)


def test_the_log_of_calls_has_every_call_with_who_when_how_long_and_what_about(
    agent: Client, day: desk_scenes.DeskDay
) -> None:
    lines = saved(agent, "log")
    assert [line["電話番号"] for line in lines] == ["06-0000-0202", "'+81750000101", "090-0000-3344", "075-000-0101"]
    over = lines[-1]
    assert (over["会社"], over["お名前"], over["通話(秒)"], over["結果"]) == ("さくら歯科", "林", "300", "応答")
    assert (over["相談番号"], over["件名"]) == (str(day.case.number), "プリンターが印刷できない")
    assert (lines[0]["会社"], lines[0]["結果"]) == ("会社が未確認", "呼び出し中")
    assert [line["電話番号"] for line in saved(agent, "calls")] == [
        line["電話番号"] for line in lines if not line["相談番号"]
    ]


def test_the_page_shows_the_same_calls_and_leads_to_the_file(agent: Client, day: desk_scenes.DeskDay) -> None:
    page = agent.get("/desk/records/?list=log&q=さくら歯科").content.decode()
    assert "林 075-000-0101" in text_of(page)
    assert "090-0000-3344" not in text_of(page)
    assert "/desk/records/log.csv?q=%E3%81%95%E3%81%8F%E3%82%89%E6%AD%AF%E7%A7%91" in page


def test_cases_and_messages_are_saved_and_what_the_desk_keeps_to_itself_is_not(
    agent: Client, day: desk_scenes.DeskDay
) -> None:
    (case,) = saved(agent, "cases")
    assert (case["会社"], case["件名"], case["状態"]) == ("さくら歯科", "プリンターが印刷できない", "確認を依頼中")
    assert case["会社番号"] == str(day.case.tenant_id)
    talks = saved(agent, "talks")
    assert [line["送った側"] for line in talks] == ["会社から", "窓口から"]
    assert "オフライン" in talks[0]["メッセージ"]
    everything = [str(line) for name in LISTS for line in saved(agent, name)]
    assert not [line for line in everything if "院長" in line or "印刷の通信を止めていないか" in line]


@pytest.mark.parametrize("name", LISTS)
def test_every_list_is_a_workbook_too(agent: Client, day: desk_scenes.DeskDay, name: str) -> None:
    header, *lines = book(agent, name)
    assert list(header) == list(saved(agent, name)[0] if lines else header)
    assert len(lines) == len(saved(agent, name))


def test_words_and_days_narrow_the_file_as_they_narrow_the_page(
    agent: Client, cast: Cast, day: desk_scenes.DeskDay
) -> None:
    eve = datetime(2026, 10, 31, 23, 59, tzinfo=JST)
    with person_scope(cast.agent.pk, cast.desk.pk):
        for at, number in ((eve, "0311110001"), (eve + timedelta(minutes=1), "0311110002")):
            calls.call_start(tenant_id=cast.yamada_works.pk, number=number, by=cast.agent, now=at)
    assert [line["電話番号"] for line in saved(agent, "log", "until=2026-10-31")] == ["0311110001"]
    november = "from=2026-11-01&until=2026-11-01"
    assert [line["電話番号"] for line in saved(agent, "log", november)] == ["0311110002"]
    assert "0311110002" in text_of(agent.get(f"/desk/records/?list=log&{november}").content.decode())
    assert "0311110001" not in text_of(agent.get(f"/desk/records/?list=log&{november}").content.decode())
    assert {line["会社"] for line in saved(agent, "log", "q=山田")} == {"山田製作所"}
    assert saved(agent, "cases", "q=どこにもない") == []
    assert len(saved(agent, "log", "from=yesterday&until=9999-99-99")) == 6, "what is no day narrows nothing"


def test_a_name_that_a_spreadsheet_would_calculate_is_text(agent: Client, cast: Cast) -> None:
    with person_scope(cast.agent.pk, cast.desk.pk):
        call = calls.call_start(tenant_id=cast.office.pk, number="1", by=cast.agent, now=timezone.now())
        calls.caller_split(tenant_id=cast.office.pk, contact_id=call.pk, name="=1+1", now=timezone.now())
    assert saved(agent, "log")[0]["お名前"] == "'=1+1"
    assert "'=1+1" in book(agent, "log")[1]


def test_a_file_that_is_cut_says_so(agent: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.ui.desk_records.MOST_SAVED", 2)
    with person_scope(cast.agent.pk, cast.desk.pk):
        for number in "123":
            calls.call_start(tenant_id=cast.office.pk, number=number, by=cast.agent, now=timezone.now())
    lines = saved(agent, "log")
    assert [line["電話番号"] for line in lines[:2]] == ["3", "2"]
    assert "ここまで2件です" in lines[2]["着信"]
    assert len(lines) == 3


def test_a_long_file_is_read_part_by_part(cast: Cast, django_assert_num_queries: Any) -> None:
    with person_scope(cast.agent.pk, cast.desk.pk):
        for number in "12345":
            calls.call_start(tenant_id=cast.office.pk, number=number, by=cast.agent, now=timezone.now())
        rows = Contact.objects.order_by("-offered_at", "-pk")
        ids = list(rows.values_list("pk", flat=True))
        with django_assert_num_queries(3):
            lines = list(CALLS.lines(rows, ids, at_once=2))
    assert [line[8] for line in lines] == ["5", "4", "3", "2", "1"]


def test_each_firm_finds_in_its_trail_that_its_rows_were_saved(
    agent: Client, cast: Cast, day: desk_scenes.DeskDay
) -> None:
    saved(agent, "cases")
    assert [(line["tenant"], line["data"]) for line in audit_trail("records.saved")] == [
        (cast.sakura_dental.pk, {"list": "cases"})
    ]


def test_nobody_but_the_desk_saves_them(cast: Cast, day: desk_scenes.DeskDay) -> None:
    for person in (cast.hanako, cast.clerk, cast.analyst, cast.engineer):
        client = Client()
        client.force_login(person)
        assert client.get("/desk/records/log.csv").status_code == 404
    desk = Client()
    desk.force_login(cast.agent)
    for wrong in ("nothing.csv", "log.pdf"):
        assert desk.get(f"/desk/records/{wrong}").status_code == 404


def test_a_firm_out_of_reach_is_in_no_file(agent: Client, cast: Cast) -> None:
    foreign = organisation_make("よその会社")
    other = organisation_make("よその窓口", "call_centre")
    grant_make(other, foreign, "desk")
    with tenant_scope(foreign.pk):
        cases.case_open(tenant_id=foreign.pk, title="秘密の相談", channel="phone", by=None, now=timezone.now())
        assert Case.objects.count() == 1
    assert saved(agent, "cases") == []


def test_claims_are_found_by_what_was_asked_about_them(agent: Client, cast: Cast) -> None:
    set_up = stage.stage_make(cast)
    job = stage.job_make(stage.incident_make(cast.sakura_box), cast.vendor)
    with tenant_scope(cast.sakura_dental.pk):
        stage.invoice_make(job, 48_000)
    with person_scope(cast.agent.pk, cast.desk.pk):
        claim = claim_make(job=job, bill=stage.bill(), by=None, now=stage.NOW)
        claim_submit(claim_id=claim.pk, party=Party.DESK, now=stage.NOW)
    with person_scope(set_up.adjuster.pk, set_up.insurer.pk):
        claim_decide(claim_id=claim.pk, to="returned", now=timezone.now(), reason="移動の時間の内訳は")
    where = f'href="/insurance/claims/{claim.pk}/"'
    for words in ("移動の時間", "川辺", "さくら", str(claim.number)):
        assert where in agent.get(f"/desk/records/?q={words}").content.decode(), words
        assert where in agent.get(f"/desk/records/?list=claims&q={words}").content.decode(), words
    assert where not in agent.get("/desk/records/?q=富士").content.decode()
