"""The report is frozen with a hash; the firm puts its mark under exactly what it read, by finger or by typing."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError
from pypdf import PdfReader

from incidents.jobsheet.reporting import content_sha256
from incidents.models import JobReport, SignOff
from notifications.models import OutboxMessage
from tenants.models import Organisation
from tenants.tenancy.scope import tenant_scope
from tests.factories import OWNER, Cast
from tests.incidents.isolations import isolation_make
from tests.incidents.jobsheets import Phone, jpeg, logged_in, other_vendor, phone_make
from tests.papers import RIGHT_EDGE, right_edges
from tests.portal.pages import text_of

MINUTE = timedelta(minutes=1)
STROKES = [[[100, 100], [300, 200], [500, 100]], [[600, 300], [700, 100]]]


@pytest.fixture
def phone(cast: Cast) -> Phone:
    """Two days of work, a find, a scan, a photo."""
    made = phone_make(cast)
    first = datetime.now(UTC) - timedelta(days=1)
    at = 0
    for kind, minutes in (("hearing", 40), ("preparation", 50), ("work", 80), ("report", 30), ("other", 35)):
        made.write("time", kind=kind, way="remote", started_at=(first + at * MINUTE).isoformat(), minutes=minutes)
        at += minutes
    made.write("step", doer="firm", text="LAN線を抜きフルスキャン")
    made.write("step", doer="vendor", text="画面コピーの採取方法を説明")
    made.write("finding", device="受付のPC", name="Hacktool", severity="high", count=3, done="removed")
    made.write("finding", device="受付のPC", name="Trojan", severity="critical", count=3, done="removed")
    scan = {"device": "受付のPC", "tool": "Defender", "extent": "full", "os_supported": "yes", "found": 6}
    made.write("scan", definitions=first.date().isoformat(), **scan)
    made.file(jpeg())
    return made


def test_a_windows_path_in_a_find_stays_on_the_paper(phone: Phone, cast: Cast, tmp_path: Path) -> None:
    path = "C:\\Users\\yamada\\AppData\\Local\\Packages\\microsoft.windowscommunicationsapps_8wekyb3d8bbwe\\a.exe"
    phone.write("finding", device=path, name=path, severity="high", count=1, done="removed")
    phone.write("step", doer="vendor", text=path)
    phone.report(summary=path, result=path)
    for audience in ("plain", "full"):
        answer = logged_in(cast.hanako).get(phone.path(f"report/{audience}.pdf"))
        assert max(right_edges(answer.content, tmp_path)) <= RIGHT_EDGE + 1


def _report(phone: Phone) -> JobReport:
    with tenant_scope(phone.job.tenant_id):
        report: JobReport = JobReport.objects.order_by("-version")[0]
    return report


def _mark(client: Any, phone: Phone, page: str, **fields: Any) -> Any:
    data = {
        "key": str(uuid.uuid4()),
        "sha256": _report(phone).sha256,
        "name": "桜井 花子",
        "seen": "on",
        "strokes": json.dumps(STROKES),
        "remark": "",
    }
    return client.post(phone.path(page), data | fields)


def _paper(client: Any, phone: Phone, audience: str) -> str:
    answer = client.get(phone.path(f"report/{audience}.pdf"))
    assert answer.status_code == 200
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages).replace("\n", "")


def test_the_report_carries_the_sheet_and_its_hash_is_of_exactly_what_it_says(phone: Phone) -> None:
    assert phone.report().status_code == 302
    assert phone.state() == "reported"
    report = _report(phone)
    assert sum(report.content["minutes"].values()) == 235
    assert [record["name"] for record in report.content["records"] if record["kind"] == "finding"] == [
        "Hacktool",
        "Trojan",
    ]
    assert report.content["evidence"][0]["sha256"]
    assert report.content["alert"]["signatures"] == ["MALWARE-CNC Win.Trojan.Sample outbound callback"]
    assert report.sha256 == content_sha256(report.content)
    changed = report.content | {"result": "なし"}
    assert content_sha256(changed) != report.sha256


def test_the_firm_marks_the_report_on_the_vendors_phone_by_finger(phone: Phone) -> None:
    phone.report()
    assert "フルスキャンをしました。" in text_of(phone.client.get(phone.path("report/sign/")).content.decode())
    assert _mark(phone.client, phone, "report/sign/").status_code == 302
    assert phone.state() == "signed"
    with tenant_scope(phone.job.tenant_id):
        mark = SignOff.objects.get()
    assert (mark.name, mark.place, mark.report_sha256) == ("桜井 花子", "vendor_device", _report(phone).sha256)
    page = phone.client.get(phone.path("report/")).content.decode()
    assert '<polyline points="100,100 300,200 500,100"/>' in page
    assert "電子署名" not in page


def test_the_firm_marks_it_in_its_portal_by_typing_its_name(phone: Phone, cast: Cast) -> None:
    phone.report()
    firm = logged_in(cast.hanako)
    page = text_of(firm.get(phone.path("report/read/")).content.decode())
    assert "合計" not in page or "235分" in page
    assert _mark(firm, phone, "report/read/", strokes="[]", name="").status_code == 422
    assert _mark(firm, phone, "report/read/", strokes="[]").status_code == 302
    assert phone.state() == "signed"
    assert "していただくことはありません" in firm.get(phone.path("report/read/")).content.decode()


@pytest.mark.parametrize("audience", ["plain", "full"])
def test_before_there_is_a_report_there_is_no_paper_and_no_mark(phone: Phone, cast: Cast, audience: str) -> None:
    firm = logged_in(cast.hanako)
    mark = {"key": str(uuid.uuid4()), "sha256": "0" * 64, "name": "桜井 花子", "seen": "on"}
    for client, page in ((firm, "report/read/"), (phone.client, "report/sign/")):
        assert client.get(phone.path(f"report/{audience}.pdf")).status_code == 404
        assert client.post(phone.path(page), mark).status_code == 404


def test_a_mark_under_an_older_version_than_was_read_is_refused(phone: Phone, cast: Cast) -> None:
    phone.report()
    old = _report(phone).sha256
    phone.client.post(phone.path("report/reopen/"), {"reason": "時間の誤り"})
    assert phone.state() == "working"
    phone.report(result="駆除し、確認しました。")
    assert _report(phone).version == 2
    answer = _mark(logged_in(cast.hanako), phone, "report/read/", sha256=old)
    assert answer.status_code == 422
    assert "報告が新しくなりました" in answer.content.decode()
    assert phone.state() == "reported"


def test_a_firm_that_is_not_content_sends_the_vendor_back_with_its_words(phone: Phone, cast: Cast) -> None:
    phone.report()
    firm = logged_in(cast.hanako)
    firm.post(phone.path("report/reopen/"), {"reason": ""})
    assert phone.state() == "reported"
    firm.post(phone.path("report/reopen/"), {"reason": "まだ警告の画面が出ます"})
    assert phone.state() == "working"


def _mails(phone: Phone, to: str) -> list[tuple[str, str]]:
    """Subject and text of the help chain's mails in the outboxes of firm and vendor."""
    mails = []
    for tenant_id in (phone.job.tenant_id, phone.vendor.pk):
        with tenant_scope(tenant_id):
            mails += list(OutboxMessage.objects.filter(kind="job", to=to).order_by("pk").values_list("subject", "text"))
    return mails


