"""What has become of a firm's notices, in words: an incident, a judgement, an answer, or still a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from alerts.judging import newest_judgements
from alerts.models import AlertGroup
from alerts.models.alert import Grade
from alerts.ui.lines import Line
from incidents.core.answers import newest_answers
from incidents.core.questions import open_questions
from incidents.core.selectors import incidents_of_groups
from incidents.models import Incident
from incidents.states.incident import IncidentState


@dataclass(frozen=True)
class NoticeState:
    """A word with its tone, and how it came about: the firm's last answer, or what a specialist judged."""

    word: str
    tone: str
    how: str = ""


def with_states(lines: Sequence[Line]) -> list[tuple[Line, NoticeState | None]]:
    """Lines of one firm, each with where the notice stands that it leads to."""
    states = notice_states(lines[0].series.tenant_id, [line.group for line in lines]) if lines else {}
    return [(line, states.get(line.group.pk)) for line in lines]


def notice_states(tenant_id: int, groups: Sequence[AlertGroup]) -> dict[int, NoticeState]:
    """Notice → where it stands; notices that ask for nothing and were not answered are left out."""
    ids = [group.pk for group in groups if group.grade >= Grade.LOW]
    if not ids:
        return {}
    incidents = incidents_of_groups(tenant_id=tenant_id, group_ids=ids)
    hows = _hows(tenant_id, ids)
    waiting = set(open_questions(tenant_id).filter(pk__in=ids).values_list("pk", flat=True))
    states = {
        group.pk: _state(group, incidents.get(group.pk), hows.get(group.pk, ""), group.pk in waiting)
        for group in groups
        if group.grade >= Grade.LOW
    }
    return {pk: state for pk, state in states.items() if state is not None}


def _hows(tenant_id: int, ids: Sequence[int]) -> dict[int, str]:
    """Notice → what came of it in words; an answer of the firm goes before a judgement."""
    judged = gettext("専門の人の判断: %(verdict)s")
    answered = gettext("お答え: %(answer)s")
    judgements = newest_judgements(tenant_id=tenant_id, group_ids=ids)
    answers = newest_answers(tenant_id=tenant_id, group_ids=ids)
    hows = {pk: judged % {"verdict": judgement.get_verdict_display()} for pk, judgement in judgements.items()}
    return hows | {pk: answered % {"answer": answer.get_answer_display()} for pk, answer in answers.items()}


def _state(group: AlertGroup, incident: Incident | None, how: str, waits: bool) -> NoticeState | None:
    if incident is not None and incident.state != IncidentState.CLOSED:
        return NoticeState(gettext("対応中"), "attention", how)
    if waits:
        return NoticeState(gettext("確認待ち"), "attention", how)
    if incident is not None or group.grade >= Grade.MEDIUM:
        return NoticeState(gettext("確認済み"), "safe", how)
    return NoticeState(gettext("お答え済み"), "safe", how) if how else None
