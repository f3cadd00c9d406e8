"""On the 1st the operator reads how far the month is, and why a report could not be made."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from printing import paper
from printing.paper import PrintingFailed
from reports import services
from reports.progress import month_progress
from reports.services import month_close, reports_make
from tenants.models import Organisation
from tests.factories import Cast, organisation_make, user_make
from tests.portal.pages import text_of
from tests.reports.conftest import DECEMBER_FIRST, NOVEMBER


def _output(*arguments: str) -> str:
    out = StringIO()
    call_command("reports_progress", "--month", "2026-11", *arguments, stdout=out)
    return out.getvalue()


def _numbers() -> tuple[int, int, int, int]:
    progress = month_progress(NOVEMBER)
    return progress.ready, progress.whole, progress.waiting, sum(row.count for row in progress.failed)


def test_made_of_all_is_counted_from_before_the_closing_to_the_end(cast: Cast) -> None:
    assert _numbers() == (0, 2, 2, 0)
    month_close(now=DECEMBER_FIRST)
    assert _numbers() == (0, 2, 2, 0)
    reports_make(seconds=60)
    assert _numbers() == (2, 2, 0, 0)
    assert "2026-11: 2 of 2 reports made" in _output()


def test_a_failed_report_is_named_with_its_reason_and_firm(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(html: str) -> bytes:
        if "さくら歯科" in html:
            raise PrintingFailed("out of time or memory")
        return b"%PDF-"

    monkeypatch.setattr(paper.PRESS, "print", broken)
    monkeypatch.setattr(services, "PAUSE", timedelta(0))
    month_close(now=DECEMBER_FIRST)
    reports_make()
    assert _numbers() == (1, 2, 0, 1)
    words = _output()
    assert "1 of 2 reports made" in words
    assert "failed: 1" in words
    assert f"PrintingFailed: out of time or memory (firms {cast.sakura_dental.pk})" in words


def test_a_provisional_report_is_not_the_months(cast: Cast) -> None:
    middle = NOVEMBER.start + timedelta(days=14)
    month_close(now=middle, until=middle)
    reports_make(seconds=60)
    assert _numbers() == (0, 2, 2, 0)


def test_a_month_is_written_as_a_month(cast: Cast) -> None:
    with pytest.raises(CommandError):
        call_command("reports_progress", "--month", "November")


def test_the_operators_page_shows_it_without_a_firms_name(cast: Cast) -> None:
    operator = organisation_make("運用", Organisation.Kind.PLATFORM)
    client = Client()
    client.force_login(user_make("operator@platform.invalid", operator))
    month_close(now=DECEMBER_FIRST)
    page = text_of(client.get("/operations/").content.decode())
    assert "月次レポート" in page
    assert "さくら歯科" not in page