def test_the_firm_gets_one_mail_for_each_version_of_the_report(phone: Phone, cast: Cast) -> None:
    address = cast.sakura_dental.email
    key = str(uuid.uuid4())
    for _sent_twice in range(2):
        phone.report(key=key)
    subject, text = _mails(phone, address)[0]
    assert len(_mails(phone, address)) == 1
    assert subject == "【お助け隊】川辺システムから作業の報告が届きました（作業 7番）"
    assert f"/jobs/{phone.job.pk}/report/read/" in text
    assert "フルスキャンをしました。" not in text  # what was found stays in the portal
    phone.client.post(phone.path("report/reopen/"), {"reason": "書き落としがありました"})
    phone.report()
    assert len(_mails(phone, address)) == 2


def test_the_vendor_is_told_that_the_firm_asks_for_more_and_that_it_marked_the_report(phone: Phone, cast: Cast) -> None:
    Organisation.objects.using(OWNER).filter(pk=phone.vendor.pk).update(email="desk@vendor.invalid")
    firm = logged_in(cast.hanako)
    phone.report()
    firm.post(phone.path("report/reopen/"), {"reason": "まだ警告の画面が出ます"})
    phone.report()
    _mark(firm, phone, "report/read/")
    mails = _mails(phone, "desk@vendor.invalid")
    assert [subject.partition("】")[2] for subject, _text in mails] == [
        "会社から、まだ気になることがあると連絡がありました（作業 7番）",
        "会社が作業の報告を確認しました（作業 7番）",
    ]
    assert not any("さくら歯科" in subject + text for subject, text in mails)


