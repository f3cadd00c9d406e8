"""What has become of a firm's notices, in words: an incident, a judgement, an answer, or still a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from alerts.models import AlertGroup
from alerts.models.alert import Grade
from alerts.models.judgement import Verdict
from alerts.ui.lines import Line
from incidents.core.questions import Stand, stands_of
from incidents.models import ANSWERS
from incidents.states.incident import IncidentState

_ANSWERS = dict(ANSWERS)


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
    stands = stands_of(tenant_id=tenant_id, group_ids=ids)
    states = {group.pk: _state(group, stands[group.pk]) for group in groups if group.pk in stands}
    return {pk: state for pk, state in states.items() if state is not None}


def _how(stand: Stand) -> str:
    """What came of it in words; an answer of the firm goes before a judgement."""
    if stand.answer:
        return gettext("お答え: %(answer)s") % {"answer": _ANSWERS[stand.answer]}
    if stand.verdict:
        return gettext("専門の人の判断: %(verdict)s") % {"verdict": Verdict(stand.verdict).label}
    return ""


def _state(group: AlertGroup, stand: Stand) -> NoticeState | None:
    how = _how(stand)
    if stand.incident and stand.incident != IncidentState.CLOSED:
        return NoticeState(gettext("対応中"), "attention", how)
    if stand.waits:
        return NoticeState(gettext("確認待ち"), "attention", how)
    if stand.incident or group.grade >= Grade.MEDIUM:
        return NoticeState(gettext("確認済み"), "safe", how)
    return NoticeState(gettext("お答え済み"), "safe", how) if how else None
