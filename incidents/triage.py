"""Sweeps that turn alert groups into incidents and requests to look into desk tasks.

Each row is claimed by a conditional UPDATE in the transaction that acts on it, so nothing is lost or done twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from alerts.models import AlertGroup
from alerts.models.alert import Notify
from incidents import doors, services
from incidents.models import Incident
from incidents.rules import IncidentState
from notifications.doors import untaken_attentions
from notifications.services import attention_take
from tenants.scope import tenant_scope

_log = logging.getLogger(__name__)


def groups_claim(*, now: datetime) -> int:
    """Open or join incidents for every group that needs one. → groups claimed."""
    done = _each(doors.untriaged_groups(), now, _triage)
    return done + _each(doors.groups_of_open_incidents(), now, _attach)


def desk_tasks_open(*, now: datetime) -> int:
    """Desk tasks for requests to look; finishes untaken ones whose reason has gone. → tasks opened."""
    opened = _each(untaken_attentions(), now, _open_task)
    _each(doors.settled_tasks(), now, _settle)
    return opened


def _each(pairs: list[tuple[int, int]], now: datetime, act: Callable[[int, int, datetime], bool]) -> int:
    """One transaction a row: a row that fails is logged and tried again at the next sweep, the others go on."""
    done = 0
    for tenant_id, row_id in pairs:
        try:
            with tenant_scope(tenant_id):
                done += act(tenant_id, row_id, now)
        except Exception:
            _log.exception("%s failed for firm %s, row %s", act.__name__, tenant_id, row_id)
    return done


def _triage(tenant_id: int, group_id: int, now: datetime) -> bool:
    claimed = AlertGroup.objects.filter(tenant_id=tenant_id, pk=group_id, triaged_at__isnull=True)
    if not claimed.update(triaged_at=now):
        return False
    group = AlertGroup.objects.get(pk=group_id)
    high = group.notify == Notify.AT_ONCE
    services.incident_open_or_join(
        group=group,
        kind=Incident.Kind.MALWARE_SUSPECTED if high else Incident.Kind.ANTIVIRUS_UNRESOLVED,
        opened_by=Incident.OpenedBy.HIGH_GRADE if high else Incident.OpenedBy.ANTIVIRUS,
        grade=group.grade,
        now=now,
    )
    return True


def _attach(tenant_id: int, group_id: int, now: datetime) -> bool:
    """Take a group out of the digest because its incident is open."""
    group = AlertGroup.objects.select_for_update().get(pk=group_id)
    incident = (
        Incident.objects.filter(
            tenant_id=tenant_id,
            kind=Incident.Kind.MALWARE_SUSPECTED,
            opened_by=Incident.OpenedBy.HIGH_GRADE,
            family=group.family,
            asset_key=group.asset_key,
        )
        .exclude(state=IncidentState.CLOSED)
        .first()
    )
    if group.digest_key or incident is None:
        return False
    AlertGroup.objects.filter(pk=group_id).update(
        digest_key=f"incident:{incident.number}", triaged_at=group.triaged_at or now
    )
    services.incident_group_join(incident=incident, group=group, now=now)
    return True


def _open_task(tenant_id: int, attention_id: int, now: datetime) -> bool:
    attention = attention_take(tenant_id=tenant_id, attention_id=attention_id, now=now)
    if attention is None:
        return False
    services.attention_task_open(attention=attention, now=now)
    return True


def _settle(tenant_id: int, task_id: int, now: datetime) -> bool:
    return services.desk_task_settle(tenant_id=tenant_id, task_id=task_id, now=now)
