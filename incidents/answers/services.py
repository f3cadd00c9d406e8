"""Named write: a firm says what it did about a notice. Needs an open scope that sees the firm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from alerts.judging import unjudged
from alerts.models import AlertGroup
from alerts.models.alert import Function
from alerts.selectors import groups_like
from base.refusals import Refusal
from incidents.answers.incident_course import incident_follow
from incidents.answers.watches import watches_open
from incidents.core.answers import answer_in_force
from incidents.core.questions import unanswered
from incidents.desk.firm_side import call_me
from incidents.models import AlertAnswer
from incidents.states.answer import Answer, Way, ends_question
from tenants.audit.record import audit_record
from tenants.models import User
from tenants.tenancy.scope import tenant_scope


@dataclass(frozen=True)
class Given:
    """What was pressed. `act` was made with the page: the same act again changes nothing.

    The other fields belong to some answers only; empty where nobody has said. `number`: where to call.
    """

    answer: Answer
    act: UUID
    reason: str = ""
    words: str = ""
    definitions: date | None = None
    extent: str = ""
    os_supported: str = ""
    number: str = ""


@dataclass(frozen=True)
class Answerer:
    """A person of the firm (`by`), or whoever holds the link of a mail to `contact`."""

    by: User | None = None
    contact: str = ""

    @property
    def way(self) -> Way:
        """How the answer comes."""
        return Way.PAGE if self.by is not None else Way.MAIL

    @property
    def name(self) -> str:
        """For the desk that calls back."""
        return str(self.by) if self.by is not None else self.contact


class NumberMissing(Refusal):
    """Nobody can call a firm without a telephone number."""


def answer_record(*, group: AlertGroup, given: Given, answerer: Answerer, headline: str, now: datetime) -> AlertAnswer:
    """Record an answer for a notice and for every open one of the same kind on the same device.

    A scan without a find opens a watch, a wish to be called becomes a request to the desk, an incident of the notice
    takes note. Raises NumberMissing, before anything is written, when nobody could call back.
    """
    number = given.number.strip() or group.tenant.phone
    if given.answer == Answer.CALL_ME and not number:
        raise NumberMissing(group.tenant_id)
    with tenant_scope(group.tenant_id):  # only the firm's own work may lock its notice
        group = AlertGroup.objects.select_for_update(of=("self",)).select_related("tenant").get(pk=group.pk)
    known: AlertAnswer | None = AlertAnswer.objects.filter(
        tenant_id=group.tenant_id, group=group, act=given.act
    ).first()
    if known is not None:
        return known
    before = answer_in_force(group)
    groups = list(_answered_together(group, before))
    rows = AlertAnswer.objects.bulk_create([_row(each, given, answerer, now) for each in groups])
    answer: AlertAnswer = next(row for row in rows if row.group_id == group.pk)
    audit_record(
        code="alert.answered",
        subject=f"group:{group.pk}",
        tenant_id=group.tenant_id,
        answer=given.answer.value,
        way=answerer.way.value,
        groups=len(rows),
    )
    # What follows is the platform's own work for this firm, as a sweep would do it.
    with tenant_scope(group.tenant_id):
        watches_open(groups=groups, answer=answer, before=before, now=now)
        incident_follow(group=group, answer=answer, before=before, by=answerer.by, now=now)
        if given.answer == Answer.CALL_ME:
            about = f"{headline} ({group.asset_ip or group.asset_mac})"
            call_me(tenant_id=group.tenant_id, who=answerer.name, number=number, about=about, when="", now=now)
    return answer


def _answered_together(group: AlertGroup, before: AlertAnswer | None) -> QuerySet[AlertGroup]:
    """The notice itself, the open ones like it, and those that its present answer was given for."""
    like = groups_like(group)
    together = Q(pk=group.pk) | Q(pk__in=unanswered(unjudged(like)).values("pk"))
    if before is not None:
        together |= Q(pk__in=like.filter(answers__act=before.act).values("pk"))
    return AlertGroup.objects.filter(together, tenant_id=group.tenant_id)


def _row(group: AlertGroup, given: Given, answerer: Answerer, now: datetime) -> AlertAnswer:
    visit_stopped = group.function == Function.WG and group.blocked_count >= group.alert_count
    words = given.words.strip()[:300]
    return AlertAnswer(
        tenant_id=group.tenant_id,
        group=group,
        act=given.act,
        answer=given.answer.value,
        reason=given.reason if given.answer == Answer.NOT_DONE else "",
        words=words,
        definitions=given.definitions,
        extent=given.extent,
        os_supported=given.os_supported,
        ends=ends_question(given.answer, visit_stopped=visit_stopped, words=words),
        grade=group.grade,
        seen_until=group.last_at,
        answered_at=now,
        way=answerer.way.value,
        by=answerer.by,
        contact=answerer.contact[:254] if answerer.by is None else "",
    )
