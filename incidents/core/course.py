"""Named writes of an incident's course: moved, watched, closed, opened again. All need a scope that sees the firm."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db.models import Max

from alerts.models import AlertGroup
from base.about import About
from base.moves import MoveRefused, Party, require_move
from incidents import doors
from incidents.core.mails import incident_mail_put
from incidents.core.rules import HIGH, WATCH
from incidents.core.targets import desk_due
from incidents.core.timeline import event_add
from incidents.models import DeskTask, Incident
from incidents.states.incident import INCIDENT_MOVES, IncidentState
from incidents.states.task import TaskState
from notifications.services import attention_close
from tenants.audit.record import audit_record
from tenants.models import User
from tenants.tenancy.scope import tenant_scope

_log = logging.getLogger(__name__)
_WATCH = ("watch_since", "watch_until")


def incident_move(
    *, incident_id: int, to: str, now: datetime, by: User | None = None, party: Party = Party.DESK, note: str = ""
) -> Incident:
    """Move an incident to another state; `note` is the reason, shown to the firm. Closing finishes its open tasks.

    Raises MoveRefused, ReasonMissing (incidents.states.incident.INCIDENT_MOVES says when).
    """
    if to == IncidentState.OPEN:
        return incident_reopen(incident_id=incident_id, by=by, party=party, now=now, reason=note)
    if to == IncidentState.WATCHING:
        return incident_watch(incident_id=incident_id, until=now + WATCH, by=by, party=party, now=now, note=note)
    if to == IncidentState.CLOSED and party == Party.ANALYST:
        raise MoveRefused("an analyst closes only what is joined to another")
    incident = locked(incident_id)
    old = state_set(incident, to, party=party, reason=note, now=now)
    event_add(incident=incident, code="moved", at=now, by=by, old=old, to=to, note=note[:300])
    return incident


def incident_watch(
    *,
    incident_id: int,
    until: datetime,
    now: datetime,
    by: User | None = None,
    party: Party = Party.DESK,
    note: str = "",
) -> Incident:
    """Watch whether the same comes back until a time; one already watched is watched until then instead.

    Detections of its kind open it again (triage); otherwise `watches_end` closes it at `until`. Raises MoveRefused.
    """
    if until <= now:
        raise MoveRefused("a watch ends later than it begins")
    incident = locked(incident_id)
    if incident.state != IncidentState.WATCHING:
        state_set(incident, IncidentState.WATCHING, party=party, reason=note, now=now)
    incident.watch_until = until
    incident.save(update_fields=["watch_until"])
    event_add(incident=incident, code="watched", at=now, by=by, until=until.isoformat(), note=note[:300])
    return incident


def incident_reopen(
    *,
    incident_id: int,
    now: datetime,
    by: User | None = None,
    party: Party = Party.RULE,
    reason: str = "",
    group: AlertGroup | None = None,
) -> Incident:
    """Open an incident again that was closed or watched: the same came back (`group`), or a person says why.

    The desk gets its task again, and for a ★★★ the firm is mailed at once again. Raises MoveRefused (also for one that
    was joined to another, or when the same is open under a newer number), ReasonMissing.
    """
    incident = locked(incident_id)
    if incident.merged_into_id is not None:
        raise MoveRefused("it was joined to another incident")
    same = Incident.objects.filter(
        tenant_id=incident.tenant_id, kind=incident.kind, family=incident.family, asset_key=incident.asset_key
    )
    if same.exclude(state=IncidentState.CLOSED).exclude(pk=incident.pk).exists():
        raise MoveRefused("the same is open under a newer number")
    why = reason or ("recurrence" if group is not None else "")
    old = state_set(incident, IncidentState.OPEN, party=party, reason=why, now=now)
    seen = {} if group is None else {"group": group.pk, "count": group.alert_count}
    event_add(incident=incident, code="reopened", at=now, by=by, old=old, reason=reason[:300], **seen)
    task_ensure(incident, now)
    if group is not None:
        mailed(incident, group, now)
    return incident


def watches_end(*, now: datetime) -> int:
    """Close every incident whose watch is over and say since when the alert has stopped. → closed."""
    ended = 0
    for tenant_id, incident_id in doors.ended_watches(now):
        try:
            with tenant_scope(tenant_id):
                ended += _watch_end(incident_id, now)
        except Exception:
            _log.exception("the watch of incident %s of firm %s did not end", incident_id, tenant_id)
    return ended


def _watch_end(incident_id: int, now: datetime) -> bool:
    incident = locked(incident_id)
    since, until = incident.watch_since, incident.watch_until
    if incident.state != IncidentState.WATCHING or since is None or until is None or until > now:
        return False
    last = incident.groups.aggregate(last=Max("last_at"))["last"]
    state_set(incident, IncidentState.CLOSED, party=Party.RULE, reason="stopped", now=now)
    event_add(
        incident=incident,
        code="stopped",
        at=now,
        last=last.isoformat() if last else "",
        days=max(round((until - since).total_seconds() / 86400), 1),
    )
    return True


def locked(incident_id: int) -> Incident:
    """The incident under its row lock."""
    incident: Incident = Incident.objects.select_for_update(of=("self",)).get(pk=incident_id)
    return incident


def state_set(incident: Incident, to: str, *, party: Party, reason: str, now: datetime) -> str:
    """The only place that writes Incident.state; `incident` is locked. → the state before. Raises MoveRefused."""
    old = incident.state
    require_move(INCIDENT_MOVES, old, to, party=party, reason=reason)
    incident.state = to
    incident.closed_at = now if to == IncidentState.CLOSED else None
    incident.watch_since = now if to == IncidentState.WATCHING else None
    incident.watch_until = None
    incident.save(update_fields=["state", "closed_at", *_WATCH])
    if to == IncidentState.CLOSED:
        tasks_finish(incident, reason, now)
    audit_record(
        code="incident.moved",
        subject=f"incident:{incident.number}",
        tenant_id=incident.tenant_id,
        old=old,
        to=to,
        party=party.value,
        note=reason[:300],
    )
    return old


def tasks_finish(incident: Incident, reason: str, now: datetime) -> None:
    """The desk has nothing more to do about the incident. Of a scope that may not change tasks, nothing happens."""
    running = DeskTask.objects.filter(tenant_id=incident.tenant_id, incident=incident, done_at__isnull=True)
    running.update(state=TaskState.DONE, done_at=now, outcome=reason[:300])


def task_ensure(incident: Incident, now: datetime) -> None:
    """The desk's open task about the incident, made when there is none."""
    unresolved = incident.kind == Incident.Kind.ANTIVIRUS_UNRESOLVED
    DeskTask.objects.get_or_create(
        tenant_id=incident.tenant_id,
        incident=incident,
        kind=DeskTask.Kind.ANTIVIRUS_UNRESOLVED if unresolved else DeskTask.Kind.FIRST_RESPONSE,
        done_at=None,
        defaults={
            "importance": incident.grade,
            "opened_at": now,
            "due_at": desk_due(tenant_id=incident.tenant_id, importance=incident.grade, at=now),
        },
    )


def mailed(incident: Incident, group: AlertGroup, now: datetime) -> None:
    """Mail a ★★★ to the firm at once: when the incident opens, rises to it, or opens again."""
    if incident.grade == HIGH:
        incident_mail_put(incident=incident, group=group, times=incident.events.filter(code="mailed").count())
        event_add(incident=incident, code="mailed", at=now)


def attention_settle(*, tenant_id: int, kind: str, about: About, now: datetime) -> None:
    """Close a request that is fulfilled and finish its task, also a task that somebody has taken."""
    if not attention_close(tenant_id=tenant_id, kind=kind, about=about, now=now):
        return
    DeskTask.objects.filter(
        tenant_id=tenant_id,
        attention__kind=kind,
        attention__about_type=about.type,
        attention__about_id=about.id,
        done_at__isnull=True,
    ).update(state=TaskState.DONE, done_at=now, outcome="settled")
