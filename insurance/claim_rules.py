"""States of a claim, who may move it and why, and what each step does to its yen. Plain data, no database.

openIMIS added its "returned" states years later; the loop of questions is here from the start (OSK 6.1.1, N7).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from base.moves import Move, Party, ReasonMissing, by, require_move
from base.reasons import says_something
from base.refusals import Refusal

# The insurer still reads a claim this long after it is over: questions come with the yearly audit (ours).
GRACE = timedelta(days=90)


class ClaimState(StrEnum):
    """Where a claim stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"  # the insurer asks something
    RESUBMITTED = "resubmitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    PAID = "paid"


class MessageKind(StrEnum):
    """What is said inside a claim."""

    QUESTION = "question"
    ANSWER = "answer"
    MOVE = "move"


class EvidenceKind(StrEnum):
    """Links of the evidence, in their order."""

    ALERT = "alert"
    GRADE = "grade"
    NOTICE = "notice"
    CONSENT = "consent"
    WORK = "work"
    FILE = "file"
    SIGNOFF = "signoff"
    INVOICE = "invoice"
    COVER = "cover"


_WITHDRAW = by(Party.FIRM, Party.DESK, reason=True)
_DECISIONS = {
    ClaimState.RETURNED: by(Party.INSURER, reason=True),
    ClaimState.APPROVED: by(Party.INSURER),
    ClaimState.REJECTED: by(Party.INSURER, reason=True),
    ClaimState.WITHDRAWN: _WITHDRAW,
}
CLAIM_MOVES: dict[ClaimState, dict[ClaimState, Move]] = {
    ClaimState.DRAFT: {ClaimState.SUBMITTED: by(Party.FIRM, Party.DESK), ClaimState.WITHDRAWN: _WITHDRAW},
    ClaimState.SUBMITTED: _DECISIONS,
    ClaimState.RETURNED: {
        ClaimState.RESUBMITTED: by(Party.FIRM, Party.DESK, reason=True),  # the reason is the answer
        ClaimState.WITHDRAWN: _WITHDRAW,
    },
    ClaimState.RESUBMITTED: _DECISIONS,
    ClaimState.APPROVED: {
        ClaimState.PAID: by(Party.INSURER),
        ClaimState.RETURNED: by(Party.INSURER, reason=True),  # the bank sent the money back, or a slip
    },
    ClaimState.REJECTED: {},
    ClaimState.WITHDRAWN: {},
    ClaimState.PAID: {},
}
# While a claim is in one of these, it uses up one of the year's claims.
HOLDING = frozenset(
    {ClaimState.SUBMITTED, ClaimState.RETURNED, ClaimState.RESUBMITTED, ClaimState.APPROVED, ClaimState.PAID}
)
FINAL = frozenset(state for state, moves in CLAIM_MOVES.items() if not moves)
# Neither refused nor taken back: another claim for the same would be the second.
LIVE = [state.value for state in ClaimState if state not in (ClaimState.REJECTED, ClaimState.WITHDRAWN)]


class AmountWrong(Refusal):
    """More than was asked, or nothing."""


@dataclass(frozen=True)
class ClaimFigures:
    """A claim's state and its yen. What the vendor bills is always what the insurer gives plus what the firm pays."""

    state: ClaimState
    claimed_yen: int
    asked_yen: int
    own_yen: int
    approved_yen: int | None = None

    @property
    def insurer_yen(self) -> int:
        """What the insurer gives, or is asked for as long as it has not said."""
        return self.asked_yen if self.approved_yen is None else self.approved_yen


def claim_step(
    figures: ClaimFigures, to: str, *, party: Party, reason: str = "", approved_yen: int | None = None
) -> ClaimFigures:
    """The figures after a step. Approving less than was asked needs a reason.

    Raises MoveRefused for a step that is not there or not for this party, ReasonMissing, AmountWrong.
    """
    require_move(CLAIM_MOVES, figures.state, to, party=party, reason=reason)
    state = ClaimState(to)
    given = figures.approved_yen
    if state in (ClaimState.REJECTED, ClaimState.WITHDRAWN):
        given = 0
    elif state == ClaimState.RETURNED:
        given = None
    elif state == ClaimState.APPROVED:
        given = figures.asked_yen if approved_yen is None else approved_yen
        if not 1 <= given <= figures.asked_yen:
            raise AmountWrong(f"{given} is not between 1 and {figures.asked_yen}")
        if given < figures.asked_yen and not says_something(reason):
            raise ReasonMissing("less than was asked needs a reason")
    moved = replace(figures, state=state, approved_yen=given)
    return replace(moved, own_yen=moved.claimed_yen - moved.insurer_yen)


def free_slot(taken: set[int], claims_per_year: int) -> int | None:
    """The lowest of the year's claims that nobody holds; None: all are used."""
    return next((slot for slot in range(1, claims_per_year + 1) if slot not in taken), None)
