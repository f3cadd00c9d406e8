"""Judgements of groups by people: while nobody has judged a ★★, it stays a question.

A judgement settles its group: harmless and false positives also for alerts of the same kind that join the group
later in its hour; "dealt with" only for what came until then. A grade that rises afterwards asks again.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from alerts.models import AlertGroup, AlertJudgement
from alerts.models.alert import Grade
from alerts.models.judgement import Verdict
from base.moves import ReasonMissing
from base.reasons import says_something
from tenants.audit.record import audit_record
from tenants.models import User

LONGEST_REASON = 300


def group_judge(*, group: AlertGroup, verdict: Verdict, reason: str, by: User, now: datetime) -> AlertJudgement:
    """Store what a person of SOC or desk judged of a group. Raises ReasonMissing.

    The firm reads the reason. PostgreSQL refuses (ProgrammingError) people who neither watch the firm nor are its desk.
    """
    why = reason.strip()[:LONGEST_REASON]
    if not says_something(why):
        raise ReasonMissing("a judgement needs a reason")
    judgement: AlertJudgement = AlertJudgement.objects.create(
        tenant_id=group.tenant_id,
        group=group,
        verdict=verdict,
        reason=why,
        grade=group.grade,
        judged_at=now,
        judged_by=by,
    )
    audit_record(
        code="alert.judged",
        subject=f"group:{group.pk}",
        tenant_id=group.tenant_id,
        verdict=str(verdict),
        grade=group.grade,
        reason=why,
    )
    return judgement


def judgements_of(*, group: AlertGroup) -> QuerySet[AlertJudgement]:
    """All judgements of a group, newest first."""
    rows: QuerySet[AlertJudgement] = AlertJudgement.objects.filter(tenant_id=group.tenant_id, group=group)
    return rows.select_related("judged_by").order_by("-judged_at", "-pk")


def judgement_in_force(*, group: AlertGroup) -> AlertJudgement | None:
    """The judgement that settles the group; None while it is a question."""
    newest: AlertJudgement | None = judgements_of(group=group).first()
    settled = newest is not None and not unjudged(AlertGroup.objects.filter(pk=group.pk)).exists()
    return newest if settled and newest is not None and newest.verdict != Verdict.OPEN_AGAIN else None


def unjudged(groups: QuerySet[AlertGroup]) -> QuerySet[AlertGroup]:
    """The groups among these of ★★ and more that no judgement settles, however old they are."""
    newest = AlertJudgement.objects.filter(tenant_id=OuterRef("tenant_id"), group_id=OuterRef("pk"))
    newest = newest.order_by("-judged_at", "-pk")
    judged = groups.filter(grade__gte=Grade.MEDIUM).annotate(
        judged_verdict=Subquery(newest.values("verdict")[:1]),
        judged_grade=Subquery(newest.values("grade")[:1]),
        judged_at=Subquery(newest.values("judged_at")[:1]),
    )
    return judged.filter(
        Q(judged_verdict__isnull=True)
        | Q(judged_verdict=Verdict.OPEN_AGAIN)
        | Q(judged_grade__lt=F("grade"))
        | Q(judged_verdict=Verdict.DEALT_WITH, judged_at__lt=F("last_at"))
    )
