"""What else was seen: the same machine around the time, the same kind at other firms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.models import AlertGroup
from alerts.selectors import of_the_device, of_the_family
from alerts.ui.work_list import WorkRow, work_rows

HOURS = 24
DAYS = 30
MOST_NEAR = 20
MOST_ELSEWHERE = 5
MOST_COUNTED = 1_000


@dataclass(frozen=True)
class Elsewhere:
    """The same kind at other firms: how many groups at how many firms, whether more were not counted; the newest."""

    groups: int
    firms: int
    more: bool
    newest: list[WorkRow]
    days: int = DAYS

    @property
    def tenant_ids(self) -> set[int]:
        """The firms whose rows are shown."""
        return {row.group.tenant_id for row in self.newest}


def near(group: AlertGroup, now: datetime) -> list[WorkRow]:
    """Other groups of the machine within a day before and after."""
    return work_rows(list(of_the_device(group, timedelta(hours=HOURS))[:MOST_NEAR]), now)


def elsewhere(group: AlertGroup, now: datetime) -> Elsewhere:
    """The same kind at other firms in reach, within 30 days."""
    same = of_the_family(group, now - timedelta(days=DAYS))
    counted = list(same.values_list("tenant_id", flat=True)[: MOST_COUNTED + 1])
    newest = list(same[:MOST_ELSEWHERE]) if counted else []
    return Elsewhere(
        min(len(counted), MOST_COUNTED), len(set(counted)), len(counted) > MOST_COUNTED, work_rows(newest, now)
    )
