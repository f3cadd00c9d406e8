"""What the SOC does about a group: it takes it, hands it on, gives it back, writes a note. Verdicts: alerts.judging."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from alerts.models import AlertGroup, AlertNote
from alerts.soc_states import SOC_MOVES, SocState
from base.moves import MoveRefused, ReasonMissing, before
from base.refusals import Refusal
from tenants.audit.record import audit_record
from tenants.models import User
from tenants.selectors import writers_of
from tenants.tenancy.scope import tenant_scope

LONGEST_NOTE = 500


class NoColleague(Refusal):
    """Whoever is to look at it does not work at the SOC of whoever hands it on."""


def group_take(*, group: AlertGroup, by: User, now: datetime) -> None:
    """`by` looks at it from now on, also when somebody else did. Needs the right to watch the firm.

    Raises MoveRefused when it has first response already, or for whom does not watch the firm.
    """
    if not _moved(group, SocState.LOOKING, by=by, now=now):
        raise MoveRefused("first response has it")
    audit_record(code="alert.taken", subject=f"group:{group.pk}", tenant_id=group.tenant_id)


def group_assign(*, group: AlertGroup, to_id: int, organisation_id: int, now: datetime) -> User:
    """A colleague at the acting SOC looks at it from now on. → who.

    Raises NoColleague, and MoveRefused as group_take does.
    """
    membership = writers_of(organisation_id=organisation_id, at=now).filter(user_id=to_id).first()
    if membership is None:
        raise NoColleague(str(to_id))
    if not _moved(group, SocState.LOOKING, by=membership.user, now=now):
        raise MoveRefused("first response has it")
    audit_record(code="alert.assigned", subject=f"group:{group.pk}", tenant_id=group.tenant_id, to=to_id)
    return membership.user


def group_give_back(*, group: AlertGroup, by: User, now: datetime) -> None:
    """Whoever looks at it gives it back: it is new again. Raises MoveRefused when nobody looks at it."""
    looked_at = AlertGroup.objects.filter(tenant_id=group.tenant_id, pk=group.pk, soc_state=SocState.LOOKING)
    if not looked_at.update(soc_state=SocState.NEW, soc_person=None, soc_since=now):
        raise MoveRefused("nobody looks at it")
    audit_record(code="alert.given_back", subject=f"group:{group.pk}", tenant_id=group.tenant_id)


def group_settle(*, group: AlertGroup, state: SocState, by: User | None, now: datetime, verdict: str = "") -> None:
    """Write on the group where a judgement or an incident took it. What cannot be taken there from stays as it is.

    The platform's own work: who may judge or promote was decided by the row that says so. `by` None: a rule.
    """
    with tenant_scope(group.tenant_id):
        _moved(group, state, by=by, now=now, verdict=verdict)


def _moved(group: AlertGroup, state: SocState, *, by: User | None, now: datetime, verdict: str = "") -> bool:
    movable = AlertGroup.objects.filter(tenant_id=group.tenant_id, pk=group.pk, soc_state__in=before(SOC_MOVES, state))
    return bool(movable.update(soc_state=state, soc_person=by, soc_since=now, soc_verdict=verdict))


def group_note(*, group: AlertGroup, body: str, by: User, now: datetime) -> AlertNote:
    """Write a note for SOC and desk; the firm never reads it. Raises ReasonMissing without words."""
    words = body.strip()[:LONGEST_NOTE]
    if not words:
        raise ReasonMissing("a note needs words")
    note: AlertNote = AlertNote.objects.create(
        tenant_id=group.tenant_id, group=group, body=words, noted_at=now, noted_by=by
    )
    audit_record(code="alert.noted", subject=f"group:{group.pk}", tenant_id=group.tenant_id)
    return note


def notes_of(group: AlertGroup) -> QuerySet[AlertNote]:
    """The notes on a group, newest first."""
    rows: QuerySet[AlertNote] = AlertNote.objects.filter(tenant_id=group.tenant_id, group=group)
    return rows.select_related("noted_by").order_by("-noted_at", "-pk")
