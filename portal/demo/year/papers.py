"""What the firm adds to its monthly reports: its sales of a day, and how satisfied it is with them (KMM 図67)."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Final

from portal.demo.year.people import Person
from reports.models import MonthlyReport
from reports.months import Month
from reports.opinion import Opinion
from reports.opinions import daily_sales_note, opinion_record

# KMM 図67: 57% are satisfied or rather satisfied.
_OPINIONS: Final = (
    (Opinion.SATISFIED, 20),
    (Opinion.RATHER, 37),
    (Opinion.NEITHER, 35),
    (Opinion.RATHER_NOT, 6),
    (Opinion.NOT, 2),
)
_ANSWERED: Final = 0.6  # of the reports
_EACH_YEN: Final = 60_000  # what a firm of that kind sells in a day for each of its people
_BY_MAIL: Final = 0.7


def sales_noted(president: Person, dice: random.Random, now: datetime) -> None:
    """The firm writes down what it sells in a day: the estimate of a damage counts with it from then on."""
    firm = president.organisation
    yen = round((firm.staff_count or 10) * _EACH_YEN * dice.uniform(0.6, 1.6), -4)
    with president.acting() as user:
        daily_sales_note(tenant_id=firm.pk, yen=int(yen), by=user, now=now)


def opinions_given(president: Person, dice: random.Random, now: datetime) -> int:
    """The firm's opinions of the whole months' reports, some days after each, by page or mail. → how many."""
    tenant_id, given = president.organisation.pk, 0
    with president.acting() as user:
        whole = MonthlyReport.objects.filter(tenant_id=tenant_id, provisional_until=None)
        for report in whole.order_by("month"):
            at = Month(report.month).end + timedelta(days=dice.randint(2, 9), hours=3)
            if dice.random() > _ANSWERED or at >= now:
                continue
            opinion = dice.choices([step for step, _ in _OPINIONS], [often for _, often in _OPINIONS])[0]
            by = None if dice.random() < _BY_MAIL else user
            given += opinion_record(report=report, opinion=opinion, by=by, now=at)
    return given
