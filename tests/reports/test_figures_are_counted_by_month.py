"""The office's figures come from months that were counted, hourly and nightly, and say when that was."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4

from django.db import connections
from django.test import Client

from incidents.models import Contact, Invoice, Job, WorkEntry
from portal.due import due_run
from reports import counting
from reports.doors import Scope, months_to_count, programme_figures
from reports.months import Month
from surveys.models import FeedbackAnswer, FeedbackRequest, JobHearing
from tenants.models import Organisation
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import OWNER, Cast
from tests.reports.test_office_figures import clerk, contacts_make, firms_make

SEPTEMBER, OCTOBER = Month(date(2020, 9, 1)), Month(date(2020, 10, 1))
NOON = datetime(2020, 10, 20, 3, tzinfo=UTC)  # 20 October 12:00 in Japan
HOUR = timedelta(hours=1)


def figures(cast: Cast, first: Month = SEPTEMBER, last: Month = OCTOBER) -> Any:
    with person_scope(cast.clerk.pk, cast.office.pk):
        return programme_figures(Scope(cast.programme.pk, first.start, last.end))


def calls(cast: Cast, month: Month) -> int:
    return sum(row.offered for row in figures(cast, month, month).contacts)


def due(now: datetime) -> list[date]:
    return [first for _programme, first in months_to_count(now)]


def enrolments(change: str) -> None:
    with connections[OWNER].cursor() as cursor:
        cursor.execute(change)


def feedback_make(firm: Organisation, at: datetime, number: int, kind: str = "desk") -> None:
    request = FeedbackRequest.objects.create(
        tenant=firm,
        kind=kind,
        about_type="case",
        about_id=number,
        number=number,
        ended_at=at,
        to="owner@example.jp",
        token_hash=uuid4().bytes * 2,
        token_sealed="",
        asked_at=at,
        expires_at=at + timedelta(days=30),
    )
    FeedbackAnswer.objects.create(
        tenant=firm, request=request, verdict="good", reason="", given_at=at, more={"remote": "yes"}
    )


def test_a_page_shows_what_was_counted_last_and_says_when(cast: Cast) -> None:
    firms = firms_make(cast, 5)
    contacts_make(firms, datetime(2020, 10, 2, tzinfo=UTC), "phone", 7, 7)
    counting.months_count(now=NOON)
    contacts_make(firms, datetime(2020, 10, 19, tzinfo=UTC), "phone", 2, 2)
    page = clerk(cast).get("/office/figures/?first=2020-10&last=2020-10").content.decode()
    assert re.search(r"10月20日[^<]*12:00", page), "when these numbers were counted"
    assert calls(cast, OCTOBER) == 7
    counting.months_count(now=NOON + HOUR)
    assert calls(cast, OCTOBER) == 9


def test_a_month_nobody_has_counted_yet_is_counted_at_once(cast: Cast) -> None:
    firms = firms_make(cast, 5)
    counting.months_count(now=NOON)
    contacts_make(firms, datetime(2020, 11, 1, tzinfo=UTC), "phone", 3, 3)
    assert calls(cast, Month(date(2020, 11, 1))) == 3


def test_this_month_and_the_last_are_due_hourly_and_two_years_nightly(cast: Cast) -> None:
    enrolments("UPDATE tenants_enrolment SET contract_start = '2018-01-10'")
    assert due(NOON)[:2] == [date(2020, 10, 1), date(2020, 9, 1)], "the newest first"
    assert due(NOON)[-1] == date(2018, 11, 1)
    assert len(due(NOON)) == 24
    counting.months_count(now=NOON)
    assert due(NOON + timedelta(minutes=59)) == []
    assert due(NOON + HOUR) == [date(2020, 10, 1), date(2020, 9, 1)]
    assert len(due(datetime(2020, 10, 20, 15, tzinfo=UTC))) == 24, "midnight in Japan"


def test_months_before_the_first_firm_are_not_counted(cast: Cast) -> None:
    enrolments("UPDATE tenants_enrolment SET contract_start = '2020-09-10'")
    assert due(NOON) == [date(2020, 10, 1), date(2020, 9, 1)]


def test_counting_twice_doubles_nothing(cast: Cast) -> None:
    firms = firms_make(cast, 5)
    contacts_make(firms, datetime(2020, 10, 2, tzinfo=UTC), "phone", 7, 7)
    for _again in range(3):
        counting.months_count(now=NOON)
    assert calls(cast, OCTOBER) == 7


def test_the_run_of_everything_due_counts_too(cast: Cast) -> None:
    firms = firms_make(cast, 5)
    contacts_make(firms, datetime(2020, 10, 2, tzinfo=UTC), "phone", 7, 7)
    assert (due_run(now=NOON) or {})["figures"] >= 2
    assert due(NOON) == []


def test_a_programme_that_shrinks_to_four_firms_hides_what_was_counted_before(cast: Cast) -> None:
    firms = firms_make(cast, 5)
    contacts_make(firms, datetime(2020, 10, 2, tzinfo=UTC), "phone", 7, 7)
    counting.months_count(now=NOON)
    enrolments(f"DELETE FROM tenants_enrolment WHERE tenant_id = {firms[4].pk}")
    assert calls(cast, OCTOBER) == 0


def test_answers_of_two_months_show_once_five_firms_stand_behind_them_together(cast: Cast) -> None:
    firms = firms_make(cast, 6)
    for number, firm in enumerate(firms[:5]):
        at = (SEPTEMBER if number < 3 else OCTOBER).start + HOUR
        with tenant_scope(firm.pk):
            feedback_make(firm, at, number)
            feedback_make(firm, at, number + 100)
    counting.months_count(now=NOON)
    together, alone = figures(cast), figures(cast, OCTOBER, OCTOBER)
    assert [(row.verdict, row.count) for row in together.feedback] == [("", 10), ("good", 10)]
    assert [(row.question, row.count) for row in together.firm_hearings] == [("remote", 10)]
    assert (alone.feedback, alone.firm_hearings) == ([], [])


def test_counted_months_say_what_counting_everything_at_once_says(cast: Cast) -> None:
    """Random work of three months, counted month by month, against the same time counted now."""
    firms, random = firms_make(cast, 7), Random(13)
    months = [SEPTEMBER, OCTOBER, Month(date(2020, 11, 1))]
    for number in range(120):
        firm = random.choice(firms)
        at = SEPTEMBER.start + timedelta(minutes=random.randrange(91 * 24 * 60))
        with tenant_scope(firm.pk):
            work_make(cast, firm, at, number, random)
    live = figures(cast, months[0], months[-1])
    counting.months_count(now=months[-1].end - timedelta(minutes=1))
    kept = figures(cast, months[0], months[-1])
    assert len(live.minutes) == 2
    assert all([live.feedback, live.hearings, live.pay, live.firm_hearings]), "something to compare"
    for measure in ("contacts", "minutes", "feedback", "hearings", "firm_hearings", "pay", "visits"):
        assert getattr(kept, measure) == getattr(live, measure), measure
    assert kept.firms == live.firms == 7


def work_make(cast: Cast, firm: Organisation, at: datetime, number: int, random: Random) -> None:
    """A call, a job with hours in two months, its invoice, its hearing, a firm's answer."""
    channel = random.choice(["phone", "mail"])
    Contact.objects.create(tenant=firm, channel=channel, offered_at=at, answered_at=at, ended_at=at)
    feedback_make(firm, at, number, random.choice(["desk", "job"]))
    job = Job.objects.create(
        tenant=firm,
        number=number + 1,
        kind="first_response",
        way="on_site",
        state="closed",
        vendor=cast.vendor,
        requested_at=at,
        started_at=at,
    )
    for days in (0, 20):
        WorkEntry.objects.create(
            tenant=firm,
            job=job,
            kind=random.choice(["hearing", "travel"]),
            started_at=at + timedelta(days=days),
            stopped_at=at + timedelta(days=days, minutes=30),
            minutes=30,
            way="on_site",
            source="hand",
            key=uuid4(),
            by=cast.engineer,
            entered_at=at,
        )
    JobHearing.objects.create(
        tenant=firm,
        job=job,
        vendor=cast.vendor,
        given_by=cast.engineer,
        given_at=at,
        answers={"solved": random.choice(["remote", "visit"])},
    )
    Invoice.objects.create(
        tenant=firm,
        job=job,
        job_number=job.number,
        vendor=cast.vendor,
        number=str(number),
        tax_included=True,
        rounding="down",
        lines=[],
        total_yen=9000,
        tax_yen=818,
        minutes=60,
        on_site=True,
        issued_at=at,
        state_at=at,
        state_by=cast.engineer,
        key=uuid4(),
        by=cast.engineer,
        entered_at=at,
    )


def test_nobody_but_the_office_reads_counted_months(cast: Cast) -> None:
    firms = firms_make(cast, 5)
    contacts_make(firms, datetime(2020, 10, 2, tzinfo=UTC), "phone", 7, 7)
    counting.months_count(now=NOON)
    for person, place in ((cast.agent, cast.desk), (cast.analyst, cast.soc), (cast.hanako, cast.sakura_dental)):
        with person_scope(person.pk, place.pk):
            assert programme_figures(Scope(cast.programme.pk, OCTOBER.start, OCTOBER.end)).firms == 0
    client = Client()
    client.force_login(cast.agent)
    assert client.get("/office/figures/").status_code == 404
