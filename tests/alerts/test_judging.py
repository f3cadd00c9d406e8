"""SOC and desk judge what needed a look; what nobody judged stays a question."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from alerts import judging
from alerts.judging import Together, group_judge, judgement_in_force, series_judge, unjudged
from alerts.models import AlertGroup, AlertJudgement
from alerts.models.judgement import JudgedAs, Verdict
from base.moves import ReasonMissing
from tenants.models import AuditEvent, Organisation, User
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.at_once import at_once, meeting_in
from tests.factories import Cast, user_make
from tests.portal import scenes


def _judge(cast: Cast, group: AlertGroup, verdict: Verdict, at: timedelta = timedelta()) -> None:
    with tenant_scope(cast.sakura_dental.pk):
        group.refresh_from_db()
        group_judge(
            group=group,
            verdict=verdict,
            reason="取引先の検査",
            by=cast.analyst,
            by_role=JudgedAs.WATCH,
            now=timezone.now() + at,
        )


def _unjudged(cast: Cast) -> list[int]:
    with tenant_scope(cast.sakura_dental.pk):
        return list(unjudged(AlertGroup.objects.all()).values_list("pk", flat=True))


def test_a_medium_group_is_a_question_until_it_is_judged(cast: Cast) -> None:
    group = scenes.group_make(cast.sakura_box.sensor, "web-guard", at=timezone.now() - timedelta(days=300))
    scenes.group_make(cast.sakura_box.sensor, "internal-weakness")  # a ★ asks nothing
    assert _unjudged(cast) == [group.pk]
    _judge(cast, group, Verdict.HARMLESS)
    assert _unjudged(cast) == []
    with tenant_scope(cast.sakura_dental.pk):
        assert judgement_in_force(group=group) is not None
        assert AuditEvent.objects.filter(code="alert.judged", subject=f"group:{group.pk}").exists()


def test_a_judgement_taken_back_asks_again(cast: Cast) -> None:
    group = scenes.group_make(cast.sakura_box.sensor, "web-guard")
    _judge(cast, group, Verdict.FALSE_POSITIVE)
    _judge(cast, group, Verdict.OPEN_AGAIN, timedelta(seconds=5))
    assert _unjudged(cast) == [group.pk]
    with tenant_scope(cast.sakura_dental.pk):
        assert judgement_in_force(group=group) is None


def test_a_grade_that_rises_after_the_judgement_asks_again(cast: Cast) -> None:
    group = scenes.group_make(cast.sakura_box.sensor, "outbound-malware")
    _judge(cast, group, Verdict.HARMLESS)
    with tenant_scope(cast.sakura_dental.pk):
        AlertGroup.objects.filter(pk=group.pk).update(grade=3)
    assert _unjudged(cast) == [group.pk]


@pytest.mark.parametrize(("verdict", "asks"), [(Verdict.DEALT_WITH, True), (Verdict.FALSE_POSITIVE, False)])
def test_what_comes_after_it_was_dealt_with_was_not_dealt_with(cast: Cast, verdict: Verdict, asks: bool) -> None:
    group = scenes.group_make(cast.sakura_box.sensor, "outbound-malware")
    _judge(cast, group, verdict)
    with tenant_scope(cast.sakura_dental.pk):
        AlertGroup.objects.filter(pk=group.pk).update(last_at=timezone.now() + timedelta(minutes=9))
    assert _unjudged(cast) == ([group.pk] if asks else [])


def test_a_judgement_needs_a_reason(cast: Cast) -> None:
    group = scenes.group_make(cast.sakura_box.sensor, "web-guard")
    with tenant_scope(cast.sakura_dental.pk), pytest.raises(ReasonMissing):
        group_judge(
            group=group,
            verdict=Verdict.HARMLESS,
            reason=" \u3000",
            by=cast.analyst,
            by_role=JudgedAs.WATCH,
            now=timezone.now(),
        )


def _tries(group: AlertGroup, user: User, organisation: Organisation, by_role: JudgedAs = JudgedAs.WATCH) -> None:
    with person_scope(user.pk, organisation.pk), transaction.atomic():
        group_judge(
            group=group, verdict=Verdict.HARMLESS, reason="必要なため", by=user, by_role=by_role, now=timezone.now()
        )


def test_soc_and_desk_judge_and_the_firm_itself_and_strangers_do_not(cast: Cast) -> None:
    group = scenes.group_make(cast.sakura_box.sensor, "web-guard")
    _tries(group, cast.analyst, cast.soc)
    _tries(group, cast.agent, cast.desk, JudgedAs.DESK)
    for user, organisation in ((cast.hanako, cast.sakura_dental), (cast.jiro, cast.yamada_works)):
        with pytest.raises(ProgrammingError):
            _tries(group, user, organisation)
    with tenant_scope(cast.sakura_dental.pk):
        assert AlertJudgement.objects.count() == 2


HOURS = timedelta(hours=1)


def _week(cast: Cast, count: int = 4, **fields: Any) -> list[AlertGroup]:
    """A callback hour by hour, the oldest first."""
    now = timezone.now()
    rows = [
        scenes.group_make(cast.sakura_box.sensor, "outbound-malware", at=now - number * HOURS, **fields)
        for number in range(count)
    ]
    return rows[::-1]


def _together(cast: Cast, group: AlertGroup, verdict: Verdict, by: User | None = None, **fields: Any) -> Together:
    person = by or cast.analyst
    with person_scope(person.pk, cast.soc.pk):
        group.refresh_from_db()
        return series_judge(
            group=group,
            verdict=verdict,
            reason="取引先の検査",
            by=person,
            by_role=JudgedAs.WATCH,
            now=timezone.now(),
            **fields,
        )


def _states(cast: Cast) -> list[tuple[str, str]]:
    with tenant_scope(cast.sakura_dental.pk):
        return list(AlertGroup.objects.order_by("last_at").values_list("soc_state", "soc_verdict"))


def test_a_verdict_settles_what_is_undecided_of_the_series_each_with_its_own_row(cast: Cast) -> None:
    first, _second, third, last = _week(cast)
    scenes.group_make(cast.sakura_box.sensor, "outbound-malware", family="another", at=last.last_at + HOURS)
    scenes.group_make(cast.sakura_box.sensor, "outbound-malware", direction="inbound", at=last.last_at + 2 * HOURS)
    elsewhere = scenes.group_make(cast.yamada_box.sensor, "outbound-malware")
    _judge(cast, first, Verdict.HARMLESS)
    with tenant_scope(cast.sakura_dental.pk):
        AlertGroup.objects.filter(pk=third.pk).update(grade=3)
    assert _together(cast, last, Verdict.FALSE_POSITIVE) == Together(1, 0)
    assert _states(cast) == [
        ("judged", "harmless"),  # what was decided stays
        ("judged", "false_positive"),
        ("new", ""),  # what is graver asks by itself
        ("judged", "false_positive"),
        ("new", ""),
        ("new", ""),
    ]
    with tenant_scope(cast.sakura_dental.pk):
        assert AlertJudgement.objects.filter(verdict="false_positive", grade=2, by_role="watch").count() == 2
        assert AuditEvent.objects.filter(code="alert.series_judged").count() == 1
    with tenant_scope(cast.yamada_works.pk):
        assert AlertGroup.objects.get(pk=elsewhere.pk).soc_state == "new"


def test_at_most_so_many_are_settled_the_newest_first_and_the_rest_is_counted(cast: Cast) -> None:
    *_older, last = _week(cast, 5)
    assert _together(cast, last, Verdict.HARMLESS, most=2) == Together(2, 2)
    assert [state for state, _verdict in _states(cast)] == ["new", "new", "judged", "judged", "judged"]


def test_what_was_judged_together_is_taken_back_together_and_nothing_else(cast: Cast) -> None:
    first, second, third, last = _week(cast)
    _judge(cast, first, Verdict.HARMLESS)
    _together(cast, last, Verdict.FALSE_POSITIVE)
    _judge(cast, second, Verdict.TRUE_POSITIVE, timedelta(minutes=1))
    assert _together(cast, third, Verdict.OPEN_AGAIN) == Together(1, 0)
    assert [state for state, _verdict in _states(cast)] == ["judged", "judged", "new", "new"]
    assert set(_unjudged(cast)) == {second.pk, third.pk, last.pk}, "a true one is still the firm's to settle"


def test_without_a_reason_none_of_the_series_is_judged(cast: Cast) -> None:
    *_older, last = _week(cast)
    with person_scope(cast.analyst.pk, cast.soc.pk), pytest.raises(ReasonMissing):
        series_judge(
            group=last,
            verdict=Verdict.HARMLESS,
            reason=" ",
            by=cast.analyst,
            by_role=JudgedAs.WATCH,
            now=timezone.now(),
        )
    assert {state for state, _verdict in _states(cast)} == {"new"}


def test_two_who_judge_one_series_at_once_give_each_group_one_verdict(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    *_older, third, last = _week(cast)
    colleague = user_make("second@soc.invalid", cast.soc)
    monkeypatch.setattr(judging, "_held", meeting_in(judging._held))
    acts = (
        lambda: _together(cast, last, Verdict.FALSE_POSITIVE),
        lambda: _together(cast, third, Verdict.TRUE_POSITIVE, by=colleague),
    )
    assert at_once(*acts) == ["done", "done"]
    with tenant_scope(cast.sakura_dental.pk):
        judged = Counter(AlertJudgement.objects.exclude(group__in=(last, third)).values_list("group_id", flat=True))
    assert set(judged.values()) == {1}
