"""Who of a firm gets which message: plain rules on plain data.

A firm of ten has a president who wants what is serious, somebody in the office who wants everything, a tax accountant
who wants the monthly report. A firm that names nobody is told at one address (notifications.mail.recipient_of).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final, Protocol, TypeVar

from notifications.carriers.kinds import Carrier

MOST_CONTACTS: Final = 30


class Topic(StrEnum):
    """What a contact can want."""

    SERIOUS = "serious"  # ★★★, at once
    DIGEST = "digest"  # the hourly digest of ★★ and ★
    COURSE = "course"  # the course of things: talks, jobs, claims, warnings, questions
    MONTHLY = "monthly"  # the monthly report


# Kinds of messages (OutboxMessage.kind) that are not of the course of things.
_TOPICS: Final = {"incident": Topic.SERIOUS, "digest": Topic.DIGEST, "report": Topic.MONTHLY}
# What a firm may decide that nobody gets; a mail of these carries List-Unsubscribe. The rest falls to those of ★★★.
OPTIONAL: Final = frozenset({Topic.DIGEST, Topic.MONTHLY})


class Wishing(Protocol):
    """A contact, as far as these rules look at it."""

    @property
    def carrier(self) -> str:
        """A Carrier."""

    @property
    def topics(self) -> frozenset[Topic]:
        """What it wants."""

    @property
    def is_active(self) -> bool:
        """Whether it is confirmed and not paused."""


C = TypeVar("C", bound=Wishing)


def topic_of(kind: str) -> Topic:
    """The topic of a kind of message."""
    return _TOPICS.get(kind, Topic.COURSE)


def receivers(contacts: Iterable[C], kind: str) -> list[C]:
    """Who gets a message of this kind, in the given order.

    What nobody wants and a firm may not do without (a deadline, an appointment, an answer of the desk) goes to those
    who are mailed when it is serious: there is always one (`keeps_serious`).
    """
    active, topic = [contact for contact in contacts if contact.is_active], topic_of(kind)
    wanting = [contact for contact in active if topic in contact.topics]
    if wanting or topic in OPTIONAL:
        return wanting
    return [contact for contact in active if _is_mailed_serious(contact)]


def keeps_serious(contacts: Sequence[Wishing]) -> bool:
    """Whether a ★★★ still reaches somebody by mail: the carrier that needs no contract with anybody else."""
    return any(_is_mailed_serious(contact) for contact in contacts if contact.is_active)


def unserved(contacts: Sequence[Wishing]) -> list[Topic]:
    """Topics nobody gets, in the order of their weight."""
    served = {topic for contact in contacts if contact.is_active for topic in contact.topics}
    return [topic for topic in Topic if topic in OPTIONAL and topic not in served]


def _is_mailed_serious(contact: Wishing) -> bool:
    return contact.carrier == Carrier.MAIL and Topic.SERIOUS in contact.topics
