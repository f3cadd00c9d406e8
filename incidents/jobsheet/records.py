"""What a vendor writes down besides time: typed records, stored as JSON. Plain data."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol

from base.refusals import Refusal
from incidents.jobsheet.checklists import Ticked
from incidents.jobsheet.proof import Extent, Scan, Supported
from incidents.states.sheet import RecordKind


class Doer(StrEnum):
    """The two columns of OSK 表4-33."""

    FIRM = "firm"
    VENDOR = "vendor"


class Severity(StrEnum):
    """How a scanner rates what it found (OSK 表4-32: high, critical)."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Done(StrEnum):
    """What was done about a find."""

    REMOVED = "removed"
    QUARANTINED = "quarantined"
    CLEAN_INSTALL = "clean_install"
    HARMLESS = "harmless"
    LEFT = "left"


class Outcome(StrEnum):
    """How an installation or removal went (KMM: 17% ended at the door)."""

    DONE = "done"
    AT_THE_DOOR = "at_the_door"
    AGAIN = "again"


class Ease(StrEnum):
    """How hard it was (OSK 4.3.1.1: a median of 10 minutes when easy, 60 when hard)."""

    EASY = "easy"
    HARD = "hard"


class DoorReason(StrEnum):
    """Why somebody went away again."""

    ABSENT = "absent"
    NO_CONSENT = "no_consent"
    NETWORK = "network"
    NO_SPACE = "no_space"
    BUSY = "busy"
    OTHER = "other"


class RecordWrong(Refusal):
    """A record that cannot be; the code says what is missing."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Step:
    """Who did what, when."""

    doer: Doer
    what: str


@dataclass(frozen=True)
class Check:
    """An item of the checklist."""

    item: str
    ticked: Ticked
    note: str = ""


@dataclass(frozen=True)
class Finding:
    """Something harmful, or looking so, on a device."""

    device: str
    name: str
    severity: Severity
    count: int
    done: Done
    note: str = ""


@dataclass(frozen=True)
class ScanAnswer:
    """A scan of a device, with what its answer's worth depends on."""

    device: str
    tool: str
    definitions: date | None
    extent: Extent
    os_supported: Supported
    found: int

    def scan(self, finished_at: datetime) -> Scan:
        """As incidents.jobsheet.proof judges it."""
        return Scan(self.tool, self.definitions, self.extent, self.os_supported, self.found, finished_at)


@dataclass(frozen=True)
class Install:
    """How a job about a box ended. Raises RecordWrong when somebody left at the door without a reason."""

    outcome: Outcome
    ease: Ease | None
    minutes: int
    reason: DoorReason | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if self.outcome == Outcome.DONE and self.ease is None:
            raise RecordWrong("ease")
        if self.outcome != Outcome.DONE and self.reason is None:
            raise RecordWrong("reason")
        if self.reason == DoorReason.OTHER and not self.note.strip():
            raise RecordWrong("note")


class RecordRow(Protocol):
    """A record as it is stored."""

    kind: Any
    data: Any
    at: Any


Record = Step | Check | Finding | ScanAnswer | Install
KINDS: dict[type[Any], RecordKind] = {
    Step: RecordKind.STEP,
    Check: RecordKind.CHECK,
    Finding: RecordKind.FINDING,
    ScanAnswer: RecordKind.SCAN,
    Install: RecordKind.INSTALL,
}


def to_data(record: Record) -> dict[str, Any]:
    """As JSON."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(record).items()}


def from_data(kind: str, data: dict[str, Any]) -> Record:
    """As stored by `to_data`."""
    match RecordKind(kind):
        case RecordKind.STEP:
            return Step(Doer(data["doer"]), data["what"])
        case RecordKind.CHECK:
            return Check(data["item"], Ticked(data["ticked"]), data["note"])
        case RecordKind.FINDING:
            severity, done = Severity(data["severity"]), Done(data["done"])
            return Finding(data["device"], data["name"], severity, data["count"], done, data["note"])
        case RecordKind.SCAN:
            day = date.fromisoformat(data["definitions"]) if data["definitions"] else None
            extent, supported = Extent(data["extent"]), Supported(data["os_supported"])
            return ScanAnswer(data["device"], data["tool"], day, extent, supported, data["found"])
        case RecordKind.INSTALL:
            ease = Ease(data["ease"]) if data["ease"] else None
            reason = DoorReason(data["reason"]) if data["reason"] else None
            return Install(Outcome(data["outcome"]), ease, data["minutes"], reason, data["note"])


def scan_of(row: RecordRow) -> Scan:
    """What a stored record of a scan says, for judging its worth."""
    record = from_data(row.kind, row.data)
    if not isinstance(record, ScanAnswer):
        raise TypeError(row.kind)
    return record.scan(row.at)
