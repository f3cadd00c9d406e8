"""A firm says in two taps how satisfied it is with its report, from the mail or the page (KMM 図67)."""

from __future__ import annotations

import re
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from notifications.models import OutboxMessage
from reports.models import MonthlyReport, ReportOpinion
from reports.months import Month
from reports.office import Span, office_figures
from reports.opinion import Opinion
from reports.opinion_links import HOLDS
from reports.opinions import opinion_record
from tenants.models import Enrolment
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import OWNER, Cast, organisation_make, user_make
from tests.portal.pages import text_of
from tests.reports.conftest import NOVEMBER, Close


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()


@pytest.fixture
def links(cast: Cast, close: Close) -> list[str]:
    """The links of the mail about November's report, as paths."""
    close()
    with tenant_scope(cast.sakura_dental.pk):
        mail = OutboxMessage.objects.get(kind="report")
    return re.findall(r'href="https?://[^/]+(/report-opinion/[^"]+)"', mail.html)


def _given(cast: Cast) -> list[tuple[str, str]]:
    with tenant_scope(cast.sakura_dental.pk):
        return list(ReportOpinion.objects.order_by("pk").values_list("opinion", "way"))


def test_a_tap_in_the_mail_and_a_tap_on_the_page_record_it(cast: Cast, links: list[str]) -> None:
    assert [link.partition("?opinion=")[2] for link in links] == [str(step) for step in Opinion]
    client = Client()
    page = client.get(links[1]).content.decode()
    first_button = re.search(r'<button[^>]*name="opinion" value="(\w+)"', page)
    assert first_button is not None
    assert first_button[1] == "rather", "the step of the mail is the first button"
    client.post(links[1].partition("?")[0], {"opinion": first_button[1]})
    assert _given(cast) == [("rather", "mail")]
    with tenant_scope(cast.sakura_dental.pk):
        mail = OutboxMessage.objects.get(kind="report")
    assert mail.answered_at is not None
    assert "「やや満足」と記録しました" in text_of(client.get(links[0]).content.decode())


def test_looking_is_not_answering(cast: Cast, links: list[str]) -> None:
    client = Client()
    for link in links:
        client.get(link)
        client.head(link)
        client.get(link, headers={"Purpose": "prefetch"})
    assert _given(cast) == []
    with tenant_scope(cast.sakura_dental.pk):
        assert OutboxMessage.objects.get(kind="report").read_at is None


def test_a_link_that_was_altered_or_is_too_old_records_nothing(cast: Cast, links: list[str]) -> None:
    path = links[0].partition("?")[0]
    client = Client()
    assert client.post(path[:-3] + "x/", {"opinion": "not"}).status_code == 404
    with patch("django.core.signing.time.time", return_value=timezone.now().timestamp() + HOLDS.total_seconds() + 60):
        assert client.post(path, {"opinion": "not"}).status_code == 410
    assert client.post(path, {"opinion": "excellent"}).status_code == 200
    assert _given(cast) == []


def test_the_newest_opinion_counts_and_the_same_again_adds_nothing(cast: Cast, links: list[str]) -> None:
    client = Client()
    client.force_login(cast.hanako)
    client.post("/reports/2026-11/opinion/", {"opinion": "not"})
    client.post("/reports/2026-11/opinion/", {"opinion": "not"})
    client.post(links[0].partition("?")[0], {"opinion": "satisfied"})
    assert _given(cast) == [("not", "page"), ("satisfied", "mail")]
    assert "「満足」とお答えいただきました" in text_of(client.get("/reports/").content.decode())


def test_who_may_only_read_and_other_firms_cannot_answer(cast: Cast, links: list[str]) -> None:
    reader, outsider = Client(), Client()
    reader.force_login(user_make("reader@firm.invalid", cast.sakura_dental, role="read_only"))
    outsider.force_login(cast.jiro)
    assert reader.post("/reports/2026-11/opinion/", {"opinion": "not"}).status_code == 403
    outsider.post("/reports/2026-11/opinion/", {"opinion": "not"})
    assert _given(cast) == []


def test_the_office_counts_opinions_of_the_months_reports_from_five_firms_on(cast: Cast, close: Close) -> None:
    firms = [cast.sakura_dental, cast.yamada_works]
    for at in range(5):
        firm = organisation_make(f"会社{at}")
        Enrolment(tenant_id=firm.pk, programme_id=cast.programme.pk, contract_start="2026-04-01").save(using=OWNER)
        firms.append(firm)
    OWNED = type(firms[0]).objects.using(OWNER)
    OWNED.update(created_at=NOVEMBER.start - timedelta(days=90))
    close()
    steps = [Opinion.SATISFIED, Opinion.SATISFIED, Opinion.RATHER, Opinion.NOT]
    for firm, step in zip(firms, steps, strict=False):
        _give(firm.pk, step)
    assert _table(cast) == []
    _give(firms[4].pk, Opinion.NEITHER)
    assert _table(cast) == [
        ("満足", 2, 40),
        ("やや満足", 1, 20),
        ("どちらとも言えない", 1, 20),
        ("やや不満", 0, 0),
        ("不満", 1, 20),
        ("満足(満足 と やや満足 の合計)", 3, 60),
        ("回答数(n)", 5, None),
    ]


def _give(tenant_id: int, step: Opinion) -> None:
    with tenant_scope(tenant_id):
        report = MonthlyReport.objects.get()
    opinion_record(report=report, opinion=step, by=None, now=timezone.now())


def _table(cast: Cast) -> list[tuple[str, object, int | None]]:
    month = Month(NOVEMBER.first)
    with person_scope(cast.clerk.pk, cast.office.pk):
        figures = office_figures(programme_id=cast.programme.pk, span=Span(month, month))
    table = next(table for table in figures.tables if table.code == "report")
    if table.rows:
        assert "回答数 n = 5。対象の月の報告書は7冊、回答率は71%" in table.notes[0]
    return [(row.label, row.cells[0].value, row.cells[0].share) for row in table.rows]
