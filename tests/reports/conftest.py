"""A month of the cast that can be closed and printed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from pypdf import PdfReader

from reports.models import MonthlyReport
from reports.months import Month, month_of
from reports.services import month_close, reports_make
from tenants.models import Organisation
from tenants.tenancy.scope import tenant_scope

NOVEMBER = Month(date(2026, 11, 1))
DECEMBER_FIRST = datetime(2026, 11, 30, 15, 6, tzinfo=UTC)

Close = Callable[..., int]


def pages_of(firm: Organisation, month: date | None = None) -> list[str]:
    """The text of each page of the firm's report (of a month, where it has several), without spaces and line breaks."""
    with tenant_scope(firm.pk):
        report = MonthlyReport.objects.get(**({"month": month} if month else {}))
        assert report.state == MonthlyReport.State.READY, report.error
        pdf = bytes(report.pdf)
    return ["".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


@pytest.fixture
def close() -> Close:
    """Close November 2026 and print every report."""

    def closed(now: datetime = DECEMBER_FIRST, until: datetime | None = None) -> int:
        begun = month_close(now=now, until=until)
        reports_make(seconds=60)
        return begun

    return closed


@pytest.fixture
def now_in_month() -> datetime:
    """Now, unless the month began so short a time ago that a morning before would be another month's."""
    now = timezone.now()
    return now if now - timedelta(hours=8) >= month_of(now).start else month_of(now).start + timedelta(hours=8)
