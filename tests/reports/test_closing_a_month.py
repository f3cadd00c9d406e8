"""Closing a month: one report per firm, made once, told once; provisional first and final later; failures seen."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections
from django.utils import timezone

from notifications.models import OutboxMessage
from printing import paper
from printing.paper import PrintingFailed
from reports import services
from reports.models import MonthlyReport
from reports.selectors import report_pdf
from reports.services import month_close, reports_make
from tenants.models import AuditEvent, Enrolment, Organisation
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import Cast
from tests.reports.conftest import DECEMBER_FIRST, NOVEMBER, Close, pages_of
from tests.reports.records import alerts_make, box_seen

State = MonthlyReport.State
MIDDLE = NOVEMBER.start + timedelta(days=14, hours=18)


def _report(firm: Organisation) -> MonthlyReport:
    with tenant_scope(firm.pk):
        report: MonthlyReport = MonthlyReport.objects.get()
    return report


def _mails(firm: Organisation) -> list[OutboxMessage]:
    with tenant_scope(firm.pk):
        return list(OutboxMessage.objects.filter(kind="report").order_by("pk"))


def test_every_firm_gets_one_report_and_one_mail_with_a_link(cast: Cast, close: Close) -> None:
    assert close() == 2
    for firm in (cast.sakura_dental, cast.yamada_works):
        report = _report(firm)
        assert (report.state, report.month, report.provisional_until) == (State.READY, NOVEMBER.first, None)
        (mail,) = _mails(firm)
        assert mail.to == firm.email
        assert "/reports/" in mail.text
        assert "/reports/" in mail.html
        assert firm.name in mail.subject
        with tenant_scope(firm.pk):
            codes = set(AuditEvent.objects.filter(code__startswith="report.").values_list("code", flat=True))
        assert codes == {"report.closed", "report.made"}


def test_closing_again_changes_nothing(cast: Cast, close: Close) -> None:
    close()
    before = _report(cast.sakura_dental)
    assert close() == 0
    after = _report(cast.sakura_dental)
    assert (after.pk, after.pdf_sha256, after.made_at) == (before.pk, before.pdf_sha256, before.made_at)
    assert len(_mails(cast.sakura_dental)) == 1


def test_the_figures_stay_as_they_were_when_the_month_was_closed(cast: Cast, close: Close) -> None:
    close()
    alerts_make(cast.sakura_box, NOVEMBER.start + timedelta(days=2), count=50)
    close()
    assert _report(cast.sakura_dental).figures["totals"]["alerts"] == 0


def test_a_provisional_report_is_marked_and_replaced_by_the_final_one(cast: Cast, close: Close) -> None:
    box_seen(cast.sakura_box, NOVEMBER.start - timedelta(days=9), NOVEMBER.end)
    alerts_make(cast.sakura_box, MIDDLE - timedelta(hours=1), count=3)
    alerts_make(cast.sakura_box, MIDDLE + timedelta(hours=1), count=4)
    close(now=MIDDLE, until=MIDDLE)
    provisional = _report(cast.sakura_dental)
    assert provisional.provisional_until == MIDDLE
    assert provisional.figures["totals"]["alerts"] == 3
    assert "暫定版" in pages_of(cast.sakura_dental)[0]
    assert close(now=MIDDLE, until=MIDDLE) == 0, "the same closing again"
    close()
    final = _report(cast.sakura_dental)
    assert (final.pk, final.provisional_until) == (provisional.pk, None)
    assert final.figures["totals"]["alerts"] == 7
    assert "暫定版" not in pages_of(cast.sakura_dental)[0]
    assert close(now=MIDDLE, until=MIDDLE) == 0, "a final report is never made provisional again"
    first, second = _mails(cast.sakura_dental)
    assert "暫定版" in first.subject
    assert "暫定版" not in second.subject


def test_a_firm_that_left_in_the_month_still_gets_it_and_one_that_left_before_does_not(
    cast: Cast, close: Close
) -> None:
    enrolments = Enrolment._base_manager.using("owner")
    enrolments.filter(tenant_id=cast.sakura_dental.pk).update(contract_end="2026-11-03")
    enrolments.filter(tenant_id=cast.yamada_works.pk).update(contract_end="2026-10-31")
    assert close() == 1
    assert _report(cast.sakura_dental).state == State.READY


def test_a_firm_gets_no_report_of_a_month_before_it_was_entered_here(cast: Cast, close: Close) -> None:
    firms = Organisation.objects.using("owner")
    firms.filter(pk=cast.sakura_dental.pk).update(created_at=NOVEMBER.end)
    firms.filter(pk=cast.yamada_works.pk).update(created_at=NOVEMBER.end - timedelta(seconds=1))
    assert close() == 1
    assert _report(cast.yamada_works).state == State.READY


def test_two_closings_at_once_make_one_report(cast: Cast) -> None:
    begun: list[int] = []
    barrier = threading.Barrier(2)

    def closing() -> None:
        barrier.wait()
        begun.append(month_close(now=DECEMBER_FIRST))
        connections.close_all()

    threads = [threading.Thread(target=closing) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(begun) == 2, "each of the two firms once"
    for firm in (cast.sakura_dental, cast.yamada_works):
        assert _report(firm).state == State.WAITING


def test_a_failed_print_is_visible_tried_again_and_then_given_up(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(html: str) -> bytes:
        raise PrintingFailed("out of time or memory")

    monkeypatch.setattr(paper.PRESS, "print", broken)
    monkeypatch.setattr(services, "PAUSE", timedelta(0))
    month_close(now=DECEMBER_FIRST)
    assert reports_make() == 0
    report = _report(cast.sakura_dental)
    assert (report.state, report.attempts) == (State.FAILED, 1)
    assert "out of time or memory" in report.error
    assert _mails(cast.sakura_dental) == []
    for _ in range(5):
        reports_make()
    assert _report(cast.sakura_dental).attempts == services.MOST_ATTEMPTS
    monkeypatch.undo()
    assert reports_make() == 0, "given up until the month is closed anew"


def test_a_print_that_failed_once_succeeds_the_next_time(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(services, "PAUSE", timedelta(0))
        patch.setattr(services, "report_html", lambda figures: 1 / 0)
        month_close(now=DECEMBER_FIRST)
        reports_make()
    assert "ZeroDivisionError" in _report(cast.sakura_dental).error
    assert reports_make() == 2
    report = _report(cast.sakura_dental)
    assert (report.state, report.error) == (State.READY, "")


def test_a_worker_that_died_while_printing_leaves_the_report_to_the_next(cast: Cast) -> None:
    month_close(now=DECEMBER_FIRST)
    firm = cast.sakura_dental
    with tenant_scope(firm.pk):
        pk = MonthlyReport.objects.get().pk
        MonthlyReport.objects.update(attempts=1, not_before=timezone.now() + timedelta(minutes=5))
    assert services.report_render(tenant_id=firm.pk, report_id=pk) is False, "another worker has it"
    with tenant_scope(firm.pk):
        MonthlyReport.objects.update(not_before=datetime(2026, 1, 1, tzinfo=UTC))
    assert services.report_render(tenant_id=firm.pk, report_id=pk) is True


def test_figures_renewed_while_printing_are_not_overwritten_by_the_older_pdf(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    month_close(now=MIDDLE, until=MIDDLE)
    firm = cast.sakura_dental

    def slow(html: str) -> bytes:
        month_close(now=DECEMBER_FIRST)
        return b"%PDF of the provisional figures"

    with monkeypatch.context() as patch:
        patch.setattr(paper.PRESS, "print", slow)
        assert services.report_render(tenant_id=firm.pk, report_id=_report(firm).pk) is False
    report = _report(firm)
    assert (report.state, report.pdf, report.provisional_until) == (State.WAITING, None, None)


def test_only_the_firm_and_its_desk_can_read_the_pdf(cast: Cast, close: Close) -> None:
    close()
    firm = cast.sakura_dental.pk
    readers = {
        "hanako": (cast.hanako, cast.sakura_dental, True),
        "jiro": (cast.jiro, cast.yamada_works, False),
        "agent": (cast.agent, cast.desk, True),
        "analyst": (cast.analyst, cast.soc, False),
        "clerk": (cast.clerk, cast.office, False),
        "engineer": (cast.engineer, cast.vendor, False),
    }
    for name, (user, organisation, may) in readers.items():
        with person_scope(user.pk, organisation.pk):
            assert (report_pdf(tenant_id=firm, month=NOVEMBER.first) is not None) == may, name
