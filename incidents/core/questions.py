"""What nobody has answered or judged yet."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from alerts.judging import unjudged
from alerts.models import AlertGroup, AlertJudgement
from incidents.models import AlertAnswer, AnswerWatch, IncidentGroup
from incidents.states.watch import WatchState
from web.paging import MOST_COUNTED

_SERIES = ("sensor_id", "function", "direction", "threat_key", "asset_key")


def open_questions(tenant_id: int) -> QuerySet[AlertGroup]:
    """The firm's ★★ and more that nobody answered or judged yet, newest first, however old.

    A group with an incident is not among them: while the incident is open it is the question, closed it is settled,
    and a group taken out of its incident was judged not to belong.
    """
    linked = IncidentGroup.objects.filter(tenant_id=OuterRef("tenant_id"), group_id=OuterRef("pk"))
    groups = unanswered(unjudged(AlertGroup.objects.filter(tenant_id=tenant_id)))
    return groups.exclude(Exists(linked)).order_by("-last_at", "-pk")


def open_series(tenant_id: int) -> list[AlertGroup]:
    """Of each series of the firm (alerts.models.AlertSeries) with open questions the newest of them, newest first.

    Nobody counts beyond MOST_COUNTED.
    """
    newest = open_questions(tenant_id).order_by(*_SERIES, "-last_at", "-pk").distinct(*_SERIES)
    return sorted(newest[:MOST_COUNTED], key=lambda group: (group.last_at, group.pk), reverse=True)


def unanswered(groups: QuerySet[AlertGroup]) -> QuerySet[AlertGroup]:
    """The groups among these that no answer of the firm ends (incidents.states.answer).

    An answer ends what was seen until then, of that importance; and no more, once the same came back while it was
    watched after the firm's scan.
    """
    newest = AlertAnswer.objects.filter(tenant_id=OuterRef("tenant_id"), group_id=OuterRef("pk"))
    came_back = AnswerWatch.objects.filter(
        tenant_id=OuterRef("tenant_id"), act=OuterRef("act"), state=WatchState.RECURRED
    )
    ending = AlertAnswer.objects.filter(
        pk=OuterRef("newest_answer"),
        tenant_id=OuterRef("tenant_id"),
        ends=True,
        grade__gte=OuterRef("grade"),
        seen_until__gte=OuterRef("last_at"),
    ).exclude(Exists(came_back))
    # Meta.ordering: the newest first.
    return groups.annotate(newest_answer=Subquery(newest.values("pk")[:1])).exclude(Exists(ending))


@dataclass(frozen=True)
class Stand:
    """What has become of a notice: its incident's state ("" without one), the newest judgement and the newest answer
    of the firm ("" without), and whether it is still an open question.
    """

    incident: str
    verdict: str
    answer: str
    waits: bool


def stands_of(*, tenant_id: int, group_ids: Collection[int]) -> dict[int, Stand]:
    """Notice of the firm → what has become of it, in one read."""
    same = {"tenant_id": OuterRef("tenant_id"), "group_id": OuterRef("pk")}
    linked = IncidentGroup.objects.filter(**same, incident__isnull=False)
    judged = AlertJudgement.objects.filter(**same).order_by("-judged_at", "-pk")
    answered = AlertAnswer.objects.filter(**same).order_by("-answered_at", "-pk")
    rows = AlertGroup.objects.filter(tenant_id=tenant_id, pk__in=group_ids).annotate(
        stand_incident=Subquery(linked.values("incident__state")[:1]),
        stand_verdict=Subquery(judged.values("verdict")[:1]),
        stand_answer=Subquery(answered.values("answer")[:1]),
        stand_waits=Exists(open_questions(tenant_id).filter(pk=OuterRef("pk"))),
    )
    values = rows.values_list("pk", "stand_incident", "stand_verdict", "stand_answer", "stand_waits")
    return {
        pk: Stand(incident or "", verdict or "", answer or "", waits) for pk, incident, verdict, answer, waits in values
    }


def unanswered_group(group: AlertGroup) -> bool:
    """Whether no answer ends this one."""
    return unanswered(AlertGroup.objects.filter(tenant_id=group.tenant_id, pk=group.pk)).exists()
