"""What becomes of a proposed time, and who may say so; plain data, no database."""

from __future__ import annotations

from enum import StrEnum

from base.moves import Move, Party, by


class AppointmentState(StrEnum):
    """What became of a proposed time."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    REFUSED = "refused"
    DROPPED = "dropped"  # taken back, overtaken by another time, or the job went on without it


_BOTH = (Party.FIRM, Party.VENDOR, Party.DESK, Party.OFFICE)
APPOINTMENT_MOVES: dict[AppointmentState, dict[AppointmentState, Move]] = {
    AppointmentState.PROPOSED: {
        AppointmentState.AGREED: by(*_BOTH),  # the other side; the desk and the office speak for either
        AppointmentState.REFUSED: by(*_BOTH),
        AppointmentState.DROPPED: by(*_BOTH, Party.RULE),
    },
    AppointmentState.AGREED: {AppointmentState.DROPPED: by(*_BOTH, Party.RULE, reason=True)},
    AppointmentState.REFUSED: {},
    AppointmentState.DROPPED: {},
}
