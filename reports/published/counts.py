"""What was detected in some months of a programme, as the tables are made of it. Plain data, no database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

# A line that stands for several of fewer than five firms each, in place of a prefecture, size or industry.
OTHERS = "*"


@dataclass(frozen=True)
class GradeCount:
    """Alerts of a function in a direction, by importance 0 to 3."""

    function: str
    direction: str
    grade: int
    alerts: int


@dataclass(frozen=True)
class FirmCount:
    """Firms, each once. `cut`: all, prefecture, size or industry; `value`: which one.

    `what`: any, inbound, inside (outbound or internal), a function, function:direction; online: the firms there are.
    """

    cut: str
    value: str
    what: str
    firms: int


@dataclass(frozen=True)
class WeekCount:
    """Alerts of a function in a week of a month: its days 1 to 7, 8 to 14, 15 to 21, 22 to 28, from 29."""

    cut: str
    value: str
    month: date
    week: int
    function: str
    alerts: int


@dataclass(frozen=True)
class NameCount:
    """Alerts of a function under a name: signature, of dangerous sites the site."""

    function: str
    name: str
    alerts: int


@dataclass(frozen=True)
class MonthCount:
    """A function's month: alerts, devices and firms."""

    month: date
    function: str
    alerts: int
    devices: int
    firms: int


@dataclass(frozen=True)
class DetectionCounts:
    """Everything the tables of detections are made of; a table fills only what it reads.

    `participants`: firms of each month. `left_out`: function → how often at most a name was left out of `names`.
    """

    participants: Mapping[date, int] = field(default_factory=dict)
    grades: Sequence[GradeCount] = ()
    firms: Sequence[FirmCount] = ()
    weeks: Sequence[WeekCount] = ()
    names: Sequence[NameCount] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    months: Sequence[MonthCount] = ()

    def firms_of(self, what: str, cut: str = "all", value: str = "") -> int:
        """How many firms, each once."""
        return sum(row.firms for row in self.firms if (row.cut, row.value, row.what) == (cut, value, what))

    def alerts_of(self, function: str) -> int:
        """All alerts of a function."""
        return sum(row.alerts for row in self.grades if row.function == function)
