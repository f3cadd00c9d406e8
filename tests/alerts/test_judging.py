"""SOC and desk judge what needed a look; what nobody judged stays a question."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from alerts.judging import group_judge, judgement_in_force, unjudged
from alerts.models import AlertGroup, AlertJudgement
from alerts.models.judgement import JudgedAs, Verdict
from base.moves import ReasonMissing
from tenants.models import AuditEvent, Organisation, User
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import Cast
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
