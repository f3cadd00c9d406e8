"""Calls that ring, with who may be calling and what runs there: read before anybody has said a word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from alerts.models.alert import Grade
from incidents.desk.lookup import firms_by_number
from incidents.desk.selectors import incidents_running_at
from incidents.models import Contact, Incident
from tenants.models import Organisation

MOST_FIRMS = 3  # of one number; more are told apart on the page of the call
MOST_INCIDENTS = 20


@dataclass(frozen=True)
class Ring:
    """A call that rings. `firms`: those whose number it is, or whose people phoned from it; `incidents`: open there."""

    call: Contact
    firms: tuple[Organisation, ...]
    incidents: tuple[Incident, ...]

    @property
    def is_urgent(self) -> bool:
        """Whether a ★★★ runs at one of these firms."""
        return any(incident.grade == Grade.HIGH for incident in self.incidents)

    @property
    def tone(self) -> str:
        """Of its banner."""
        return "danger" if self.is_urgent else "attention"


def rings(calls: Iterable[Contact]) -> list[Ring]:
    """The firms of each call by its number, and their open incidents; calls of firms with a ★★★ come first."""
    firms = {call: _firms(call) for call in calls}
    reached = {firm.pk for of_call in firms.values() for firm in of_call}
    running = list(incidents_running_at(reached)[:MOST_INCIDENTS]) if reached else []
    rung = [
        Ring(call, of_call, tuple(row for row in running if row.tenant_id in {firm.pk for firm in of_call}))
        for call, of_call in firms.items()
    ]
    return sorted(rung, key=lambda ring: not ring.is_urgent)


def firms_rung(rung: Iterable[Ring]) -> set[int]:
    """The firms that these calls name on a page."""
    return {firm.pk for ring in rung for firm in ring.firms}


def _firms(call: Contact) -> tuple[Organisation, ...]:
    return tuple(match.firm for match in firms_by_number(call.number_raw) if match.sure)[:MOST_FIRMS]
