"""What staff need about a firm at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from incidents.core.answers import newest_answer_of
from incidents.desk.ui.running import Running, running_at
from incidents.dispatch.ui.words import open_jobs
from incidents.models import AlertAnswer
from notifications.ui.cards import ContactCard, cards_of
from sensors.ui.status import BoxStatus, firm_boxes
from tenants.models import Organisation
from tenants.selectors import members_of


@dataclass(frozen=True)
class FirmCard:
    """The firm, its people who can be called, its boxes, what runs there, help on its way."""

    firm: Organisation
    people: tuple[str, ...]
    boxes: tuple[BoxStatus, ...]
    running: Running
    jobs: tuple[dict[str, Any], ...] = ()
    answer: AlertAnswer | None = None  # its newest, to any notice
    contacts: tuple[ContactCard, ...] = ()  # whom it wants told, where it names anybody


def firm_card(firm: Organisation, now: datetime) -> FirmCard:
    """Reads people (memberships valid now), boxes, what runs at this moment and open jobs of one firm."""
    valid = members_of(organisation_id=firm.pk, at=now)
    people = tuple(f"{membership.user} ({membership.get_role_display()})" for membership in valid)
    running = running_at([firm.pk], now)[firm.pk]
    return FirmCard(
        firm,
        people,
        tuple(firm_boxes(firm.pk, now)),
        running,
        tuple(open_jobs(firm.pk)),
        newest_answer_of(firm.pk),
        tuple(cards_of(firm.pk)),
    )
