"""How far the closing of a month is, for the operator: "812 of 1,000", and why reports could not be made."""

from __future__ import annotations

from dataclasses import dataclass

from reports.doors import MonthState, month_states
from reports.months import Month
from reports.states import ReportState


@dataclass(frozen=True)
class Progress:
    """`whole`: firms that took part in the month; `failed`: by reason, each with the ids of its firms."""

    month: Month
    whole: int
    ready: int
    waiting: int
    failed: tuple[MonthState, ...]

    @property
    def is_done(self) -> bool:
        """Whether every firm has its report."""
        return self.ready == self.whole


def month_progress(month: Month) -> Progress:
    """Counted now, over all firms. Needs no scope."""
    states = month_states(month.first, month.last)
    failed = tuple(row for row in states if row.state == ReportState.FAILED)
    return Progress(
        month=month,
        whole=sum(row.count for row in states),
        ready=sum(row.count for row in states if row.state == ReportState.READY),
        waiting=sum(row.count for row in states if row.state in (ReportState.WAITING, "missing")),
        failed=failed,
    )
