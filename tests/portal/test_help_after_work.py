"""After the work: the report, the bill and who pays it are found from where each person already looks."""

from __future__ import annotations

import uuid

import pytest
from django.utils import timezone

from alerts.models import AlertGroup
from incidents.models import Appointment, Incident, Job
from insurance.models import BankAccount
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import Cast
from tests.insurance.stage import invoice_make
from tests.portal import scenes
from tests.portal.help_stage import Stage, stage_make, typed, workday
from web.templatetags.formats import jst


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return stage_make(cast)


def reported(stage: Stage) -> Job:
    """The vendor took the job, worked and reported."""
    with tenant_scope(stage.incident.tenant_id):
        taken = Job.objects.filter(vendor__isnull=False).exists()
    job = stage.job() if taken else stage.taken()
    entries = f"/jobs/{job.pk}/entries/"
    stage.vendor.client.post(entries, {"what": "start", "key": str(uuid.uuid4()), "kind": "work"})
    stage.vendor.client.post(entries, {"what": "stop", "key": str(uuid.uuid4())})
    words = {"key": str(uuid.uuid4()), "summary": "フルスキャンをしました。", "result": "駆除しました。"}
    assert stage.vendor.status(f"/jobs/{job.pk}/report/", **words) == 302
    return stage.job()


def links(stage: Stage, who: str, path: str) -> str:
    answer = getattr(stage, who).client.get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_vendor_finds_sheet_report_and_questions_from_its_home(stage: Stage) -> None:
    job = stage.taken()
    assert f'href="/jobs/{job.pk}/sheet/"' in links(stage, "vendor", "/vendor/")
    assert f"/jobs/{job.pk}/hearing/" not in links(stage, "vendor", "/vendor/")
    job = reported(stage)
    for page in ("/vendor/", f"/vendor/jobs/{job.pk}/"):
        assert f'href="/jobs/{job.pk}/report/"' in links(stage, "vendor", page), page
        assert f'href="/jobs/{job.pk}/hearing/"' in links(stage, "vendor", page), page


def test_the_firm_reads_the_report_and_what_the_cover_pays_from_its_incident_also_when_it_is_over(stage: Stage) -> None:
    job = reported(stage)
    path = f"/incidents/{stage.incident.number}/"
    assert f'href="/jobs/{job.pk}/report/read/"' in links(stage, "firm", path)
    assert "今年度の残り: 1回・50,000円" in stage.firm.read(path)
    stage.desk.send(f"/desk/incidents/{job.tenant_id}/{stage.incident.number}/", to="closed", note="駆除した")
    assert "この件は終わりました" in stage.firm.read(path)
    assert f'href="/jobs/{job.pk}/report/read/"' in links(stage, "firm", path)


def test_once_reported_the_first_steps_give_way_to_the_report_and_are_back_when_it_comes_again(stage: Stage) -> None:
    path = f"/incidents/{stage.incident.number}/"
    stage.taken()
    assert "LANケーブルを抜" in stage.firm.read(path)
    job = reported(stage)
    assert "LANケーブルを抜" not in stage.firm.read(path)
    with tenant_scope(job.tenant_id):
        Incident.objects.update(state="open")
    assert "LANケーブルを抜" in stage.firm.read(path)


def test_an_open_incident_shows_no_report_before_there_is_one(stage: Stage) -> None:
    job = stage.taken()
    assert f"/jobs/{job.pk}/report/read/" not in links(stage, "firm", f"/incidents/{stage.incident.number}/")
    assert "作業の報告" not in stage.firm.read(f"/help/jobs/{job.pk}/")


def test_the_desk_makes_the_claim_from_the_job_in_one_step(stage: Stage) -> None:
    job = reported(stage)
    page = f"/help/jobs/{job.pk}/"
    assert "保険の請求を作る" not in stage.desk.read(page)
    invoice_make(job, 48_000)
    assert "48,000円" in stage.desk.read(page)
    assert "保険の請求を作る" in stage.desk.read(page)
    assert "保険の請求を作る" not in stage.firm.read(page)
    made = stage.desk.send(f"/insurance/claims/new/{job.tenant_id}/{job.pk}/")
    assert "保険への請求" in made
    assert "48,000" in made
    assert "保険の請求を開く" in stage.desk.read(page)


def test_the_firms_home_no_longer_says_pull_the_cable_once_the_vendor_has_reported_until_it_comes_back(
    stage: Stage,
) -> None:
    scenes.box_seen(stage.cast.sakura_box.sensor)
    stage.taken()
    assert "LANケーブルを抜く" in stage.firm.read("/")
    job = reported(stage)
    page = stage.firm.read("/")
    assert "専門家の作業が終わりました。" in page
    assert "LANケーブルを抜く" not in page
    with tenant_scope(job.tenant_id):
        AlertGroup.objects.update(last_at=timezone.now())
    assert "LANケーブルを抜く" in stage.firm.read("/")
    assert "LANケーブルを抜" in stage.firm.read(f"/incidents/{stage.incident.number}/")


def test_the_firm_is_told_whose_turn_it_is_while_the_work_has_begun_and_a_visit_is_agreed(stage: Stage) -> None:
    job = stage.taken()
    stage.vendor.client.post(f"/jobs/{job.pk}/entries/", {"what": "start", "key": str(uuid.uuid4()), "kind": "work"})
    page = f"/help/jobs/{job.pk}/"
    assert "事業者が作業をしています。" in stage.firm.read(page)
    stage.choose("on_site")
    stage.looked()
    times = f"/help/jobs/{job.pk}/times/"
    at = workday()
    stage.vendor.send(times, action="propose", minutes="120", **typed(at))
    assert "会社が日時を選ぶ番です。" in stage.firm.read(page)
    with tenant_scope(job.tenant_id):
        proposed = Appointment.objects.get()
    stage.firm.send(times, action="agree", appointment=str(proposed.pk))
    assert f"事業者が作業をしています。次は {jst(at)} です。" in stage.firm.read(page)


def test_a_vendors_owner_who_has_reported_is_asked_for_the_account_to_be_paid_to(stage: Stage) -> None:
    stage.taken()
    assert "振込口座がまだありません" not in stage.vendor.read("/vendor/")
    reported(stage)
    assert "振込口座がまだありません" in stage.vendor.read("/vendor/")
    with person_scope(stage.cast.engineer.pk, stage.cast.vendor.pk):
        BankAccount.objects.create(
            organisation=stage.cast.vendor,
            bank_code="0162",
            bank_kana="ﾅﾝﾄ",
            branch_code="001",
            branch_kana="ﾎﾝﾃﾝ",
            number="1234567",
            holder_kana="ｶﾜﾍﾞｼｽﾃﾑ",
        )
    assert "振込口座がまだありません" not in stage.vendor.read("/vendor/")


def test_the_desks_list_of_claims_begins_with_what_can_be_claimed_and_how_much(stage: Stage) -> None:
    invoice_make(reported(stage), 48_000)
    page = stage.desk.read("/insurance/claims/")
    assert "保険に請求できる作業が1件あります。" in page
    assert "川辺システム 48,000円" in page
