"""Judgements of groups by people: while nobody has judged a ★★, it stays a question.

A judgement settles its group: harmless and false positives also for alerts of the same kind that join the group
later in its hour; "dealt with" only for what came until then. A grade that rises afterwards asks again (intake does
the same to the SOC's list, alerts.grouping). A true positive, and one nobody is sure of, leave the SOC's list, and
stay a question for the firm: something is to be done.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from alerts.models import AlertGroup, AlertJudgement
from alerts.models.alert import Grade
from alerts.models.judgement import Basis, JudgedAs, Verdict
from alerts.soc import group_settle
from alerts.soc_states import SocState
from base.moves import ReasonMissing
from base.reasons import says_something
from tenants.audit.record import audit_record
from tenants.models import User

LONGEST_REASON = 300
# After these the firm has still something to do, or somebody something to find out.
SETTLE_NOTHING = (Verdict.OPEN_AGAIN, Verdict.TRUE_POSITIVE, Verdict.UNSURE)


def group_judge(
    *,
    group: AlertGroup,
    verdict: Verdict,
    reason: str = "",
    by: User,
    by_role: JudgedAs,
    now: datetime,
    basis: Basis | None = None,
) -> AlertJudgement:
    """Store what a person of SOC or desk judged of a group, and settle it for the SOC. Raises ReasonMissing.

    One of the usual reasons (`basis`) is enough. The firm reads them. PostgreSQL refuses (ProgrammingError) people
    who neither watch the firm nor are its desk, and whoever signs as the other.
    """
    why = reason.strip()[:LONGEST_REASON]
    if basis is None and not says_something(why):
        raise ReasonMissing("a judgement needs a reason")
    judgement: AlertJudgement = AlertJudgement.objects.create(
        tenant_id=group.tenant_id,
        group=group,
        verdict=verdict,
        basis=basis or "",
        reason=why,
        grade=group.grade,
        judged_at=now,
        judged_by=by,
        by_role=by_role,
    )
    if verdict == Verdict.OPEN_AGAIN:
        group_settle(group=group, state=SocState.NEW, by=None, now=now)
    else:
        group_settle(group=group, state=SocState.JUDGED, by=by, now=now, verdict=verdict)
    audit_record(
        code="alert.judged",
        subject=f"group:{group.pk}",
        tenant_id=group.tenant_id,
        verdict=str(verdict),
        basis=judgement.basis,
        grade=group.grade,
        reason=why,
    )
    return judgement


def judgements_of(*, group: AlertGroup) -> QuerySet[AlertJudgement]:
    """All judgements of a group, newest first."""
    rows: QuerySet[AlertJudgement] = AlertJudgement.objects.filter(tenant_id=group.tenant_id, group=group)
    return rows.select_related("judged_by").order_by("-judged_at", "-pk")


def newest_judgements(*, tenant_id: int, group_ids: Collection[int]) -> dict[int, AlertJudgement]:
    """Group → its newest judgement; groups nobody judged are left out."""
    rows = AlertJudgement.objects.filter(tenant_id=tenant_id, group_id__in=group_ids)
    newest = rows.order_by("group_id", "-judged_at", "-pk").distinct("group_id")
    return {judgement.group_id: judgement for judgement in newest}


def judgement_in_force(*, group: AlertGroup) -> AlertJudgement | None:
    """The judgement that settles the group; None while it is a question."""
    newest: AlertJudgement | None = judgements_of(group=group).first()
    settled = newest is not None and not unjudged(AlertGroup.objects.filter(pk=group.pk)).exists()
    return newest if settled and newest is not None and newest.verdict not in SETTLE_NOTHING else None


def judged_true(*, group: AlertGroup) -> AlertJudgement | None:
    """The newest judgement, when it says that the detection is true: the firm has something to do."""
    newest: AlertJudgement | None = judgements_of(group=group).first()
    return newest if newest is not None and newest.verdict == Verdict.TRUE_POSITIVE else None


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
        | Q(judged_verdict__in=SETTLE_NOTHING)
        | Q(judged_grade__lt=F("grade"))
        | Q(judged_verdict=Verdict.DEALT_WITH, judged_at__lt=F("last_at"))
    )
