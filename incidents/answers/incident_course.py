"""What an answer means for the incident of its notice."""

from __future__ import annotations

from datetime import datetime

from alerts.models import AlertGroup
from base.moves import Party
from incidents.answers.watches import scan_of
from incidents.core.course import incident_reopen, incident_watch
from incidents.core.receipts import receipt_record
from incidents.core.rules import ANSWER_CHANGED, HIGH, WATCH
from incidents.core.selectors import incident_of_group
from incidents.core.timeline import event_add
from incidents.jobsheet.proof import watch_span
from incidents.models import AlertAnswer, Incident, IncidentReceipt
from incidents.states.answer import Answer
from incidents.states.incident import ANSWER_ENDS, IncidentState
from tenants.models import User

_UNTOUCHED = (IncidentState.OPEN, IncidentState.CONTACTED)


def incident_follow(
    *, group: AlertGroup, answer: AlertAnswer, before: AlertAnswer | None, by: User | None, now: datetime
) -> None:
    """Write the answer into the incident's timeline. Needs the firm's open scope.

    An incident of lower importance that a rule opened and nobody works on yet is only watched from then on, when the
    answer ends the question: nothing is left for the firm to do. Another answer instead opens it again. A ★★★, and
    what a person judged, waits for the desk whatever the firm answers.
    """
    incident = incident_of_group(group)
    if incident is None or incident.state == IncidentState.CLOSED:
        return
    receipt_record(incident=incident, how=IncidentReceipt.How.PORTAL, by=by, now=now)
    event_add(incident=incident, code="answered", at=now, by=by, answer=answer.answer)
    if incident.grade >= HIGH or incident.opened_by not in ANSWER_ENDS:
        return
    own_watch = before is not None and incident.watch_since == before.answered_at
    if answer.ends and (incident.state in _UNTOUCHED or own_watch):
        until = now + (watch_span(scan_of(answer)) if answer.answer == Answer.CLEAN_SCAN else WATCH)
        _watch(incident, until, by, now)
    elif own_watch:
        incident_reopen(incident_id=incident.pk, party=Party.RULE, by=by, now=now, reason=ANSWER_CHANGED)


def _watch(incident: Incident, until: datetime, by: User | None, now: datetime) -> None:
    incident_watch(incident_id=incident.pk, until=until, party=Party.RULE, by=by, now=now)
    # From this answer on, so that the next knows whose watch it is.
    Incident.objects.filter(pk=incident.pk).update(watch_since=now)
