"""Named writes: an incident's machine is cut off, agreed to, given back. Need a scope that may write for the firm."""

from __future__ import annotations

from datetime import datetime

from base.moves import Party
from incidents.isolation.following import isolation_follow
from incidents.isolation.machines import addresses_of, incident_of_machine, isolations_in_force
from sensors.isolating import Agreement, Asker, isolation_ask, isolation_release
from sensors.models import Device, Isolation
from tenants.models import User
from tenants.tenancy.scope import tenant_scope


def machine_isolate(
    *,
    device: Device,
    asker: Asker,
    agreement: Agreement | None,
    now: datetime,
    number: int | None = None,
    reason: str = "",
    must_run_confirmed: bool = False,
) -> Isolation:
    """Cut a machine off, in the course of the incident that is about it (`number`, else the open one).

    Raises what sensors.isolating.isolation_ask raises.
    """
    incident = incident_of_machine(device, number)
    isolation = isolation_ask(
        device=device,
        asker=asker,
        agreement=agreement,
        now=now,
        incident_number=incident.number if incident is not None else None,
        addresses=addresses_of(device, incident) if incident is not None else (),
        reason=reason,
        must_run_confirmed=must_run_confirmed,
    )
    _follow(isolation, now)
    return isolation


def machine_release(*, isolation: Isolation, asker: Asker, now: datetime, reason: str = "") -> Isolation:
    """Give a machine its way back. Raises MoveRefused."""
    released = isolation_release(isolation=isolation, asker=asker, now=now, reason=reason)
    _follow(released, now)
    return released


def machines_signed_off(*, tenant_id: int, incident_id: int, by: User, now: datetime) -> int:
    """The vendor has signed its work off: the incident's machines get their way back. → how many."""
    with tenant_scope(tenant_id):  # a vendor holds a grant for its job, not for the firm's machines
        held = isolations_in_force(tenant_id=tenant_id, incident_id=incident_id)
        for isolation in held:
            machine_release(isolation=isolation, asker=Asker(Party.VENDOR, by), now=now)
    return len(held)


def machines_cut_off(*, tenant_id: int, incident_id: int) -> list[str]:
    """Addresses of the incident's machines that the box keeps off the internet, for the vendor that works on them."""
    with tenant_scope(tenant_id):
        held = isolations_in_force(tenant_id=tenant_id, incident_id=incident_id)
        return [isolation.device.last_ip or isolation.mac for isolation in held if isolation.applied_at is not None]


def _follow(isolation: Isolation, now: datetime) -> None:
    """Write the step down at once; it is the platform's own work for the firm, as the sweep would do it."""
    with tenant_scope(isolation.tenant_id):
        isolation_follow(isolation.tenant_id, isolation.pk, now)
