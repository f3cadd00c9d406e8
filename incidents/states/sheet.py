"""What a job's sheet holds: kinds of time and of records; plain data, no database."""

from __future__ import annotations

from enum import StrEnum


class WorkKind(StrEnum):
    """Kinds of time that are added up apart (OSK 表4-32 travel and work, 表4-33 the five others)."""

    TRAVEL = "travel"
    HEARING = "hearing"
    PREPARATION = "preparation"
    WORK = "work"
    WAITING = "waiting"
    REPORT = "report"
    OTHER = "other"


class RecordKind(StrEnum):
    """Kinds of records."""

    STEP = "step"
    CHECK = "check"
    FINDING = "finding"
    SCAN = "scan"
    INSTALL = "install"
