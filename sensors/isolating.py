"""Named writes of isolations: wished, agreed to, ended by a person. Need an open scope that may write for the firm."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from base.moves import MoveRefused, Party, ReasonMissing, require_move
from base.reasons import says_something
from base.refusals import Refusal
from sensors.doors import lock_isolations
from sensors.isolation_consents import night_consent, night_consent_holds
from sensors.isolation_rules import Why, addresses_meant, box_facts, refusal_of
from sensors.isolation_settings import isolation_settings
from sensors.models import Device, Isolation, Sensor
from sensors.states import ISOLATION_MOVES, OPEN_ISOLATIONS, IsolationState
from tenants.audit.record import audit_record
from tenants.models import User

Way = Isolation.Way
# How each party shows that the firm agrees; staff without any only wish.
_WAYS = {
    Party.FIRM: (Way.PAGE, Way.MAIL),
    Party.DESK: (Way.PHONE, Way.NIGHT),
    Party.ANALYST: (Way.NIGHT,),
}


class IsolationRefused(Refusal):
    """This machine is not cut off; `why`."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


class MustRunUnconfirmed(Refusal):
    """Work stops without this machine: the person must confirm once more."""


class ConsentMissing(Refusal):
    """Nobody of the firm has agreed: no words of who did, or the consent for nights does not hold now."""


class IsolationOpen(MoveRefused):
    """It is cut off, or about to be."""


@dataclass(frozen=True)
class Asker:
    """Who acts: a person of a party, or whoever holds the link of a mail to `contact`."""

    party: Party
    by: User | None = None
    contact: str = ""


@dataclass(frozen=True)
class Agreement:
    """That the firm agreed. `words`: of a telephone call, who agreed and when."""

    way: Way
    words: str = ""


def isolation_ask(
    *,
    device: Device,
    asker: Asker,
    agreement: Agreement | None,
    now: datetime,
    incident_number: int | None = None,
    addresses: Iterable[str] = (),
    reason: str = "",
    must_run_confirmed: bool = False,
) -> Isolation:
    """Have a machine cut off. Without the firm's agreement it is a wish that waits for it; agreeing to one fulfils it.

    `addresses`: further ones it was seen with. Raises IsolationRefused, MustRunUnconfirmed, ConsentMissing,
    ReasonMissing (staff say why), IsolationOpen.
    """
    lock_isolations(device.tenant_id)
    sensor: Sensor = Sensor.objects.get(tenant_id=device.tenant_id, pk=device.sensor_id)
    why = why_not(device, sensor)
    if why is not None:
        raise IsolationRefused(why)
    _require_agreed(asker, agreement, device, must_run_confirmed, now)
    if asker.party != Party.FIRM and not says_something(reason):
        raise ReasonMissing("staff say why")
    isolation = isolation_open(device)
    if isolation is None:
        isolation = _wish(device, sensor, asker, incident_number, addresses, reason, now)
    elif agreement is None or isolation.state != IsolationState.WISHED:
        raise IsolationOpen(isolation.state)
    if agreement is not None:
        _agree(isolation, asker, agreement, must_run_confirmed, now)
    return isolation


def isolation_release(*, isolation: Isolation, asker: Asker, now: datetime, reason: str = "") -> Isolation:
    """Give a machine its way back; one the box does not hold yet ends at once. Raises MoveRefused."""
    lock_isolations(isolation.tenant_id)
    isolation = Isolation.objects.select_for_update().get(tenant_id=isolation.tenant_id, pk=isolation.pk)
    on_box = isolation.state in (IsolationState.ORDERED, IsolationState.APPLIED)
    to = IsolationState.RELEASING if on_box else IsolationState.ENDED
    require_move(ISOLATION_MOVES, IsolationState(isolation.state), to, party=asker.party)
    _change(
        isolation,
        state=to,
        release_asked_at=now,
        release_party=asker.party.value,
        released_by=asker.by,
        **({} if on_box else {"ended_at": now}),
    )
    audit_record(
        code="isolation.released",
        subject=f"isolation:{isolation.pk}",
        tenant_id=isolation.tenant_id,
        mac=isolation.mac,
        party=asker.party.value,
        contact=asker.contact,
        reason=reason.strip()[:300],
    )
    return isolation


def isolation_open(device: Device) -> Isolation | None:
    """The one of a machine that is not over."""
    rows = Isolation.objects.filter(tenant_id=device.tenant_id, device=device, state__in=OPEN_ISOLATIONS)
    isolation: Isolation | None = rows.first()
    return isolation


