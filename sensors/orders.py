"""Orders for boxes: made when what a box shall do has changed, pulled by the box, answered by it."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, Q, QuerySet, Value
from django.db.models.functions import Greatest

from base import platform_key
from base.moves import before
from sensors import manifest
from sensors.isolation_orders import Reports, isolation_content, isolations_answer, isolations_ordered
from sensors.models import Order, OrderFile, RuleBundle, Sensor, Suppression, WebGuardName
from sensors.shared_files import hashes_stopped
from sensors.states import ORDER_MOVES
from tenants.audit.record import audit_record
from tenants.models import User
from tenants.selectors import enrolment_current


@dataclass(frozen=True)
class BoxState:
    """What a box says when it asks: the newest order it has dealt with, how that went, hits by suppression id, and what
    became of isolations by their id."""

    seen: int
    state: str
    detail: str
    hits: dict[int, tuple[int, datetime | None]]
    isolations: Reports = field(default_factory=dict)


def order_pull(*, tenant_id: int, sensor_id: int, box_state: BoxState, now: datetime) -> Order | None:
    """Store what the box reports. → the newest order when the box does not hold it yet, else None."""
    sensor = Sensor.objects.select_for_update().get(tenant_id=tenant_id, pk=sensor_id)
    _answer_record(sensor, box_state, now)
    _hits_record(sensor, box_state)
    if box_state.isolations:
        isolations_answer(sensor=sensor, reports=box_state.isolations, now=now)
    order = _order_current(sensor, now)
    return order if order is not None and order.version > box_state.seen else None


def order_file(*, tenant_id: int, sensor_id: int, sha256: str) -> bytes | None:
    """A file the box's newest order names; None for any other."""
    newest = _newest(tenant_id, sensor_id)
    if newest is None or f'"{sha256}"'.encode() not in bytes(newest.manifest):
        return None
    content = OrderFile.objects.filter(sha256=sha256).values_list("content", flat=True).first()
    return None if content is None else bytes(content)


def suppression_add(
    *,
    sensor: Sensor,
    signature_id: int,
    signature: str,
    source: str,
    destination: str,
    device: str,
    effect: str,
    reason: str,
    until: datetime,
    by: User,
    now: datetime,
) -> Suppression:
    """Tell a box to let a signature be. Raises manifest.SuppressionRefused."""
    source, destination, device = manifest.suppression_check(
        source=source, destination=destination, device=device, effect=effect, reason=reason, lasts=until - now
    )
    made: Suppression = Suppression.objects.create(
        tenant_id=sensor.tenant_id,
        sensor=sensor,
        signature_id=signature_id,
        signature=signature[:300],
        source=source,
        destination=destination,
        device=device,
        effect=effect,
        reason=reason.strip()[:300],
        created_at=now,
        created_by=by,
        expires_at=until,
    )
    audit_record(
        code="suppression.added",
        subject=f"suppression:{made.pk}",
        tenant_id=sensor.tenant_id,
        signature=signature_id,
        effect=effect,
        reason=made.reason,
    )
    return made


def suppression_end(*, suppression: Suppression, by: User, now: datetime) -> None:
    """The box looks again; ending an ended one changes nothing."""
    rows = Suppression.objects.filter(tenant_id=suppression.tenant_id, pk=suppression.pk, ended_at__isnull=True)
    if rows.update(ended_at=now, ended_by=by):
        audit_record(code="suppression.ended", subject=f"suppression:{suppression.pk}", tenant_id=suppression.tenant_id)


def sensor_switch(*, sensor: Sensor, off: list[str]) -> None:
    """Switch functions of a box off ("ips", "av", "wg"); the others are on."""
    known = [name for name in manifest.FUNCTIONS if name in off]
    Sensor.objects.filter(tenant_id=sensor.tenant_id, pk=sensor.pk).update(switched_off=known)
    audit_record(code="sensor.switched", subject=f"sensor:{sensor.pk}", tenant_id=sensor.tenant_id, off=known)


def _answer_record(sensor: Sensor, box_state: BoxState, now: datetime) -> None:
    answered = Order.objects.filter(tenant_id=sensor.tenant_id, sensor=sensor, version=box_state.seen)
    answered = answered.filter(state__in=before(ORDER_MOVES, box_state.state))
    made_at = answered.values_list("made_at", flat=True).first()
    if not answered.update(state=box_state.state, answered_at=now, detail=box_state.detail[:500]):
        return
    ordered = Suppression.objects.filter(
        tenant_id=sensor.tenant_id, sensor=sensor, applied_at__isnull=True, ordered_version__lte=box_state.seen
    )
    if box_state.state == Order.State.APPLIED:
        ordered.update(applied_at=now, problem="")
        box = Sensor.objects.filter(tenant_id=sensor.tenant_id, pk=sensor.pk)
        box.update(ordered_at=Greatest("ordered_at", Value(made_at)))
    else:
        ordered.update(problem=box_state.detail[:500] or box_state.state)


def _hits_record(sensor: Sensor, box_state: BoxState) -> None:
    for number, (hits, last) in box_state.hits.items():
        rows = Suppression.objects.filter(tenant_id=sensor.tenant_id, sensor=sensor, pk=number, hits__lt=hits)
        rows.update(hits=hits, last_hit_at=last)


