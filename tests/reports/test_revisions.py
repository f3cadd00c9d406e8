"""Late data of a closed month: a new revision says what changed, the older one is kept, a mail goes when it matters."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from notifications.models import OutboxMessage
from reports import revising
from reports.basis import basis_of
from reports.models import FormerReport, MonthlyReport
from reports.months import Month
from reports.revising import report_check, reports_check
from reports.services import reports_make
from tenants.models import AuditEvent
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast
from tests.portal.pages import text_of
from tests.reports.conftest import DECEMBER_FIRST, NOVEMBER, Close, pages_of
from tests.reports.records import alerts_make, box_seen

LATER = DECEMBER_FIRST + timedelta(days=2)
DURING = NOVEMBER.start + timedelta(days=9)


@pytest.fixture
def closed(cast: Cast, close: Close) -> MonthlyReport:
    """November of さくら歯科, watched all the time, with three scans."""
    box_seen(cast.sakura_box, NOVEMBER.start - timedelta(days=9), NOVEMBER.end)
    alerts_make(cast.sakura_box, DURING, count=3)
    close()
    return _report(cast)


def _report(cast: Cast) -> MonthlyReport:
    with tenant_scope(cast.sakura_dental.pk):
        report: MonthlyReport = MonthlyReport.objects.get()
    return report


def _mails(cast: Cast) -> list[OutboxMessage]:
    with tenant_scope(cast.sakura_dental.pk):
        return list(OutboxMessage.objects.filter(kind="report").order_by("pk"))


def _check(cast: Cast, days: int = 2) -> bool:
    now = DECEMBER_FIRST + timedelta(days=days)
    begun = report_check(tenant_id=cast.sakura_dental.pk, report_id=_report(cast).pk, now=now)
    reports_make(seconds=60)
    return begun


def test_late_records_make_a_second_revision_that_says_what_changed(cast: Cast, closed: MonthlyReport) -> None:
    alerts_make(cast.sakura_box, DURING, count=4, blocked=False)
    assert _check(cast)
    report = _report(cast)
    assert (report.pk, report.revision, report.state) == (closed.pk, 2, MonthlyReport.State.READY)
    assert report.figures["totals"]["alerts"] == 7
    first = pages_of(cast.sakura_dental)[0]
    assert "第2版" in first
    assert "見つけた通信が3回から7回に変わりました" in first
    assert "止めた通信が" not in first, "what did not change is not named"
    with tenant_scope(cast.sakura_dental.pk):
        assert AuditEvent.objects.filter(code="report.revised").count() == 1


def test_the_older_paper_is_kept_as_the_firm_got_it_and_can_be_read(cast: Cast, closed: MonthlyReport) -> None:
    alerts_make(cast.sakura_box, DURING, count=4)
    _check(cast)
    with tenant_scope(cast.sakura_dental.pk):
        former = FormerReport.objects.get()
    assert (former.revision, former.pdf_sha256) == (1, closed.pdf_sha256)
    assert bytes(former.pdf) == bytes(closed.pdf or b"")
    client = Client()
    client.force_login(cast.hanako)
    page = text_of(client.get("/reports/").content.decode())
    assert "第2版" in page
    assert "見つけた通信が3回から7回に" in page
    answer = client.get("/reports/2026-11/1.pdf")
    assert answer.content == bytes(closed.pdf or b"")
    assert client.get("/reports/2026-11/2.pdf").status_code == 404, "the newest has an address of its own"
    outsider = Client()
    outsider.force_login(cast.jiro)
    assert outsider.get("/reports/2026-11/1.pdf").status_code == 404


def test_while_the_new_one_is_made_the_older_one_can_be_read(cast: Cast, closed: MonthlyReport) -> None:
    alerts_make(cast.sakura_box, DURING, count=4)
    report_check(tenant_id=cast.sakura_dental.pk, report_id=closed.pk, now=LATER)
    client = Client()
    client.force_login(cast.hanako)
    assert "まもなくできます" in text_of(client.get("/reports/").content.decode())
    assert client.get("/reports/2026-11/1.pdf").status_code == 200


def test_nothing_late_is_no_revision(cast: Cast, closed: MonthlyReport) -> None:
    alerts_make(cast.sakura_box, NOVEMBER.end + timedelta(days=1), count=4)
    assert not _check(cast)
    assert (_report(cast).revision, _report(cast).pdf_sha256) == (1, closed.pdf_sha256)


def test_a_number_nobody_acts_on_is_not_mailed(cast: Cast, closed: MonthlyReport) -> None:
    alerts_make(cast.sakura_box, DURING, count=4)
    assert _check(cast)
    assert len(_mails(cast)) == 1


def test_what_a_firm_acts_on_is_mailed_once_and_never_the_same_again(cast: Cast, closed: MonthlyReport) -> None:
    alerts_make(cast.sakura_box, DURING, grade=2, notify="digest", direction="outbound")
    assert _check(cast)
    assert not _check(cast, days=3), "nothing came since"
    alerts_make(cast.sakura_box, DURING, count=5)
    assert _check(cast, days=4), "a third revision, of scans only"
    first, second = _mails(cast)
    assert "作り直しました(第2版)" in second.subject
    assert "重要度 中(★★☆)以上のお知らせが0件から1件に" in second.text
    assert first.key != second.key
    assert _report(cast).revision == 3


def test_the_sweep_looks_at_each_report_once_a_day(cast: Cast, closed: MonthlyReport) -> None:
    alerts_make(cast.sakura_box, DURING, count=4)
    made_at = _report(cast).made_at
    assert made_at is not None
    assert reports_check(now=made_at + timedelta(hours=19)) == 0
    assert reports_check(now=made_at + timedelta(hours=21)) == 1


def test_one_that_cannot_be_checked_does_not_stand_in_front_of_the_others(
    cast: Cast, closed: MonthlyReport, close: Close, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(tenant_id: int, month: Month) -> list[int]:
        if tenant_id == cast.sakura_dental.pk:
            raise ValueError("no such figure")
        return basis_of(tenant_id, month)

    monkeypatch.setattr(revising, "basis_of", broken)
    monkeypatch.setattr(revising, "TAKEN_AT_ONCE", 1)
    for _turn in range(2):
        reports_check(now=LATER)
    for firm in (cast.sakura_dental, cast.yamada_works):
        with tenant_scope(firm.pk):
            assert MonthlyReport.objects.get().checked_at == LATER


def test_the_next_months_twelve_months_show_the_newer_number(cast: Cast, closed: MonthlyReport, close: Close) -> None:
    alerts_make(cast.sakura_box, DURING, count=4)
    _check(cast)
    from datetime import UTC, datetime

    close(now=datetime(2026, 12, 31, 15, 6, tzinfo=UTC))
    with tenant_scope(cast.sakura_dental.pk):
        december = MonthlyReport.objects.get(month="2026-12-01")
    assert december.figures["trend"][-2] == {"month": "2026-11-01", "alerts": 7, "blocked": 7, "mailed": 0, "look": 0}
