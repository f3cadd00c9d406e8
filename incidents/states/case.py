"""Where a case of the desk stands and who may move it; plain data, no database."""

from __future__ import annotations

from enum import StrEnum

from base.moves import Move, Party, by


class CaseState(StrEnum):
    """Where a case stands."""

    NEW = "new"  # nobody works on it
    WORKING = "working"  # an agent does
    WAITING = "waiting"  # the firm must answer first
    ESCALATED = "escalated"  # the SOC, the office or a vendor must answer first
    SOLVED = "solved"
    MERGED = "merged"  # it goes on as another case


OPEN_STATES = (CaseState.NEW, CaseState.WORKING, CaseState.WAITING, CaseState.ESCALATED)

_DESK = by(Party.DESK)
_FIRM_WROTE = by(Party.DESK, Party.RULE)  # a message or a call of the firm
_MERGE = by(Party.DESK, reason=True)
CASE_MOVES: dict[CaseState, dict[CaseState, Move]] = {
    CaseState.NEW: {
        CaseState.WORKING: _DESK,
        CaseState.SOLVED: _DESK,
        CaseState.MERGED: _MERGE,
    },
    CaseState.WORKING: {
        CaseState.NEW: _DESK,  # given back
        CaseState.WAITING: _DESK,
        CaseState.ESCALATED: by(Party.DESK, reason=True),
        CaseState.SOLVED: _DESK,
        CaseState.MERGED: _MERGE,
    },
    CaseState.WAITING: {
        CaseState.WORKING: _FIRM_WROTE,
        CaseState.NEW: _FIRM_WROTE,
        CaseState.ESCALATED: by(Party.DESK, reason=True),
        CaseState.SOLVED: _DESK,
        CaseState.MERGED: _MERGE,
    },
    CaseState.ESCALATED: {
        CaseState.WORKING: by(Party.DESK, Party.RULE),  # the answer has come
        CaseState.NEW: by(Party.DESK, Party.RULE),
        CaseState.WAITING: _DESK,
        CaseState.SOLVED: _DESK,
        CaseState.MERGED: _MERGE,
    },
    CaseState.SOLVED: {
        CaseState.NEW: by(Party.RULE),  # the firm wrote again
        CaseState.WORKING: by(Party.DESK, reason=True),
    },
    CaseState.MERGED: {},
}