def _order_current(sensor: Sensor, now: datetime) -> Order | None:
    """The newest order, made anew when its content has changed or its time runs out. None: nothing to order yet."""
    content = _content(sensor, now)
    wanted = manifest.content_sha256(content)
    newest = _newest(sensor.tenant_id, sensor.pk)
    if newest is not None and newest.content_sha256 == wanted and now - newest.made_at < manifest.RENEWED_AFTER:
        return newest
    version = (newest.version if newest is not None else 0) + 1
    signed = manifest.manifest_bytes(content, device_id=str(sensor.device_id), version=version, issued_at=now)
    order: Order = Order.objects.create(
        tenant_id=sensor.tenant_id,
        sensor=sensor,
        version=version,
        made_at=now,
        content_sha256=wanted,
        manifest=signed,
        signature=platform_key.private_key().sign(manifest.signed_bytes(signed)),
    )
    _open_suppressions(sensor, now).filter(ordered_version__isnull=True).update(ordered_version=version)
    isolations_ordered(sensor=sensor, version=version, now=now)
    return order


def _newest(tenant_id: int, sensor_id: int) -> Order | None:
    order: Order | None = Order.objects.filter(tenant_id=tenant_id, sensor_id=sensor_id).order_by("-version").first()
    return order


def _open_suppressions(sensor: Sensor, now: datetime) -> QuerySet[Suppression]:
    rows: QuerySet[Suppression] = Suppression.objects.filter(
        tenant_id=sensor.tenant_id, sensor=sensor, ended_at__isnull=True, expires_at__gt=now
    )
    return rows.order_by("pk")


def _content(sensor: Sensor, now: datetime) -> dict[str, Any]:
    enrolment = enrolment_current(tenant_id=sensor.tenant_id)
    programme = enrolment.programme_id if enrolment is not None else 0
    bundle = RuleBundle.objects.order_by("-version").first()
    names = WebGuardName.objects.filter(programme_id=programme).values_list("kind", "name")
    blocked = [name for kind, name in names if kind == WebGuardName.Kind.BLOCK]
    allowed = [name for kind, name in names if kind == WebGuardName.Kind.ALLOW]
    hashes = hashes_stopped(programme_id=programme, now=now)
    return {
        "functions": manifest.switched(sensor.switched_off),
        "files": {
            "rules": [bundle.file_id] if bundle is not None else [],
            "known_files": [_file_store(text) for text in manifest.hash_files(hashes)],
            "web_guard": [_file_store(manifest.names_text(blocked, allowed))] if blocked or allowed else [],
        },
        "suppressions": [
            {
                "id": row.pk,
                "signature_id": row.signature_id,
                "source": row.source,
                "destination": row.destination,
                "device": row.device,
                "effect": row.effect,
                "until": row.expires_at.isoformat(timespec="seconds"),
            }
            for row in _open_suppressions(sensor, now)
        ],
        **isolation_content(sensor, now),
    }


def _file_store(text: str) -> str:
    sha256, content = manifest.packed(text)
    OrderFile.objects.bulk_create([OrderFile(sha256=sha256, content=content)], ignore_conflicts=True)
    return sha256


def bundle_store(*, rules: str, rule_count: int, source: str) -> RuleBundle | None:
    """A new state of the rules for every box; None when it is the newest already."""
    sha256 = _file_store(rules)
    newest = RuleBundle.objects.order_by("-version").first()
    if newest is not None and newest.file_id == sha256:
        return None
    highest = RuleBundle.objects.aggregate(Max("version"))["version__max"] or 0
    return RuleBundle.objects.create(version=highest + 1, file_id=sha256, rule_count=rule_count, source=source[:300])


def is_rule_message(message: str) -> bool:
    """Whether a rule of the newest state has this message."""
    newest = RuleBundle.objects.select_related("file").order_by("-version").first()
    if newest is None or not message:
        return False
    written = "".join(f"\\{letter}" if letter in '\\";:' else letter for letter in message)
    rules = gzip.decompress(bytes(newest.file.content)).decode("utf-8", "replace")
    return any(f'msg:"{text}";' in rules for text in (message, written, message.replace(";", "\\;")))


def suppressions_in_force(*, sensor: Sensor, signature_id: int | None, now: datetime) -> list[Suppression]:
    """Those that let a signature be at a box at this moment, the newest first."""
    rows = Suppression.objects.filter(tenant_id=sensor.tenant_id, sensor=sensor, signature_id=signature_id or 0)
    return list(rows.filter(ended_at__isnull=True, expires_at__gt=now).order_by("-created_at"))


def suppressed_signatures(*, sensor_ids: set[int], now: datetime) -> set[tuple[int, int]]:
    """(box, signature) of what these boxes let be at this moment."""
    rows = Suppression.objects.filter(sensor_id__in=sensor_ids, ended_at__isnull=True, expires_at__gt=now)
    return set(rows.values_list("sensor_id", "signature_id"))


def suppressions_of(*, sensor: Sensor, now: datetime) -> list[Suppression]:
    """Open ones first, then those that ended in the last 30 days."""
    recent = Q(ended_at__isnull=True) | Q(ended_at__gt=now - timedelta(days=30))
    rows = Suppression.objects.filter(recent, tenant_id=sensor.tenant_id, sensor=sensor).select_related("created_by")
    return sorted(rows, key=lambda row: (row.ended_at is not None or row.expires_at <= now, -row.pk))


def order_newest(sensor: Sensor) -> Order | None:
    """The box's newest order."""
    return _newest(sensor.tenant_id, sensor.pk)
