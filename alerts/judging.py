"""Judgements of groups by people: while nobody has judged a ★★, it stays a question.

A judgement settles its group: harmless and false positives also for alerts of the same kind that join the group
later in its hour; "dealt with" only for what came until then. A grade that rises afterwards asks again (intake does
the same to the SOC's list, alerts.grouping). A true positive, and one nobody is sure of, leave the SOC's list, and
stay a question for the firm: something is to be done.

A person may judge a group together with the undecided ones of its series (alerts.models.series); each gets a row of its
own, and what was judged together is taken back together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from alerts.models import AlertGroup, AlertJudgement
from alerts.models.alert import Grade
from alerts.models.judgement import Basis, JudgedAs, Verdict
from alerts.selectors import groups_of_series
from alerts.soc import group_settle
from alerts.soc_states import SOC_MOVES, WAITING, SocState
from base.moves import ReasonMissing, before
from base.reasons import says_something
from tenants.audit.record import audit_record
from tenants.models import User
from tenants.tenancy.scope import tenant_scope

LONGEST_REASON = 300
MOST_TOGETHER = 200  # groups that one act judges besides the one it is about
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


@dataclass(frozen=True)
class Together:
    """How many others of a series an act settled, and how many it left because it settles at most so many."""

    done: int
    left: int


def series_judge(
    *,
    group: AlertGroup,
    verdict: Verdict,
    reason: str = "",
    by: User,
    by_role: JudgedAs,
    now: datetime,
    basis: Basis | None = None,
    most: int = MOST_TOGETHER,
) -> Together:
    """As group_judge, and the same of the undecided groups of its series that are no graver, the newest first; taken
    back: of those that were judged together with it. → what became of the others. At most `most` of them.
    """
    back = verdict == Verdict.OPEN_AGAIN
    others = judged_with(group) if back else undecided_like(group)
    held = _held(group, others, most)
    group_judge(group=group, verdict=verdict, reason=reason, by=by, by_role=by_role, now=now, basis=basis)
    state = SocState.NEW if back else SocState.JUDGED
    with tenant_scope(group.tenant_id):  # as group_settle: who may judge is decided by the rows that say so
        rows = AlertGroup.objects.filter(tenant_id=group.tenant_id, pk__in=[other.pk for other in held])
        rows.filter(soc_state__in=before(SOC_MOVES, state)).update(
            soc_state=state, soc_person=None if back else by, soc_since=now, soc_verdict="" if back else verdict
        )
    why = reason.strip()[:LONGEST_REASON]
    AlertJudgement.objects.bulk_create(
        AlertJudgement(
            tenant_id=group.tenant_id,
            group=other,
            verdict=verdict,
            basis=basis or "",
            reason=why,
            grade=other.grade,
            judged_at=now,
            judged_by=by,
            by_role=by_role,
        )
        for other in held
    )
    if held:
        audit_record(
            code="alert.series_judged",
            subject=f"group:{group.pk}",
            tenant_id=group.tenant_id,
            verdict=str(verdict),
            groups=[other.pk for other in held],
            reason=why,
        )
    return Together(len(held), 0 if back else undecided_like(group).count())


def _held(group: AlertGroup, others: QuerySet[AlertGroup], most: int) -> list[AlertGroup]:
    """The newest of the others, locked with the group, always in one order; without those judged meanwhile."""
    ids = list(others.values_list("pk", flat=True)[:most])
    with tenant_scope(group.tenant_id):
        rows = AlertGroup.objects.filter(tenant_id=group.tenant_id, pk__in=[group.pk, *ids])
        list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
        return list(others.filter(pk__in=ids))


def undecided_like(group: AlertGroup) -> QuerySet[AlertGroup]:
    """The other groups of its series that wait for a verdict and are no graver, the newest first."""
    return groups_of_series(group).filter(soc_state__in=WAITING, grade__lte=group.grade).exclude(pk=group.pk)


def judged_with(group: AlertGroup) -> QuerySet[AlertGroup]:
    """The other groups of its series that the act behind its newest judgement settled, and nothing since."""
    newest = judgements_of(group=group).first()
    others = groups_of_series(group).exclude(pk=group.pk)
    if newest is None or newest.verdict == Verdict.OPEN_AGAIN:
        return others.none()
    of_other = AlertJudgement.objects.filter(tenant_id=group.tenant_id, group_id=OuterRef("pk"))
    same = of_other.filter(judged_at=newest.judged_at, judged_by=newest.judged_by_id, verdict=newest.verdict)
    later = of_other.filter(judged_at__gt=newest.judged_at)
    return others.filter(Exists(same), ~Exists(later), soc_state=SocState.JUDGED)


def judgements_of(*, group: AlertGroup) -> QuerySet[AlertJudgement]:
    """All judgements of a group, newest first."""
    rows: QuerySet[AlertJudgement] = AlertJudgement.objects.filter(tenant_id=group.tenant_id, group=group)
    return rows.select_related("judged_by").order_by("-judged_at", "-pk")


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
