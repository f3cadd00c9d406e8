"""When its sight of the firm has ended, a vendor keeps its own report and invoice, and nothing else of the firm."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.db import connection
from pypdf import PdfReader

from incidents.jobsheet.doors import job_findings
from incidents.jobsheet.own_papers import own_paper, own_papers
from incidents.models import Evidence, Invoice, Job, JobReport, SignOff, WorkEntry
from tenants.models import Organisation
from tenants.tenancy.scope import person_scope
from tests.access.world import superuser
from tests.factories import Cast
from tests.incidents.jobsheets import Phone, other_vendor, phone_make
from tests.incidents.test_job_invoice import _issue
from tests.portal.pages import text_of


@pytest.fixture
def phone(cast: Cast) -> Phone:
    """Reported, marked, billed, closed; the grant and its grace are over."""
    made = phone_make(cast)
    began = (datetime.now(UTC) - timedelta(hours=5)).isoformat()
    made.write("time", kind="work", way="on_site", started_at=began, minutes=235)
    made.report()
    sign = made.client.get(made.path("report/sign/")).context["form"].initial["sha256"]
    data = {"key": str(uuid.uuid4()), "sha256": sign, "name": "桜井 花子", "seen": "on", "strokes": "[]"}
    made.client.post(made.path("report/sign/"), data)
    _issue(made)
    _sql(
        "UPDATE incidents_job SET state = 'closed', closed_at = now() - interval '15 days';"
        "UPDATE tenants_accessgrant SET valid = tstzrange(now() - interval '2 days', now() - interval '1 second')"
        " WHERE capability = 'job'"
    )
    return made


def _sql(sql: str) -> None:
    server = superuser()
    with server, server.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica;" + sql)
    server.close()


def _paper(phone: Phone, name: str) -> str:
    answer = phone.client.get(f"/vendor/papers/{phone.job.pk}/{name}.pdf")
    assert answer.status_code == 200
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages).replace("\n", "")


def test_the_vendor_finds_its_finished_job_with_report_and_invoice(phone: Phone) -> None:
    page = text_of(phone.client.get("/vendor/papers/").content.decode())
    for words in ("さくら歯科", "7番", "48,000円", "請求書 K-7"):
        assert words in page, words
    report, bill = _paper(phone, "report"), _paper(phone, "invoice")
    assert "235" in report
    assert "桜井 花子 様" in report
    assert "さくら歯科 御中" in bill
    assert "48,000円" in bill


def test_the_firms_rows_stay_shut(phone: Phone, cast: Cast) -> None:
    for path in ("sheet/", "report/", "invoice/", "report/full.pdf", "invoice.pdf"):
        assert phone.client.get(phone.path(path)).status_code == 404, path
    with person_scope(phone.user.pk, phone.vendor.pk):
        for model in (Job, JobReport, SignOff, Invoice, WorkEntry, Evidence):
            assert not model.objects.exists()
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT count(*) FROM {model._meta.db_table}")
                assert cursor.fetchone() == (0,)
        assert not Organisation.objects.filter(pk=cast.sakura_dental.pk).exists()
        assert job_findings(phone.job.pk) == []


def test_nobody_else_gets_them_nor_papers_that_are_older_than_books_are_kept(phone: Phone, cast: Cast) -> None:
    stranger = other_vendor(cast)
    assert "さくら歯科" not in stranger.get("/vendor/papers/").content.decode()
    assert stranger.get(f"/vendor/papers/{phone.job.pk}/report.pdf").status_code == 404
    for user, organisation in (
        (cast.hanako, cast.sakura_dental),
        (cast.agent, cast.desk),
        (cast.clerk, cast.office),
        (cast.engineer, cast.desk),
        (cast.analyst, cast.vendor),
    ):
        with person_scope(user.pk, organisation.pk):
            assert own_papers() == []
            assert own_paper(phone.job.pk) is None
    _sql("UPDATE incidents_jobreport SET entered_at = now() - interval '10 years 1 day'")
    assert "さくら歯科" not in phone.client.get("/vendor/papers/").content.decode()


def test_a_job_that_is_still_worked_on_or_given_back_is_in_no_list(phone: Phone) -> None:
    for state, vendor in (("working", "vendor_id"), ("closed", "NULL")):
        _sql(f"UPDATE incidents_job SET state = '{state}', vendor_id = {vendor}")
        with person_scope(phone.user.pk, phone.vendor.pk):
            assert own_papers() == []


def test_a_job_whose_invoice_was_withdrawn_has_a_report_and_no_invoice(phone: Phone) -> None:
    _sql("UPDATE incidents_invoice SET state = 'void'")
    assert "請求書 K-7" not in phone.client.get("/vendor/papers/").content.decode()
    assert phone.client.get(f"/vendor/papers/{phone.job.pk}/report.pdf").status_code == 200
    assert phone.client.get(f"/vendor/papers/{phone.job.pk}/invoice.pdf").status_code == 404
