"""Steps of a state machine as data: who may take one, and whether they must say why. Plain data, no database.

A machine is a dictionary state → state → Move; docs/states.md is drawn from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from base.reasons import says_something
from base.refusals import Refusal


class Party(StrEnum):
    """Who takes a step."""

    FIRM = "firm"
    DESK = "desk"
    ANALYST = "analyst"
    OFFICE = "office"
    VENDOR = "vendor"
    INSURER = "insurer"
    BOX = "box"
    RULE = "rule"  # the platform itself: a detection, a time that has come


@dataclass(frozen=True)
class Move:
    """One allowed step: who may take it, and whether they must say why."""

    by: frozenset[Party]
    reason: bool = False


class MoveRefused(Refusal):
    """The state machine has no such move, or not for this party."""


class ReasonMissing(MoveRefused):
    """A person must say why."""


def by(*parties: Party, reason: bool = False) -> Move:
    """A step for these parties."""
    return Move(frozenset(parties), reason)


def before(moves: Mapping[Any, Mapping[Any, Move]], new: str) -> list[Any]:
    """The states from which a step leads to `new`; an UPDATE that takes the step filters its rows by them."""
    return [old for old, steps in moves.items() if new in steps]


def require_move(
    moves: Mapping[Any, Mapping[Any, Move]], old: str, new: str, *, party: Party, reason: str = ""
) -> None:
    """Raise MoveRefused unless `moves` lets `party` go old → new; ReasonMissing when it must say why and did not."""
    move = moves.get(old, {}).get(new)
    if move is None or party not in move.by:
        raise MoveRefused(f"{old} → {new} is not for {party}")
    if move.reason and not says_something(reason):
        raise ReasonMissing(f"{old} → {new} needs a reason")
