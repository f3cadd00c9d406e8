"""What staff need about a firm at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from incidents.core.answers import last_answers_of
from incidents.desk.selectors import callers_known
from incidents.desk.ui.running import Running, running_at
from incidents.dispatch.ui.words import open_jobs
from incidents.models import AlertAnswer, Caller
from notifications.ui.cards import ContactCard, cards_of
from sensors.ui.status import BoxStatus, firm_boxes
from tenants.models import Organisation
from tenants.selectors import members_of

MOST_ANSWERS = 3
MOST_CALLERS = 5


@dataclass(frozen=True)
class FirmCard:
    """The firm, its people who can be called, its boxes, what runs there, help on its way."""

    firm: Organisation
    people: tuple[str, ...]
    callers: tuple[Caller, ...]  # who spoke with the desk before, with their numbers
    boxes: tuple[BoxStatus, ...]
    running: Running
    jobs: tuple[dict[str, Any], ...] = ()
    answers: tuple[AlertAnswer, ...] = ()  # its newest, to any notice
    contacts: tuple[ContactCard, ...] = ()  # whom it wants told, where it names anybody


def firm_card(firm: Organisation, now: datetime) -> FirmCard:
    """Reads people (memberships valid now), boxes, what runs at this moment and open jobs of one firm."""
    valid = members_of(organisation_id=firm.pk, at=now)
    people = tuple(f"{membership.user} ({membership.get_role_display()})" for membership in valid)
    return FirmCard(
        firm,
        people,
        tuple(callers_known(firm.pk, MOST_CALLERS)),
        tuple(firm_boxes(firm.pk, now)),
        running_at([firm.pk], now)[firm.pk],
        tuple(open_jobs(firm.pk)),
        tuple(last_answers_of(firm.pk, MOST_ANSWERS)),
        tuple(cards_of(firm.pk)),
    )
