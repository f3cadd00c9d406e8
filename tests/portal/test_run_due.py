"""`manage.py run_due --at T` does once what time makes due, and may be repeated."""

from __future__ import annotations

import threading
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from incidents.models import DeskTask, Incident
from portal import due
from portal.tasks import run_due
from reports.models import MonthlyReport
from sensors.models import Sensor
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast
from tests.mailing import HOUR, Mailbox, group_make, high_group_make, mailbox

__all__ = ["mailbox"]


def test_one_run_tells_the_firm_and_the_desk_everything(cast: Cast, mailbox: Mailbox) -> None:
    high_group_make(cast.sakura_box)
    group_make(cast.sakura_box, family="other", asset_key="x", signature="Something else")
    with tenant_scope(cast.sakura_dental.pk):
        Sensor.objects.update(last_seen_at=HOUR)

    out = StringIO()
    call_command("run_due", at="2026-11-21T15:01", stdout=out)

    assert "incident_groups: 1" in out.getvalue()
    subjects = [mail.subject for mail in mailbox.mails(to="owner@sakura.invalid")]
    assert len(subjects) == 2
    assert "高(★★★)" in subjects[0]
    assert "中(★★☆)" in subjects[1]
    with tenant_scope(cast.sakura_dental.pk):
        assert Incident.objects.count() == 1
        assert sorted(DeskTask.objects.values_list("kind", flat=True)) == ["attention", "first_response"]

    call_command("run_due", at="2026-11-21T15:01", stdout=StringIO())
    assert len(mailbox.mails(to="owner@sakura.invalid")) == 2


def test_with_until_it_closes_this_month_provisionally(cast: Cast, mailbox: Mailbox) -> None:
    call_command("run_due", at="2026-11-20T15:00", until="2026-11-20T15:00", stdout=StringIO())
    with tenant_scope(cast.sakura_dental.pk):
        report = MonthlyReport.objects.get()
        assert (report.month.isoformat(), report.provisional_until is not None) == ("2026-11-01", True)


def test_two_runs_at_once_do_not_overlap(cast: Cast, mailbox: Mailbox) -> None:
    inside, leave, second = threading.Event(), threading.Event(), []

    def hold() -> None:
        with due._alone() as alone:
            assert alone
            inside.set()
            leave.wait(10)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    inside.wait(10)
    second.append(run_due())
    leave.set()
    thread.join()
    assert second == [None]
    assert run_due() is not None


def test_a_step_that_fails_is_reported_and_the_others_go_on(
    cast: Cast, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> int:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(due, "digest_send_due", broken)
    high_group_make(cast.sakura_box)
    out = StringIO()
    with pytest.raises(CommandError, match="a step failed"):
        call_command("run_due", at="2026-11-20T15:01", stdout=out)
    assert "digests: failed" in out.getvalue()
    assert len(mailbox.mails()) == 1


def test_a_time_nobody_can_read_is_refused(cast: Cast) -> None:
    with pytest.raises(CommandError, match="ISO 8601"):
        call_command("run_due", at="tomorrow")
