"""Named reads of what firms answered to notices. Need an open scope that sees the firm."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Max, QuerySet

from alerts.models import AlertGroup
from incidents.models import AlertAnswer, AnswerWatch
from incidents.states.watch import WatchState


def answers_of(group: AlertGroup) -> QuerySet[AlertAnswer]:
    """All answers to a notice, the newest first."""
    rows: QuerySet[AlertAnswer] = AlertAnswer.objects.filter(tenant_id=group.tenant_id, group_id=group.pk)
    return rows.select_related("by")


def answer_in_force(group: AlertGroup) -> AlertAnswer | None:
    """The answer that counts: the newest."""
    return answers_of(group).first()


# One press answers every open notice of a kind: of so many rows there are hardly fewer presses than a card shows.
_ROWS_READ = 60


def last_answers_of(tenant_id: int, most: int) -> list[AlertAnswer]:
    """The firm's newest answers, one of each press, with their notices."""
    rows = AlertAnswer.objects.filter(tenant_id=tenant_id).select_related("by", "group")
    by_press: dict[UUID, AlertAnswer] = {}
    for answer in rows[:_ROWS_READ]:
        by_press.setdefault(answer.act, answer)
    return list(by_press.values())[:most]


def answered_together(answer: AlertAnswer) -> int:
    """How many notices the same press answered."""
    return AlertAnswer.objects.filter(tenant_id=answer.tenant_id, act=answer.act).count()


def watch_of_answer(answer: AlertAnswer, family: str) -> AnswerWatch | None:
    """The watch after the scan that the answer is about, of this signature family."""
    rows = AnswerWatch.objects.filter(tenant_id=answer.tenant_id, act=answer.act, family=family)
    watch: AnswerWatch | None = rows.first()
    return watch


def watched_until(tenant_id: int) -> datetime | None:
    """Until when something is watched after a scan of the firm's own; None: nothing is."""
    running = AnswerWatch.objects.filter(tenant_id=tenant_id, state=WatchState.RUNNING)
    until: datetime | None = running.aggregate(until=Max("until"))["until"]
    return until
