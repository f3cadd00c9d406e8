"""Where an incident stands and who may move it, what opens one; plain data, no database."""

from __future__ import annotations

from enum import StrEnum

from base.moves import Move, Party, by


class IncidentState(StrEnum):
    """Where an incident stands."""

    OPEN = "open"  # the firm has not been spoken to
    CONTACTED = "contacted"
    RESPONDING = "responding"
    WATCHING = "watching"  # done, until a date: does it come back?
    CLOSED = "closed"


class Opening(StrEnum):
    """What or who opens an incident (OSK 3.4.3, KMM 3.8)."""

    HIGH_GRADE = "high_grade"
    CALLBACKS = "callbacks"
    ANTIVIRUS = "antivirus"
    POLICY = "policy"
    ANALYST = "analyst"
    DESK = "desk"
    WISH = "firm_wish"


# A silent box opens none: it is a task of the desk, who may open one by hand.
OPENINGS: dict[Opening, Move] = {
    Opening.HIGH_GRADE: by(Party.RULE),
    Opening.CALLBACKS: by(Party.RULE),
    Opening.ANTIVIRUS: by(Party.RULE),
    Opening.POLICY: by(Party.RULE),  # the programme treats ★★ as ★★★, without the cover
    Opening.ANALYST: by(Party.ANALYST, reason=True),
    Opening.DESK: by(Party.DESK, reason=True),
    Opening.WISH: by(Party.DESK, Party.ANALYST, reason=True),  # the firm asks for first response of a ★★ (OSK 5.3.3)
}
# What a person or the programme's policy opened is never paid by the bundled cover (OSK 3.4.3: both real cases).
BY_HAND = frozenset({Opening.ANALYST, Opening.DESK, Opening.POLICY, Opening.WISH})
# Who may give a detection first response that no rule asked for.
PROMOTIONS = frozenset({Opening.ANALYST, Opening.DESK, Opening.WISH})

# A ★★★ by rule: it was mailed to the firm at once.
BY_GRADE = frozenset({Opening.HIGH_GRADE, Opening.CALLBACKS})

# Which incidents are only watched once the firm says what it did, while nobody works on them: what a rule or the
# programme's policy opened. What a person judged waits for that person.
ANSWER_ENDS = frozenset({Opening.ANTIVIRUS, Opening.POLICY})

_DESK_OR_RULE = by(Party.DESK, Party.RULE)
_CLOSE = by(Party.DESK, Party.ANALYST, reason=True)  # an analyst only what is joined to another
INCIDENT_MOVES: dict[IncidentState, dict[IncidentState, Move]] = {
    IncidentState.OPEN: {
        IncidentState.CONTACTED: by(Party.DESK),
        IncidentState.RESPONDING: _DESK_OR_RULE,  # a vendor has begun
        IncidentState.WATCHING: by(Party.RULE),  # the firm has answered what it did
        IncidentState.CLOSED: _CLOSE,
    },
    IncidentState.CONTACTED: {
        IncidentState.RESPONDING: _DESK_OR_RULE,
        IncidentState.WATCHING: _DESK_OR_RULE,
        IncidentState.CLOSED: _CLOSE,
    },
    IncidentState.RESPONDING: {
        IncidentState.WATCHING: _DESK_OR_RULE,  # "not found" is not safe: the work ends in a watch
        IncidentState.CLOSED: _CLOSE,
    },
    IncidentState.WATCHING: {
        IncidentState.OPEN: by(Party.RULE),  # it came back, or the firm takes its answer back
        IncidentState.RESPONDING: by(Party.DESK),
        IncidentState.CLOSED: by(
            Party.DESK, Party.ANALYST, Party.RULE, reason=True
        ),  # by rule: the date came and nothing else
    },
    IncidentState.CLOSED: {
        IncidentState.OPEN: by(Party.RULE, Party.DESK, Party.ANALYST, reason=True),  # back again
    },
}