def why_not(device: Device, sensor: Sensor) -> Why | None:
    """Why the box that saw a machine does not cut it off; None when it may."""
    return refusal_of(
        mac=device.mac,
        address=device.last_ip or "",
        box=box_facts(sensor.heartbeat),
        active=sensor.state == Sensor.State.ACTIVE,
    )


def device_must_run(*, device: Device, must_run: bool, reason: str) -> None:
    """Say that work stops without a machine, and why; or that it does not. Raises ReasonMissing."""
    if must_run and not says_something(reason):
        raise ReasonMissing("why work stops without it")
    words = reason.strip()[:200] if must_run else ""
    row = Device.objects.filter(tenant_id=device.tenant_id, pk=device.pk)
    if not row.exclude(must_run=must_run, must_run_reason=words).update(must_run=must_run, must_run_reason=words):
        return
    audit_record(
        code="device.must_run",
        subject=f"device:{device.pk}",
        tenant_id=device.tenant_id,
        must_run=must_run,
        reason=words,
    )


def _require_agreed(
    asker: Asker, agreement: Agreement | None, device: Device, must_run_confirmed: bool, now: datetime
) -> None:
    if agreement is None:
        return
    if agreement.way not in _WAYS.get(asker.party, ()):
        raise MoveRefused(f"{asker.party} has no agreement by {agreement.way}")
    if agreement.way == Way.PHONE and not says_something(agreement.words):
        raise ConsentMissing("who agreed on the telephone")
    if agreement.way == Way.NIGHT and not night_consent_holds(tenant_id=device.tenant_id, at=now):
        raise ConsentMissing("no consent for nights holds now")
    if device.must_run and not must_run_confirmed:
        raise MustRunUnconfirmed(device.pk)


def _wish(
    device: Device,
    sensor: Sensor,
    asker: Asker,
    incident_number: int | None,
    addresses: Iterable[str],
    reason: str,
    now: datetime,
) -> Isolation:
    made: Isolation = Isolation.objects.create(
        tenant_id=device.tenant_id,
        sensor=sensor,
        device=device,
        incident_number=incident_number,
        mac=device.mac,
        addresses=addresses_meant(
            [*addresses, *_own_address(device)], networks=sensor.home_net, box=box_facts(sensor.heartbeat)
        ),
        until=now + isolation_settings(tenant_id=device.tenant_id, at=now).lasts,
        wished_at=now,
        wished_party=asker.party.value,
        wished_by=asker.by,
        contact=asker.contact[:254],
        reason=reason.strip()[:300],
    )
    audit_record(
        code="isolation.wished",
        subject=f"isolation:{made.pk}",
        tenant_id=device.tenant_id,
        device=device.pk,
        mac=device.mac,
        incident=incident_number,
        party=asker.party.value,
        contact=asker.contact,
        reason=made.reason,
    )
    return made


def _own_address(device: Device) -> list[str]:
    """Its last address, unless another machine was seen with it since."""
    if not device.last_ip:
        return []
    others = Device.objects.filter(tenant_id=device.tenant_id, sensor_id=device.sensor_id, last_ip=device.last_ip)
    taken = others.exclude(pk=device.pk).filter(last_seen_at__gt=device.last_seen_at).exists()
    return [] if taken else [device.last_ip]


def _agree(isolation: Isolation, asker: Asker, agreement: Agreement, must_run_confirmed: bool, now: datetime) -> None:
    require_move(ISOLATION_MOVES, IsolationState(isolation.state), IsolationState.CONSENTED, party=asker.party)
    _change(
        isolation,
        state=IsolationState.CONSENTED,
        until=now + isolation_settings(tenant_id=isolation.tenant_id, at=now).lasts,
        consented_at=now,
        consent_way=agreement.way.value,
        consent_words=_words_of(agreement, asker, isolation.tenant_id)[:200],
        consent_recorded_by=asker.by,
        must_run_confirmed=must_run_confirmed,
    )
    audit_record(
        code="isolation.agreed",
        subject=f"isolation:{isolation.pk}",
        tenant_id=isolation.tenant_id,
        mac=isolation.mac,
        way=agreement.way.value,
        words=isolation.consent_words,
        must_run_confirmed=must_run_confirmed,
    )


def _words_of(agreement: Agreement, asker: Asker, tenant_id: int) -> str:
    """Who agreed: by telephone as it was written down, by mail the address, for nights which consent."""
    if agreement.way == Way.NIGHT:
        given = night_consent(tenant_id=tenant_id)
        return f"{given.version}: {given.hours}" if given is not None else ""
    return agreement.words.strip() if agreement.way == Way.PHONE else asker.contact


def _change(isolation: Isolation, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(isolation, name, value)
    isolation.followed = False
    isolation.save(update_fields=[*fields, "followed"])
