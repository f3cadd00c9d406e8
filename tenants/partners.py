"""Partners of a programme as its office sees them: how far each is, who confirms it, how one leaves."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from django.db import Error, connection
from django.db.models import QuerySet

from base.refusals import Refusal
from tenants.audit.record import audit_record
from tenants.models import FormerPartner, Organisation, Programme, ProgrammePartner

STEP = 200  # firms that are opened to a partner in one transaction
WORK_SECONDS = 10.0
_log = logging.getLogger(__name__)


class PartnerNotYours(Refusal):
    """Only an owner of the programme's office does this, for a partner of the programme."""


class WorkIsOpen(Refusal):
    """The partner has not finished its work, and nobody said that it leaves all the same."""


@dataclass(frozen=True)
class Standing:
    """How far a partner is, or the office itself (`part` None). Only SOCs and desks are opened firms by taking part."""

    organisation: Organisation
    part: ProgrammePartner | None
    people: int
    invited: str
    invited_until: datetime | None
    firms_open: int
    firms_next: int
    firms_unagreed: int
    counted_at: datetime

    @property
    def firms(self) -> int:
        """Firms it is to see."""
        return self.firms_open + self.firms_next + self.firms_unagreed


@dataclass(frozen=True)
class OpenWork:
    """Work a partner has not finished: a job, a claim or a desk task. `firm` "": it does not show its name."""

    kind: str
    firm: str
    number: int
    state: str


def standings(*, programme: Programme) -> list[Standing]:
    """The office and the programme's partners, in the order they joined. Empty for people of other offices."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT partner, people, coalesce(invited, ''), invited_until, firms_open, firms_next, firms_unagreed,"
            " counted_at FROM sec.partners_of_programme(%s)",
            [programme.pk],
        )
        rows = {row[0]: row[1:] for row in cursor.fetchall()}
    organisations = Organisation.objects.in_bulk(list(rows))
    parts = {part.organisation_id: part for part in ProgrammePartner.objects.filter(programme=programme)}
    listed = [Standing(organisations[number], parts.get(number), *row) for number, row in rows.items()]
    return sorted(listed, key=lambda row: (row.part.pk if row.part else 0, row.organisation.pk))


def standing(*, programme: Programme, organisation_id: int) -> Standing | None:
    """One of them."""
    rows = standings(programme=programme)
    return next((row for row in rows if row.part and row.organisation.pk == organisation_id), None)


def former_partners(*, programme: Programme) -> QuerySet[FormerPartner]:
    """Those who left, the last first."""
    return FormerPartner.objects.filter(programme=programme).select_related("organisation", "left_by").order_by("-pk")


def open_work(*, programme: Programme, organisation: Organisation) -> list[OpenWork]:
    """What the partner has not finished."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, coalesce(firm, ''), number, state FROM sec.partner_open_work(%s, %s)",
            [programme.pk, organisation.pk],
        )
        return [OpenWork(*row) for row in cursor.fetchall()]


def partner_confirm(*, programme: Programme, organisation: Organisation) -> None:
    """The partner may see firms; their grants follow in steps (grants_step). Raises PartnerNotYours."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sec.partner_confirm(%s, %s)", [programme.pk, organisation.pk])
        confirmed = cursor.fetchone()[0]
    if not confirmed:
        raise PartnerNotYours(f"organisation {organisation.pk}")
    audit_record(code="partner.confirmed", subject=f"organisation:{organisation.pk}", programme=programme.pk)


def partner_leave(*, programme: Programme, organisation: Organisation, reason: str, with_open_work: bool) -> int:
    """Every grant of the partner over the programme's firms ends now. → firms that were open to it.

    Raises WorkIsOpen, PartnerNotYours.
    """
    if not with_open_work and open_work(programme=programme, organisation=organisation):
        raise WorkIsOpen(f"organisation {organisation.pk}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT sec.partner_leave(%s, %s, %s)", [programme.pk, organisation.pk, reason])
        firms: int | None = cursor.fetchone()[0]
    if firms is None:
        raise PartnerNotYours(f"organisation {organisation.pk}")
    audit_record(
        code="partner.left",
        subject=f"organisation:{organisation.pk}",
        programme=programme.pk,
        reason=reason,
        firms=firms,
    )
    return firms


def grants_step(*, programme_id: int, organisation_id: int, most: int = STEP) -> int:
    """Open the next firms to a confirmed partner. → how many; fewer than `most`: no firm is left for now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sec.partner_grant(%s, %s, %s)", [programme_id, organisation_id, most])
        given: int = cursor.fetchone()[0]
    return given


def grants_give(*, now: datetime) -> int:
    """Open firms to confirmed partners that wait for them, step by step for about ten seconds. → how many.

    How many firms each partner sees is counted afterwards, at most once an hour.

    A step that fails leaves that partner to the next run and does not keep the others waiting.
    """
    finish = monotonic() + WORK_SECONDS
    with connection.cursor() as cursor:
        cursor.execute("SELECT programme, partner FROM sec.partners_to_grant()")
        waiting = cursor.fetchall()
    total = 0
    for programme_id, organisation_id in waiting:
        given = STEP
        while given == STEP and monotonic() < finish:
            try:
                given = grants_step(programme_id=programme_id, organisation_id=organisation_id)
            except Error:
                _log.exception("organisation %s got no firms of programme %s", organisation_id, programme_id)
                break
            total += given
    with connection.cursor() as cursor:
        cursor.execute("SELECT sec.partners_count(%s)", [now])
    return total
