"""OSK 表5-24 fills itself: firms by what they did, several answers of a firm each, the standings adding up to all."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations_with_replacement
from operator import itemgetter
from random import Random
from typing import Any

import pytest
from django.db import connections

from alerts.models import AlertGroup
from incidents.answers.figures import FirmsByAnswer, firms_by_answer
from incidents.models import AlertAnswer
from incidents.states.answer import Answer
from notifications.models import OutboxMessage
from reports import counting
from reports.doors import Scope, programme_figures
from reports.months import Month
from tenants.models import Enrolment, Organisation, User
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import OWNER, Cast, box_make, grant_make, organisation_make
from tests.portal import scenes

SINCE, UNTIL = datetime(2026, 10, 31, 15, tzinfo=UTC), datetime(2026, 11, 30, 15, tzinfo=UTC)  # November in Japan
OCTOBER, NOVEMBER = Month(date(2026, 10, 1)), Month(date(2026, 11, 1))
DURING = datetime(2026, 11, 20, 5, tzinfo=UTC)


def _firm(cast: Cast, name: str, **enrolment: object) -> Organisation:
    firm = organisation_make(name)
    values = {"contract_start": date(2026, 4, 1)} | enrolment
    Enrolment(tenant_id=firm.pk, programme_id=cast.programme.pk, **values).save(using=OWNER)
    grant_make(cast.soc, firm, "watch")
    grant_make(cast.desk, firm, "desk")
    return firm


def _group(firm: Organisation, family: str) -> AlertGroup:
    return scenes.group_make(box_make(firm).sensor, "outbound-malware", family=family)


def _answered(group: AlertGroup, answer: Answer, at: datetime = DURING) -> None:
    with tenant_scope(group.tenant_id):
        AlertAnswer.objects.create(
            tenant_id=group.tenant_id,
            group=group,
            act=uuid.uuid4(),
            answer=answer.value,
            ends=False,
            grade=2,
            seen_until=at,
            answered_at=at,
            way="mail",
            contact="owner@firm.invalid",
        )


def _mailed(firm: Organisation, at: datetime = DURING, **fields: Any) -> None:
    scenes.mail_make(firm.pk, "お知らせ")
    with tenant_scope(firm.pk):
        OutboxMessage.objects.update(**({"kind": "digest", "state": "sent", "sent_at": at} | fields))


def _of_office(cast: Cast, first: Month = NOVEMBER, last: Month = NOVEMBER) -> FirmsByAnswer | None:
    return _seen_by(cast.clerk, cast.office, cast, first, last)


def _seen_by(
    user: User, place: Organisation, cast: Cast, first: Month = NOVEMBER, last: Month = NOVEMBER
) -> FirmsByAnswer | None:
    with person_scope(user.pk, place.pk):
        counted = programme_figures(Scope(cast.programme.pk, first.start, last.end)).answers
    return firms_by_answer({row.code: row.firms for row in counted})


def _counted(cast: Cast) -> FirmsByAnswer:
    """As the office sees it, without the five firms that have to answer before it sees anything."""
    for number in range(5):
        _answered(_group(_firm(cast, f"答えた会社{number}"), "z"), Answer.OTHER)
    counted = _of_office(cast)
    assert counted is not None
    assert counted.answers[Answer.OTHER] == 5
    return replace(counted, acted=counted.acted - 5, answers=counted.answers | {Answer.OTHER: 0})


def test_a_firm_counts_once_for_each_answer_and_has_one_standing(cast: Cast) -> None:
    several = _group(cast.sakura_dental, "a")
    _answered(several, Answer.REMOVED)
    _answered(_group(cast.sakura_dental, "b"), Answer.REMOVED)
    _answered(_group(cast.sakura_dental, "c"), Answer.WARNED)
    _answered(_group(cast.sakura_dental, "d"), Answer.NOT_DONE)
    _answered(_group(cast.yamada_works, "a"), Answer.NOT_DONE)
    _answered(_group(_firm(cast, "電話会社"), "a"), Answer.CALL_ME)
    _mailed(_firm(cast, "答えない会社"))
    _firm(cast, "何も届かない会社")
    counted = _counted(cast)
    assert {answer: count for answer, count in counted.answers.items() if count} == {
        Answer.REMOVED: 1,
        Answer.WARNED: 1,
        Answer.NOT_DONE: 2,
        Answer.CALL_ME: 1,
    }
    standings = (counted.acted, counted.not_done_only, counted.call_only, counted.unanswered, counted.no_mail)
    assert standings == (1, 1, 1, 1, 1)
    assert counted.firms == 5


def test_the_newest_answer_of_a_notice_counts(cast: Cast) -> None:
    group = _group(cast.sakura_dental, "a")
    _answered(group, Answer.NOT_DONE)
    _answered(group, Answer.REINSTALLED, DURING + timedelta(minutes=5))
    counted = _counted(cast)
    assert (counted.answers[Answer.NOT_DONE], counted.answers[Answer.REINSTALLED], counted.acted) == (0, 1, 1)


@pytest.mark.parametrize(("at", "acted"), [(SINCE, 1), (SINCE - timedelta(microseconds=1), 0), (UNTIL, 0)])
def test_an_answer_belongs_to_the_month_in_which_it_was_given_in_japan(cast: Cast, at: datetime, acted: int) -> None:
    _answered(_group(cast.sakura_dental, "a"), Answer.REMOVED, at)
    assert _counted(cast).acted == acted


@pytest.mark.parametrize(
    "fields", [{"state": "failed"}, {"kind": "report_ready"}, {"sent_at": UNTIL}, {"sent_at": SINCE - timedelta(1)}]
)
def test_a_mail_that_did_not_arrive_was_no_alert_or_came_in_another_month_is_no_mail(
    cast: Cast, fields: dict[str, Any]
) -> None:
    _mailed(cast.sakura_dental, **fields)
    counted = _counted(cast)
    assert (counted.unanswered, counted.no_mail) == (0, 2)


def test_only_firms_that_took_part_in_these_months_count(cast: Cast) -> None:
    _firm(cast, "去年までの会社", contract_end=date(2026, 10, 31))
    _firm(cast, "来月からの会社", contract_start=date(2026, 12, 1))
    left = _firm(cast, "今月までの会社", contract_end=date(2026, 11, 1))
    _answered(_group(left, "a"), Answer.UNINSTALLED)
    counted = _counted(cast)
    assert (counted.firms, counted.acted) == (3, 1)


def test_nothing_is_counted_before_five_firms_have_answered(cast: Cast) -> None:
    firms = [cast.sakura_dental, cast.yamada_works, *(_firm(cast, f"会社{at}") for at in range(4))]
    for firm in firms[:4]:
        _answered(_group(firm, "a"), Answer.WARNED)
    assert _of_office(cast) is None
    _answered(_group(firms[4], "a"), Answer.NOT_DONE)
    _mailed(firms[5])
    counted = _of_office(cast)
    assert counted is not None
    assert (counted.acted, counted.not_done_only, counted.unanswered, counted.firms) == (4, 1, 1, 6)


def test_nobody_but_the_office_counts_through_its_door(cast: Cast) -> None:
    for firm in (cast.sakura_dental, cast.yamada_works, *(_firm(cast, f"会社{at}") for at in range(4))):
        _answered(_group(firm, "a"), Answer.WARNED)
    for user, place in ((cast.analyst, cast.soc), (cast.agent, cast.desk), (cast.hanako, cast.sakura_dental)):
        assert _seen_by(user, place, cast) is None


def test_over_several_months_a_firm_counts_once_by_the_most_it_did(cast: Cast) -> None:
    october = SINCE - timedelta(days=10)
    for answer, at in ((Answer.NOT_DONE, october), (Answer.NOT_DONE, DURING)):
        _answered(_group(cast.sakura_dental, str(at)), answer, at)
    _answered(_group(cast.yamada_works, "a"), Answer.REMOVED, october)
    _answered(_group(cast.yamada_works, "b"), Answer.CALL_ME, DURING)
    for number in range(4):
        _answered(_group(_firm(cast, f"答えた会社{number}"), "z"), Answer.OTHER)
    together = _of_office(cast, OCTOBER, NOVEMBER)
    assert together is not None
    assert (together.acted, together.not_done_only, together.call_only, together.firms) == (5, 1, 0, 6)
    assert together.answers[Answer.NOT_DONE] == 1
    alone = _of_office(cast)
    assert alone is not None
    assert (alone.acted, alone.not_done_only, alone.call_only) == (4, 1, 1)


MONTHS = [Month(date(2026, first, 1)) for first in (8, 9, 10, 11)]
RANK = {Answer.CALL_ME: 2, Answer.NOT_DONE: 3}


def test_any_months_put_together_say_what_counting_the_firms_of_them_says(cast: Cast) -> None:
    """Random answers, mails and contracts of four months, counted month by month, against a plain count of firms."""
    random = Random(24)
    with connections[OWNER].cursor() as cursor:
        cursor.execute("DELETE FROM tenants_enrolment")  # the cast's own firms take no part
    answered: list[tuple[int, int, Answer, datetime]] = []
    mailed: list[tuple[int, datetime]] = []
    contracts: dict[int, tuple[date, date]] = {}
    for number in range(18):
        start = date(2026, random.choice([4, 8, 9, 10]), random.randrange(1, 28))
        end = start + timedelta(days=random.choice([10, 40, 70, 400]))
        firm = _firm(cast, f"会社{number}", contract_start=start, contract_end=end)
        contracts[firm.pk] = (start, end)
        groups = [_group(firm, family) for family in "abc"]
        for _answer in range(random.choice([0, 1, 2, 6])):
            group, answer, at = random.choice(groups), random.choice(list(Answer)), _moment(random)
            _answered(group, answer, at)
            answered.append((firm.pk, group.pk, answer, at))
        for _mail in range(random.choice([0, 1])):
            at = _moment(random)
            _mailed(firm, at)
            mailed.append((firm.pk, at))
    counting.months_count(now=UNTIL - timedelta(minutes=1))
    compared = 0
    for first, last in combinations_with_replacement(range(len(MONTHS)), 2):
        months = MONTHS[first : last + 1]
        expected = _plain_count(months, contracts, answered, mailed)
        counted = _of_office(cast, months[0], months[-1])
        assert counted == expected, (first, last)
        compared += counted is not None
    assert compared >= 6, "something to compare"


def _moment(random: Random) -> datetime:
    span = MONTHS[-1].end - MONTHS[0].start
    return MONTHS[0].start + timedelta(minutes=random.randrange(int(span.total_seconds() // 60)))


def _plain_count(
    months: list[Month],
    contracts: dict[int, tuple[date, date]],
    answered: list[tuple[int, int, Answer, datetime]],
    mailed: list[tuple[int, datetime]],
) -> FirmsByAnswer | None:
    standing: dict[int, int] = {}
    answers: dict[Answer, set[int]] = {answer: set() for answer in Answer}
    for month in months:
        for firm, (start, end) in contracts.items():
            if start > month.last or end < month.first:
                continue
            newest = {
                group: answer
                for of, group, answer, at in sorted(answered, key=itemgetter(3))
                if of == firm and month.start <= at < month.end
            }
            reached = any(of == firm and month.start <= at < month.end for of, at in mailed)
            ranks = [RANK.get(answer, 4) for answer in newest.values()]
            standing[firm] = max([standing.get(firm, 0), int(reached), *ranks])
            for answer in newest.values():
                answers[answer].add(firm)
    if sum(rank >= 2 for rank in standing.values()) < 5:
        return None
    numbers = {answer: len(firms) for answer, firms in answers.items()}
    return FirmsByAnswer(numbers, *(sum(rank == step for rank in standing.values()) for step in (4, 3, 2, 1, 0)))
