"""Named reads of alerts, groups and the inbox."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet

from alerts.batches import lines_of, plain_of
from alerts.eve_repair import Unreadable, loaded
from alerts.inbox import MOST_ATTEMPTS
from alerts.models import Alert, AlertGroup, AlertSeries, InboxBatch, QuarantinedLine, UnexaminedFile
from alerts.models.alert import Grade, Notify


def raw_event(alert: Alert) -> dict[str, Any] | None:
    """The event as the box sent it, for whoever investigates by hand (alerts.ui.event).

    None when retention has dropped the batch.
    """
    line = raw_line(alert)
    if line is None:
        return None
    try:
        event = loaded(line, [])
    except Unreadable:
        return None
    return event if isinstance(event, dict) else None


def raw_line(alert: Alert) -> bytes | None:
    """The line of the batch that became this alert."""
    batch = InboxBatch.objects.filter(
        tenant_id=alert.tenant_id, sensor_id=alert.sensor_id, batch_id=alert.batch_id
    ).first()
    if batch is None:
        return None
    line: bytes = lines_of(plain_of(bytes(batch.body), batch.encoding))[alert.seq - batch.first_seq]
    return line


def batches_failed() -> QuerySet[InboxBatch]:
    """Batches given up after the last try, oldest first: nothing of them is lost, somebody must look."""
    failed = InboxBatch.objects.filter(processed_at__isnull=True, attempts__gte=MOST_ATTEMPTS)
    return failed.defer("body").order_by("received_at")


def batches_waiting() -> QuerySet[InboxBatch]:
    """Batches not worked on yet, or to be tried again, oldest first."""
    waiting = InboxBatch.objects.filter(processed_at__isnull=True, attempts__lt=MOST_ATTEMPTS)
    return waiting.defer("body").order_by("received_at")


def quarantine() -> QuerySet[QuarantinedLine]:
    """Lines that could not be read, newest first."""
    return QuarantinedLine.objects.select_related("sensor").order_by("-received_at", "-seq")


def unexamined_reasons(*, tenant_id: int, start: datetime, end: datetime) -> list[tuple[str, int]]:
    """(reason, how many) of files of a time that antivirus could not look into, the most frequent first."""
    files = UnexaminedFile.objects.filter(tenant_id=tenant_id, at__gte=start, at__lt=end)
    return list(files.values_list("reason").annotate(n=Count("pk")).order_by("-n", "reason"))


def unexamined_since(*, tenant_id: int, since: datetime) -> QuerySet[UnexaminedFile]:
    """A firm's files that nobody could look into, newest first."""
    return UnexaminedFile.objects.filter(tenant_id=tenant_id, at__gte=since).order_by("-at", "-seq")


def groups_seen(*, tenant_ids: Collection[int], since: datetime, least: int) -> QuerySet[AlertGroup]:
    """Notices of several firms of at least this grade that were seen since then, the newest first."""
    rows = AlertGroup.objects.filter(tenant_id__in=tenant_ids, grade__gte=least, last_at__gte=since)
    return rows.order_by("-last_at", "-pk")


def groups_in_reach() -> QuerySet[AlertGroup]:
    """Notices of all firms in reach, with firm and box."""
    return AlertGroup.objects.select_related("tenant", "sensor")


def groups_of(tenant_id: int) -> QuerySet[AlertGroup]:
    """A firm's notices, the newest first."""
    return AlertGroup.objects.filter(tenant_id=tenant_id).order_by("-last_at", "-pk")


def series_of(tenant_id: int) -> QuerySet[AlertSeries]:
    """A firm's series of alerts, the newest first."""
    return AlertSeries.objects.filter(tenant_id=tenant_id).order_by("-last_hour", "-last_at", "-pk")


def series_of_group(group: AlertGroup) -> AlertSeries | None:
    """The series a group belongs to; None of what only keeps a record."""
    series: AlertSeries | None = AlertSeries.objects.filter(**series_key(group)).first()
    return series if group.grade >= Grade.LOW else None


def series_key(row: AlertGroup | AlertSeries) -> dict[str, Any]:
    """What a series and its groups have in common, by column."""
    names = ("tenant_id", "sensor_id", "function", "direction", "threat_key", "asset_key")
    return {name: getattr(row, name) for name in names}


def groups_of_series(row: AlertGroup | AlertSeries) -> QuerySet[AlertGroup]:
    """The groups of a series, the newest first."""
    return AlertGroup.objects.filter(**series_key(row), grade__gte=Grade.LOW).order_by("-last_at", "-pk")


def groups_like(group: AlertGroup) -> QuerySet[AlertGroup]:
    """The notices of a group's series that are worth a mail and no graver than itself: what an answer to it covers."""
    return groups_of_series(group).filter(grade__lte=group.grade).exclude(notify=Notify.NONE)


def of_the_device(group: AlertGroup, around: timedelta) -> QuerySet[AlertGroup]:
    """Other groups of the same machine so long before and after, newest first; none when the machine is unknown."""
    if not group.asset_key:
        return AlertGroup.objects.none()
    rows = AlertGroup.objects.filter(tenant_id=group.tenant_id, sensor_id=group.sensor_id, asset_key=group.asset_key)
    near = rows.filter(last_at__gte=group.first_at - around, last_at__lte=group.last_at + around)
    return near.exclude(pk=group.pk).select_related("soc_person").order_by("-last_at", "-pk")


def of_the_family(group: AlertGroup, since: datetime) -> QuerySet[AlertGroup]:
    """Groups of the same signature family at other firms in reach, ★ and more, newest first, with their firm."""
    rows = AlertGroup.objects.filter(family=group.family, grade__gte=Grade.LOW, last_at__gte=since)
    return rows.exclude(tenant_id=group.tenant_id).select_related("tenant", "soc_person").order_by("-last_at", "-pk")


def detections_of(group: AlertGroup) -> QuerySet[Alert]:
    """The single detections of a notice, the newest first. All lie in its time, which their index begins with."""
    alerts = Alert.objects.filter(
        tenant_id=group.tenant_id, group_id=group.pk, event_time__gte=group.first_at, event_time__lte=group.last_at
    )
    return alerts.order_by("-event_time", "-epoch", "-seq")


def batches_of(tenant_id: int) -> QuerySet[InboxBatch]:
    """The batches of a firm's boxes."""
    return InboxBatch.objects.filter(tenant_id=tenant_id)


def batches_failing() -> QuerySet[InboxBatch]:
    """Batches whose processing failed so far, the newest first, with firm and box, without their bodies."""
    rows = InboxBatch.objects.filter(processed_at__isnull=True, attempts__gt=0).select_related("tenant", "sensor")
    return rows.defer("body", "content_sha256").order_by("-received_at")
