"""Host names the web guard of a programme's boxes blocks, or lets pass although a list names them."""

from __future__ import annotations

import re
from ipaddress import ip_address

from django.db.models import Exists, OuterRef
from django.utils import timezone

from sensors.models import Sensor, WebGuardName
from tenants.audit.record import audit_record
from tenants.models import Enrolment
from web import paging

# What the box's reader takes (sensor_agent/webguard.py).
_NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}")
# Below these, anybody registers names (JPRS: attribute type JP domain names): a whole branch of the net would be off.
_BRANCHES = frozenset(f"{kind}.jp" for kind in ("ac", "ad", "co", "ed", "go", "gr", "lg", "ne", "or"))


class NameRefused(ValueError):
    """It cannot be listed; the text is a code for the page."""


def host_read(text: str, *, kept: frozenset[str] = frozenset()) -> str:
    """The host name of a name or an address as people paste it: lower case, ASCII, without scheme, port and path.

    Raises NameRefused: not_a_name (also IP addresses), too_wide (a branch like co.jp), ours (`kept`: names which the
    boxes and firms need for the service itself, or one above them).
    """
    text = re.sub(r"^[a-z][a-z0-9+.-]*://", "", text.strip().lower())
    text = re.split(r"[/?#]", text, maxsplit=1)[0].rpartition("@")[2]
    host = re.sub(r":\d+$", "", text).rstrip(".")
    try:
        name = host.encode("idna").decode("ascii")
    except UnicodeError:
        raise NameRefused("not_a_name") from None
    if len(name) > 253 or not _NAME.fullmatch(name) or _is_address(name):
        raise NameRefused("not_a_name")
    if name in _BRANCHES:
        raise NameRefused("too_wide")
    if any(own == name or own.endswith(f".{name}") for own in kept):
        raise NameRefused("ours")
    return name


def name_set(*, programme_id: int, name: str, kind: str, reason: str) -> WebGuardName:
    """List a name as read by host_read; a name that is listed already changes its kind and reason."""
    row: WebGuardName
    row, _made = WebGuardName.objects.update_or_create(
        programme_id=programme_id,
        name=name,
        defaults={"kind": kind, "reason": reason, "added_at": timezone.now()},
    )
    audit_record(code="web_name.set", subject=f"web_name:{row.pk}", name=name, kind=kind, programme=programme_id)
    return row


def name_remove(*, programme_id: int, name_id: int) -> bool:
    """Take a name off the list. → False when it is not there."""
    row = WebGuardName.objects.filter(programme_id=programme_id, pk=name_id).first()
    if row is None:
        return False
    audit_record(code="web_name.removed", subject=f"web_name:{name_id}", name=row.name, programme=programme_id)
    row.delete()
    return True


def held_by(*, programme_id: int, names: list[WebGuardName]) -> tuple[dict[int, int], int]:
    """({name's id: how many boxes said that they apply an order with it}, of how many boxes); no more than
    web.paging.MOST_COUNTED are counted.

    Counted are the active boxes in reach of the firms whose contract with the programme is open.
    """
    enrolled = Enrolment.objects.filter(
        tenant_id=OuterRef("tenant_id"), programme_id=programme_id, contract_end__isnull=True
    )
    boxes = Sensor.objects.filter(Exists(enrolled), state=Sensor.State.ACTIVE)
    held: dict[int, int] = {}
    known, others = 0, boxes
    # The newest name first: boxes that hold it hold those before it, too, and are counted once.
    for row in sorted(names, key=lambda row: row.added_at, reverse=True):
        if not paging.is_cut(known):
            known += paging.counted(others.filter(ordered_at__gte=row.added_at))
            others = boxes.filter(ordered_at__lt=row.added_at)
        held[row.pk] = min(known, paging.MOST_COUNTED)
    return held, paging.counted(boxes)


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
