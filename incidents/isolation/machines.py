"""Named reads: which machines an incident is about, and how they stand. Need an open scope that sees the firm."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from alerts.models import AlertGroup
from incidents.core.selectors import incident_groups, incidents_of
from incidents.models import Incident
from incidents.states.incident import IncidentState
from sensors.mac import mac_read
from sensors.models import Device, Isolation
from sensors.states import OPEN_ISOLATIONS

MOST_MACHINES = 5


def machines_of(incident: Incident) -> list[Device]:
    """The machines of the firm that its notices are about: the weak or infected end, newest notice first."""
    ends = dict.fromkeys((group.sensor_id, mac_read(group.asset_mac)) for group in incident_groups(incident)[:100])
    rows = Device.objects.filter(tenant_id=incident.tenant_id, mac__in={mac for _box, mac in ends if mac})
    known = {(device.sensor_id, device.mac): device for device in rows.select_related("sensor")}
    return [known[end] for end in ends if end in known][:MOST_MACHINES]


def incident_of_machine(device: Device, number: int | None = None) -> Incident | None:
    """The incident with this number when it is about the machine; without a number the newest that is not closed."""
    about = incidents_of(device.tenant_id).filter(
        incidentgroup__group__sensor_id=device.sensor_id, incidentgroup__group__asset_mac__iexact=device.mac
    )
    rows = about.filter(number=number) if number is not None else about.exclude(state=IncidentState.CLOSED)
    incident: Incident | None = rows.order_by("-opened_at", "-pk").first()
    return incident


def addresses_of(device: Device, incident: Incident) -> list[str]:
    """Addresses the machine had in the notices of an incident, IPv4 and IPv6."""
    groups: QuerySet[AlertGroup] = incident_groups(incident).filter(sensor_id=device.sensor_id)
    ends = groups.values_list("asset_mac", "asset_ip")[:100]
    return sorted({str(address) for mac, address in ends if address and mac_read(mac) == device.mac})


def isolations_of(device: Device) -> QuerySet[Isolation]:
    """Those of a machine, the newest first."""
    rows: QuerySet[Isolation] = Isolation.objects.filter(tenant_id=device.tenant_id, device=device)
    return rows.select_related("sensor", "wished_by", "consent_recorded_by", "released_by").order_by("-pk")


def isolations_running(tenant_id: int) -> list[Isolation]:
    """Those of a firm that are not over, with machine and box: first what waits for the firm's consent."""
    rows: QuerySet[Isolation] = Isolation.objects.filter(tenant_id=tenant_id, state__in=OPEN_ISOLATIONS)
    order = {state.value: place for place, state in enumerate(OPEN_ISOLATIONS)}
    return sorted(rows.select_related("device", "sensor").order_by("pk"), key=lambda row: order[row.state])


def isolated_machines(tenant_id: int) -> set[int]:
    """Numbers of the firm's machines that are cut off now, by their boxes' word."""
    rows = Isolation.objects.filter(
        tenant_id=tenant_id, state__in=OPEN_ISOLATIONS, applied_at__isnull=False, ended_at__isnull=True
    )
    return set(rows.values_list("device_id", flat=True))


def isolations_in_force(*, tenant_id: int, incident_id: int) -> list[Isolation]:
    """Those of an incident, and of what was joined to it, that are not over and not being ended."""
    number = incidents_of(tenant_id).filter(Q(pk=incident_id) | Q(merged_into_id=incident_id)).values("number")
    going_on = [state for state in OPEN_ISOLATIONS if state != Isolation.State.RELEASING]
    rows = Isolation.objects.filter(tenant_id=tenant_id, incident_number__in=number, state__in=going_on)
    return list(rows.select_related("device"))
