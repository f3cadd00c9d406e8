"""A month's report, closed and printed in whatever order, only takes the steps docs/states.md draws."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports import services
from reports.models import MonthlyReport
from reports.services import month_close, report_render
from reports.states import REPORT_MOVES, ReportState
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast
from tests.reports.conftest import DECEMBER_FIRST

PROVISIONAL = [DECEMBER_FIRST - timedelta(days=days) for days in (12, 5)]


@pytest.fixture(autouse=True)
def _press(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is printed does not matter here; whether it works does. A try is not waited for."""
    monkeypatch.setattr(services, "report_html", lambda _figures: "")
    monkeypatch.setattr(services, "PAUSE", timedelta(0))
    monkeypatch.setattr(services, "LEASE", timedelta(0))
    monkeypatch.setattr(services, "figures_of", lambda _tenant, _month, end: {"until": end.isoformat()})
    monkeypatch.setattr(services, "_mail_put", lambda _report: None)


class Press:
    """Prints, or breaks."""

    works = True

    def print(self, _page: str) -> bytes:
        """A paper."""
        if not self.works:
            raise OSError("out of paper")
        return b"%PDF-"


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=st.lists(st.sampled_from(["early", "later", "final", "print", "break"]), min_size=2, max_size=9))
def test_a_report_is_drawn_only_and_a_final_one_stays(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, steps: list[str]
) -> None:
    firm, press = cast.sakura_dental.pk, Press()
    monkeypatch.setattr(services, "PRESS", press)
    with transaction.atomic():
        was: ReportState | None = None
        final = False
        for step in steps:
            if step in ("print", "break"):
                press.works = step == "print"
                _printed(firm)
            else:
                until = {"early": PROVISIONAL[0], "later": PROVISIONAL[1], "final": None}[step]
                month_close(now=DECEMBER_FIRST, until=until)
            now, until_now = _stored(firm)
            if was is None:
                assert now in (None, ReportState.WAITING)
            else:
                assert now == was or now in REPORT_MOVES[was]
            assert not (final and until_now), "what was final is not provisional again"
            final = now is not None and until_now is None
            was = now
        transaction.set_rollback(True)


def _printed(firm: int) -> None:
    with tenant_scope(firm):
        waiting = list(MonthlyReport.objects.values_list("pk", flat=True))
    for pk in waiting:
        report_render(tenant_id=firm, report_id=pk)


def _stored(firm: int) -> tuple[ReportState | None, object]:
    with tenant_scope(firm):
        row = MonthlyReport.objects.values_list("state", "provisional_until").first()
    return (ReportState(row[0]), row[1]) if row else (None, None)
