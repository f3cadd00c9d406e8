"""The demo firms have a past: detections graded by the rules, answers, calls, a ★★★ that was paid, reports."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from alerts.models import AlertGroup
from alerts.models.alert import Notify
from incidents.models import AlertAnswer, Case, Incident, Job
from insurance.models import Claim
from notifications.models import OutboxMessage
from portal.demo.year import playing
from portal.demo.year.happenings import What, firm_year
from reports.models import DailySales, MonthlyReport, ReportOpinion
from sensors.models import Sensor
from tenants.models import Organisation
from tenants.tenancy.scope import tenant_scope

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)


def test_the_same_seed_gives_the_same_year_and_one_firm_in_ten_was_infected() -> None:
    def year(place: int) -> Any:
        return firm_year(7, place, start=NOW - timedelta(days=300), end=NOW)

    assert year(3) == year(3)
    infected = [place for place in range(30) if year(place).infected_at is not None]
    assert infected == [1, 11, 21]
    probes = [sum(h.count for h in year(place).happenings if h.what == What.PROBES) for place in range(30)]
    assert max(probes) == probes[3] > sum(probes) / 3, "one firm makes most of the noise"
    assert sum(1 for count in probes if not count) == 11, "and many see no attack at all"


def test_the_past_went_through_the_real_services(
    database: None, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(playing, "REPORT_SECONDS", 0.0)  # papers take their time; figures are what is looked at here
    monkeypatch.setenv("DEMO_PASSWORD", "")
    call_command("load_demo", "--firms", "2", "--year", "--json")
    shown, infected = Organisation.objects.using("owner").filter(kind="sme").order_by("pk").values_list("pk", flat=True)

    with tenant_scope(shown):
        assert set(Sensor.objects.filter(tenant_id=shown).values_list("state", flat=True)) == {"prepared", "retired"}
        months = MonthlyReport.objects.filter(tenant_id=shown)
        assert months.count() >= 11, "a year of papers for the firm that is looked at"
        assert AlertGroup.objects.filter(tenant_id=shown, notify=Notify.DIGEST, digest__isnull=False).exists()
        assert AlertAnswer.objects.filter(tenant_id=shown).exists()
        assert not AlertGroup.objects.filter(tenant_id=shown, digest_state="unwritten", notify=Notify.DIGEST).exists()
        given = ReportOpinion.objects.filter(tenant_id=shown).count()
        assert 0 < given < months.count(), "the firm answers some of its reports"
        assert AlertGroup.objects.filter(tenant_id=shown, notify=Notify.NONE).exists()
    sales: list[int] = []
    for firm in (shown, infected):
        with tenant_scope(firm):
            sales += DailySales.objects.filter(tenant_id=firm).values_list("yen", flat=True)
    assert sales, "and one of them wrote down its sales"
    assert all(yen >= 10_000 for yen in sales)
    with tenant_scope(infected):
        incident = Incident.objects.get(tenant_id=infected, opened_by="callbacks")
        job = Job.objects.get(tenant_id=infected, incident=incident)
        claim = Claim.objects.get(tenant_id=infected)
        assert (job.state, claim.state, claim.approved_yen) == ("closed", "paid", 48_000)
        assert incident.state in {"watching", "closed"}
        assert OutboxMessage.objects.filter(tenant_id=infected, kind="incident").exists()
        assert Case.objects.filter(tenant_id=infected, state="solved").exists()
    with pytest.raises(CommandError, match="empty installation"):
        call_command("load_demo", "--firms", "2", "--year", "--json")
    for firm in (shown, infected):
        with tenant_scope(firm):
            mails = OutboxMessage.objects.filter(tenant_id=firm)
            assert not mails.exclude(state="sent").exists(), "nothing of the past leaves for a mailbox now"
