"""After the scan: whether the alert comes again for the device and family; opened and ended by time (OSK 5.4.1)."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime

from django.db.models import Max

from alerts.models import AlertGroup
from base.moves import Party
from incidents.core.rows import each_row
from incidents.dispatch.services import job_move
from incidents.jobsheet import doors, proof, selectors
from incidents.jobsheet.records import scan_of
from incidents.models import Incident, IncidentEvent, Job, Watch
from incidents.models.device_watch import DeviceWatch
from incidents.states.job import JobState
from incidents.states.watch import WatchState


def watches_follow(*, now: datetime) -> int:
    """Open the watches that are due, end those whose time is over or whose alert came again. → rows touched."""
    return each_row(doors.jobs_to_watch(), now, watch_open) + each_row(doors.running_watches(), now, watch_look)


def paid_jobs_close(*, now: datetime, firms: Container[int] | None = None) -> int:
    """Close signed jobs whose invoice is settled. `firms`: only of these. → jobs closed."""
    return each_row([row for row in doors.jobs_paid() if firms is None or row[0] in firms], now, _close)


def watch_open(tenant_id: int, job_id: int, now: datetime) -> bool:
    """Watch the incident's device and family after the scans of the job."""
    job: Job = Job.objects.select_for_update().get(pk=job_id)
    scans = selectors.records_of(job_id, "scan")
    if job.incident_id is None or not scans or selectors.watch_of(job_id) is not None:
        return False
    incident: Incident = Incident.objects.get(pk=job.incident_id)
    # The weakest answer decides how long; of equal ones the newest.
    last = max(scans, key=lambda row: (proof.watch_span(scan_of(row)), row.at))
    scan = scan_of(last)
    watch: Watch = Watch.objects.create(
        tenant_id=tenant_id,
        job=job,
        incident=incident,
        scan=last,
        asset_key=incident.asset_key,
        family=incident.family,
        rating=proof.rating(scan),
        opened_at=last.at,
        until=last.at + proof.watch_span(scan),
        stopped_at=last_alert(incident.tenant_id, incident.asset_key, incident.family, before=last.at),
    )
    _event_add(watch, "watch_opened", now, until=watch.until.isoformat())
    return True


def watch_look(tenant_id: int, watch_id: int, now: datetime) -> bool:
    """End a watch that has its answer; → whether it had."""
    watch: Watch = Watch.objects.select_for_update().get(pk=watch_id)
    if not watch_settle(watch, now):
        return False
    if watch.state == WatchState.QUIET:
        _event_add(watch, "watch_quiet", now, stopped_at=watch.stopped_at.isoformat() if watch.stopped_at else None)
    else:
        _event_add(watch, "watch_recurred", now, at=watch.recurred_at.isoformat() if watch.recurred_at else None)
    return True


def watch_settle(watch: DeviceWatch, now: datetime) -> bool:
    """Store what became of a watch that has its answer; `watch` is locked. → whether it had."""
    newest = last_alert(watch.tenant_id, watch.asset_key, watch.family, before=watch.until)
    state = proof.watch_result(opened_at=watch.opened_at, until=watch.until, newest_alert=newest, now=now)
    if watch.state != WatchState.RUNNING or state == WatchState.RUNNING:
        return False
    watch.state, watch.recurred_at = state, newest if state == WatchState.RECURRED else None
    watch.save(update_fields=["state", "recurred_at"])
    return True


def last_alert(tenant_id: int, asset_key: str, family: str, *, before: datetime) -> datetime | None:
    """When this device met this family last until a time; None: it never did."""
    groups = AlertGroup.objects.filter(tenant_id=tenant_id, asset_key=asset_key, family=family, first_at__lte=before)
    newest: datetime | None = groups.aggregate(newest=Max("last_at"))["newest"]
    return min(newest, before) if newest is not None else None


def _event_add(watch: Watch, code: str, now: datetime, **data: str | None) -> None:
    IncidentEvent.objects.create(
        tenant_id=watch.tenant_id, incident_id=watch.incident_id, at=now, code=code, data={"watch": watch.pk} | data
    )


def _close(tenant_id: int, job_id: int, now: datetime) -> bool:
    job: Job = Job.objects.select_for_update().get(pk=job_id)
    if job.state != JobState.SIGNED:
        return False
    job_move(job=job, to=JobState.CLOSED, by=Party.RULE, user=None, now=now)
    return True
