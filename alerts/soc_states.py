"""Where a group of alerts stands for the SOC, and who moves it on; plain data, no database."""

from __future__ import annotations

from enum import StrEnum

from base.moves import Move, Party, by


class SocState(StrEnum):
    """What the SOC has done about a group."""

    NEW = "new"
    LOOKING = "looking"  # somebody took it
    JUDGED = "judged"  # a person's verdict stands
    ESCALATED = "escalated"  # first response has it: a person promoted it, or its incident was open already


# What the SOC's list shows unless something else is chosen.
WAITING = (SocState.NEW, SocState.LOOKING)
HANDLED = (SocState.JUDGED, SocState.ESCALATED)

_PERSON = by(Party.ANALYST, Party.DESK)
_GIVEN = by(Party.ANALYST, Party.DESK, Party.RULE)
SOC_MOVES: dict[SocState, dict[SocState, Move]] = {
    SocState.NEW: {
        SocState.LOOKING: by(Party.ANALYST),
        SocState.JUDGED: _PERSON,
        SocState.ESCALATED: _GIVEN,
    },
    SocState.LOOKING: {
        SocState.NEW: by(Party.ANALYST),  # given back
        SocState.LOOKING: by(Party.ANALYST),  # another takes over, or is given it
        SocState.JUDGED: _PERSON,
        SocState.ESCALATED: _GIVEN,
    },
    SocState.JUDGED: {
        SocState.NEW: by(Party.ANALYST, Party.DESK, Party.RULE),  # the verdict is taken back, or worse came meanwhile
        SocState.LOOKING: by(Party.ANALYST),
        SocState.JUDGED: _PERSON,
        SocState.ESCALATED: _GIVEN,
    },
    SocState.ESCALATED: {
        SocState.JUDGED: _PERSON,
        SocState.ESCALATED: _GIVEN,
    },
}
