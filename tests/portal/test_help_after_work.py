"""After the work: the report, the bill and who pays it are found from where each person already looks."""

from __future__ import annotations

import uuid

import pytest

from incidents.models import Incident, Job
from tenants.scope import tenant_scope
from tests.factories import Cast
from tests.insurance.stage import invoice_make
from tests.portal.help_stage import Stage, stage_make


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