def test_a_running_timer_holds_the_report_back(phone: Phone) -> None:
    phone.write("start", kind="work")
    answer = phone.report()
    assert answer.status_code == 422
    assert "時間の計測が動いています" in answer.content.decode()


def test_a_reported_job_takes_nothing_more_until_the_report_is_taken_back(phone: Phone) -> None:
    phone.report()
    answer = phone.write("step", doer="vendor", text="あとから")
    assert answer.status_code == 409
    assert "報告を取り下げる" in answer.json()["told"]


@pytest.mark.parametrize("strokes", ['{"a": 1}', "[[[1, 2000]]]", '[[["x", 1]]]', "[[[1]]]", "nonsense"])
def test_lines_that_are_no_lines_are_refused(phone: Phone, strokes: str) -> None:
    phone.report()
    assert _mark(phone.client, phone, "report/sign/", strokes=strokes).status_code == 422
    assert phone.state() == "reported"


def test_reports_and_marks_cannot_be_rewritten(phone: Phone) -> None:
    phone.report()
    _mark(phone.client, phone, "report/sign/")
    for model, fields in ((JobReport, {"sha256": "0" * 64}), (JobReport, {"content": {}}), (SignOff, {"name": "x"})):
        with pytest.raises(DatabaseError, match="permission denied"), tenant_scope(phone.job.tenant_id):
            model.objects.update(**fields)


def test_the_paper_for_the_firm_is_plain_and_the_one_for_the_record_is_complete(phone: Phone, cast: Cast) -> None:
    phone.report(advice="1か月は様子を見てください。")
    _mark(phone.client, phone, "report/sign/")
    plain = _paper(logged_in(cast.hanako), phone, "plain")
    for words in (
        "さくら歯科 御中",
        "駆除しました。",
        "235分",
        "1か月は様子を見てください。",
        "桜井 花子 様",
        "川辺システム",
    ):
        assert words in plain, words
    assert "MALWARE-CNC" not in plain
    full = _paper(phone.client, phone, "full")
    for words in (
        "作業した会社 川辺システム",
        "IPS(不正な通信)",
        "MALWARE-CNC",
        "脅威(重大)の Trojan: 3件",
        "LAN線を抜きフルスキャン",
        "聴取 計",
        "移動 0分",
        _report(phone).sha256[:40],
        _report(phone).content["evidence"][0]["sha256"][:20],
    ):
        assert words in full, words
    assert logged_in(cast.agent).get(phone.path("report/full.pdf")).status_code == 200
    for client in (other_vendor(cast), logged_in(cast.jiro), logged_in(cast.clerk)):
        assert client.get(phone.path("report/plain.pdf")).status_code == 404
        assert client.get(phone.path("report/read/")).status_code == 404


@pytest.mark.parametrize(("kept", "state"), [(False, "releasing"), (True, "applied")])
def test_the_report_gives_the_machine_its_way_back_unless_the_vendor_says_not_yet(
    cast: Cast, kept: bool, state: str
) -> None:
    phone = phone_make(cast)
    assert phone.incident is not None
    with tenant_scope(cast.sakura_dental.pk):
        isolation = isolation_make(cast, phone.incident.number)
    sheet = text_of(phone.client.get(phone.path("sheet/")).content.decode())
    assert "センサーがインターネットから切り離しています: 192.168.1.23" in sheet
    assert "まだインターネットに戻さない" in text_of(phone.client.get(phone.path("report/")).content.decode())
    phone.report(**({"keep_isolated": "on"} if kept else {}))
    with tenant_scope(cast.sakura_dental.pk):
        isolation.refresh_from_db()
        assert isolation.state == state
        assert isolation.release_party == ("" if kept else "vendor")
