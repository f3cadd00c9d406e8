"""The firm's network as its vendor will meet it: the box, the network behind it, the machines, which one alerted.

Plain data: rows come from incidents.jobsheet.doors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Machine:
    """A machine of the firm. `alerted`: an alert of the job's incident is about it; `seen`: by the box, by itself."""

    label: str
    ip: str
    mac: str
    alerted: bool
    seen: Row | None = None


@dataclass(frozen=True)
class Network:
    """`site`: the box that works, else the newest one; None: no box. Machines that alerted come first."""

    site: Row | None
    machines: tuple[Machine, ...]

    @property
    def alerted(self) -> list[Machine]:
        """Those to look at."""
        return [machine for machine in self.machines if machine.alerted]

    @property
    def others(self) -> int:
        """How many more the box sees."""
        return len(self.machines) - len(self.alerted)


def network_of(sites: Sequence[Row], devices: Iterable[Row], alerts: Iterable[Row]) -> Network:
    """Machines by MAC address; what alerted and was never seen by itself stands there too, by what the alert knows."""
    of_alerts = {alert["asset_mac"] or alert["asset_ip"]: alert for alert in alerts}
    of_alerts.pop("", None)
    of_alerts.pop(None, None)
    seen = [
        Machine(
            device["name"] or device["maker"] or device["ip"] or device["mac"],
            device["ip"] or "",
            device["mac"],
            device["mac"] in of_alerts or device["ip"] in of_alerts,
            device,
        )
        for device in devices
    ]
    known = {machine.mac for machine in seen} | {machine.ip for machine in seen}
    unseen = [
        Machine(alert["asset_ip"] or alert["asset_mac"], alert["asset_ip"] or "", alert["asset_mac"] or "", True)
        for key, alert in of_alerts.items()
        if key not in known
    ]
    working = [site for site in sites if site["state"] == "active"] or list(sites)
    machines = sorted([*unseen, *seen], key=lambda machine: not machine.alerted)
    return Network(working[0] if working else None, tuple(machines))
