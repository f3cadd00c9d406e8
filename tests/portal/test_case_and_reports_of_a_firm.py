"""A firm follows its own case, and takes its monthly reports."""

from __future__ import annotations

import re
from datetime import date, timedelta
from urllib.parse import unquote

import pytest
from django.test import Client
from django.utils import timezone

from incidents.core.course import incident_move
from insurance.models import PolicyVersion
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast
from tests.portal import scenes
from tests.portal.measuring import audit_trail, queries
from tests.portal.pages import text_of


@pytest.fixture
def reader(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.hanako)
    return client


def _text(reader: Client, path: str) -> str:
    return text_of(reader.get(path).content.decode())


def test_an_open_case_says_what_to_do_now_and_what_help_there_is(reader: Client, cast: Cast) -> None:
    PolicyVersion.objects.using("owner").create(
        programme_id=cast.programme.pk, insurer_id=cast.office.pk, valid_from=date(2026, 4, 1)
    )
    group = scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count", count=6)
    scenes.incident_make(group, number=3)
    page = _text(reader, "/incidents/3/")
    assert "社内の機器が、ウイルスに感染したおそれがあります" in page
    assert "LANケーブルを抜く" in page
    assert "電源は切ら" in page
    assert "遠隔と訪問を比べて選ぶ" in page
    assert "今年度の残り: 1回・50,000円" in page
    assert "6回(センサーがすべて止めました)" in page
    assert "インシデント 3番" in page


def test_a_closed_case_asks_for_nothing_and_keeps_its_story(reader: Client, cast: Cast) -> None:
    case = scenes.incident_make(scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count"), number=3)
    with tenant_scope(case.tenant_id):
        incident_move(incident_id=case.pk, to="closed", by=cast.agent, now=timezone.now(), note="検査で異常なし。")
    page = _text(reader, "/incidents/3/")
    assert "この件は終わりました" in page
    assert "検査で異常なし。" in page
    assert "いますること" not in page


def test_a_firm_has_no_buttons_that_move_its_case(reader: Client, cast: Cast) -> None:
    scenes.incident_make(scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count"), number=3)
    assert 'name="to"' not in reader.get("/incidents/3/").content.decode()
    path = f"/desk/incidents/{cast.sakura_dental.pk}/3/"
    assert reader.post(path, {"to": "closed"}).status_code == 404


def test_a_report_is_downloaded_as_it_was_made_and_this_is_written_down(reader: Client, cast: Cast) -> None:
    report = scenes.report_make(cast.sakura_dental.pk, date(2026, 10, 1), pdf=b"%PDF-1.7 october")
    response = reader.get("/reports/2026-10.pdf")
    assert response.content == b"%PDF-1.7 october"
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment")
    assert "さくら歯科_2026-10.pdf" in unquote(response["Content-Disposition"])
    [line] = audit_trail("report.downloaded")
    expected = {"tenant": cast.sakura_dental.pk, "actor": cast.hanako.pk, "subject": "report:2026-10"}
    assert line == expected | {"data": {"sha256": report.pdf_sha256}}


@pytest.mark.parametrize("path", ["/reports/2026-13.pdf", "/reports/2026-00.pdf", "/reports/2026-09.pdf"])
def test_a_report_that_does_not_exist_is_not_found(reader: Client, cast: Cast, path: str) -> None:
    scenes.report_make(cast.sakura_dental.pk, date(2026, 10, 1))
    assert reader.get(path).status_code == 404
    assert audit_trail("report.downloaded") == []


def test_a_report_that_is_not_ready_is_announced_but_cannot_be_taken(reader: Client, cast: Cast) -> None:
    scenes.report_make(cast.sakura_dental.pk, date(2026, 10, 1), state="waiting", made_at=None)
    assert "まもなくできます" in _text(reader, "/reports/")
    assert reader.get("/reports/2026-10.pdf").status_code == 404


def test_a_provisional_report_is_called_provisional(reader: Client, cast: Cast) -> None:
    scenes.report_make(cast.sakura_dental.pk, date(2026, 11, 1), provisional_until=timezone.now() - timedelta(hours=1))
    assert "途中経過" in _text(reader, "/reports/")


def test_the_list_of_reports_never_loads_the_papers(reader: Client, cast: Cast) -> None:
    for month in range(1, 11):
        scenes.report_make(cast.sakura_dental.pk, date(2026, month, 1), pdf=b"x" * 50_000)
    read = [sql for sql in queries(reader, "/reports/") if "reports_monthlyreport" in sql]
    assert len(read) == 1
    assert not re.search(r'[ (]"reports_monthlyreport"\."(pdf|figures)",', read[0])
    assert "50.0 kB" in _text(reader, "/reports/")


def test_without_reports_the_page_says_when_the_first_comes(reader: Client, cast: Cast) -> None:
    page = _text(reader, "/reports/")
    assert "報告書はまだありません" in page
    assert "1日" in page
