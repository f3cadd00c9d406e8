"""Sweeps that turn alert groups into incidents and requests to look into desk tasks.

Each row is claimed by a conditional UPDATE in the transaction that acts on it, so nothing is lost or done twice.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Container, Sequence
from datetime import datetime

from alerts.grading_rules import RULE_SET
from alerts.models import AlertGroup
from alerts.models.alert import DigestState, Notify
from base.turns import turns
from incidents import doors
from incidents.core import desk_tasks
from incidents.core.course import locked
from incidents.core.opening import incident_group_join, incident_known, incident_open_or_join
from incidents.models import Incident
from incidents.states.incident import BY_GRADE, IncidentState, Opening
from notifications.doors import untaken_attentions
from notifications.services import attention_take
from tenants.tenancy.scope import tenant_scope

_log = logging.getLogger(__name__)
A_TURN = 5  # groups of a firm before those of the next
TIMES_THE_READING = (
    10  # the list is read again after this many times the time reading it took, so that new rows are not left behind
)
# The rules of ★★★ that count: KMM 3.8, "command-and-control callbacks pass a count".
COUNTED = frozenset(rule.id for rule in RULE_SET.rules if ("reached", frozenset({True})) in rule.conditions)


def groups_claim(*, now: datetime, firms: Container[int] | None = None) -> int:
    """Open or join incidents for every group that needs one; open again what came back. → groups claimed.

    A few of each firm, then those that have come meanwhile too: no firm waits behind all that another has. `firms`:
    only of these.
    """
    kinds: tuple[tuple[Callable[[], Sequence[tuple[int, ...]]], Callable[..., bool]], ...] = (
        (doors.untriaged_groups, _triage),
        (lambda: doors.policy_groups(now), _policy),
        (doors.groups_of_open_incidents, _attach),
        (lambda: doors.returning_groups(now), _return),
    )
    done, tried, going = 0, set[tuple[object, ...]](), True
    while going:
        going = False
        for waiting, act in kinds:
            began = time.monotonic()
            rows = [row for row in waiting() if (act, *row) not in tried and (firms is None or row[0] in firms)]
            until = time.monotonic() + TIMES_THE_READING * (time.monotonic() - began)
            for turn in turns(rows, A_TURN):
                tried.update((act, *row) for row in turn)
                done += _each(turn, now, act)
                going = True
                if time.monotonic() >= until:
                    break
    return done


def desk_tasks_open(*, now: datetime) -> int:
    """Desk tasks for requests to look; finishes untaken ones whose reason has gone. → tasks opened."""
    opened = _each(untaken_attentions(), now, _open_task)
    _each(doors.settled_tasks(), now, _settle)
    return opened


def _each(rows: Sequence[tuple[int, ...]], now: datetime, act: Callable[..., bool]) -> int:
    """One transaction a row: a row that fails is logged and tried again at the next sweep, the others go on."""
    done = 0
    for row in rows:
        try:
            with tenant_scope(row[0]):
                done += act(*row, now)
        except Exception:
            _log.exception("%s failed for firm %s, row %s", act.__name__, row[0], row[1])
    return done


def _triage(tenant_id: int, group_id: int, now: datetime) -> bool:
    group = _claimed(tenant_id, group_id, now)
    if group is None:
        return False
    high = group.notify == Notify.AT_ONCE
    by_rule = Opening.CALLBACKS if group.rule in COUNTED else Opening.HIGH_GRADE
    incident_open_or_join(
        group=group,
        kind=Incident.Kind.MALWARE_SUSPECTED if high else Incident.Kind.ANTIVIRUS_UNRESOLVED,
        opened_by=by_rule if high else Opening.ANTIVIRUS,
        grade=group.grade,
        now=now,
    )
    return True


def _policy(tenant_id: int, group_id: int, now: datetime) -> bool:
    """Open an incident for a ★★ where the programme wants a person for each. The digest still mails it to the firm."""
    group = _claimed(tenant_id, group_id, now)
    if group is None:
        return False
    kind = Incident.Kind.MALWARE_SUSPECTED
    incident_open_or_join(group=group, kind=kind, opened_by=Opening.POLICY, grade=group.grade, now=now)
    return True


def _claimed(tenant_id: int, group_id: int, now: datetime) -> AlertGroup | None:
    waiting = AlertGroup.objects.filter(tenant_id=tenant_id, pk=group_id, triaged_at__isnull=True)
    return AlertGroup.objects.get(pk=group_id) if waiting.update(triaged_at=now) else None


def _attach(tenant_id: int, group_id: int, now: datetime) -> bool:
    """Take a group out of the digest because its incident is open."""
    group = AlertGroup.objects.select_for_update().get(pk=group_id)
    incident = incident_known(group, Incident.Kind.MALWARE_SUSPECTED)
    if group.digest_state != DigestState.UNWRITTEN or incident is None:
        return False
    if incident.state == IncidentState.CLOSED or incident.opened_by not in BY_GRADE:
        return False
    AlertGroup.objects.filter(pk=group_id).update(
        digest_state=DigestState.WITHDRAWN, triaged_at=group.triaged_at or now
    )
    incident_group_join(incident=incident, group=group, now=now)
    return True


def _return(tenant_id: int, group_id: int, incident_id: int, now: datetime) -> bool:
    """Open a watched or closed incident again, because the same came back."""
    incident = locked(incident_id)
    over_since = incident.watch_since or incident.closed_at
    group = AlertGroup.objects.get(pk=group_id)
    if over_since is None or group.last_at <= over_since:
        return False
    incident_group_join(incident=incident, group=group, now=now)
    return True


def _open_task(tenant_id: int, attention_id: int, now: datetime) -> bool:
    attention = attention_take(tenant_id=tenant_id, attention_id=attention_id, now=now)
    if attention is None:
        return False
    desk_tasks.attention_task_open(attention=attention, now=now)
    return True


def _settle(tenant_id: int, task_id: int, now: datetime) -> bool:
    return desk_tasks.desk_task_settle(tenant_id=tenant_id, task_id=task_id, now=now)
