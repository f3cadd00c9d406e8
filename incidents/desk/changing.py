"""How every change of a case begins and ends: the row locked, the asker's version checked, the change written down."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from base.moves import Party, require_move
from base.refusals import Refusal
from incidents.core.targets import desk_hours, desk_targets
from incidents.desk.rules import due_in_state
from incidents.models import Case, CaseEvent
from incidents.states.case import CASE_MOVES, CaseState
from tenants.audit.record import audit_record
from tenants.models import Organisation, User


class CaseChanged(Refusal):
    """The case has changed since the person read it. `by` changed it last (None: a rule, or nobody known)."""

    def __init__(self, by: User | None) -> None:
        super().__init__(str(by))
        self.by = by


class CaseTaken(Refusal):
    """Another agent works on it."""

    def __init__(self, by: User) -> None:
        super().__init__(str(by))
        self.by = by


def case_locked(*, tenant_id: int, case_id: int, version: int | None, by: User | None) -> Case:
    """The case under its row lock. Raises CaseChanged unless it still has the asker's version (None: no matter).

    Raises CaseTaken while another agent is its assignee; Case.DoesNotExist outside the scope.
    """
    # Without joins: after waiting for a colleague's change, a joined row would still be the one of before.
    case: Case = Case.objects.filter(tenant_id=tenant_id).select_for_update().get(pk=case_id)
    if version is not None and case.version != version:
        raise CaseChanged(last_actor(case))
    if by is not None and case.assignee is not None and case.assignee_id != by.pk:
        raise CaseTaken(case.assignee)
    return case


def last_actor(case: Case) -> User | None:
    """Who changed a case last."""
    events = CaseEvent.objects.filter(tenant_id=case.tenant_id, case_id=case.pk).select_related("actor")
    newest = events.order_by("-at", "-pk").first()
    return newest.actor if newest else None


def case_state_set(
    case: Case, to: str, *, party: Party, by: User | None, now: datetime, reason: str = "", **data: Any
) -> None:
    """Move a locked case as CASE_MOVES allows, with its next target; not saved yet. Raises MoveRefused."""
    require_move(CASE_MOVES, case.state, to, party=party, reason=reason)
    old, case.state = case.state, to
    if to not in (CaseState.SOLVED, CaseState.MERGED):
        hours = desk_hours(tenant_id=case.tenant_id, at=now)
        targets = desk_targets(tenant_id=case.tenant_id, at=now)
        # Taking a case in time does not give it a new target.
        if not (old == CaseState.NEW and to == CaseState.WORKING) and not (
            old == CaseState.WORKING and to == CaseState.NEW
        ):
            case.due_at = due_in_state(to, case.importance, now, hours, targets)
        case.closed_at = None
    else:
        case.closed_at = now
    case_event(case, "moved", by=by, now=now, old=old, to=to, reason=reason[:300], **data)


def case_saved(case: Case, code: str, **data: Any) -> Case:
    """Save a locked case as the next version, with a line in the firm's trail."""
    case.version += 1
    case.save()
    audit_record(code=f"case.{code}", subject=f"case:{case.pk}", tenant_id=trail_of(case.tenant_id), **data)
    return case


def case_event(case: Case, code: str, *, by: User | None, now: datetime, **data: Any) -> None:
    """A line of the case's history."""
    CaseEvent.objects.create(tenant_id=case.tenant_id, case=case, at=now, code=code, actor=by, data=data)


def trail_of(tenant_id: int) -> int | None:
    """The firm whose trail a change belongs to; None for people of no firm."""
    is_firm = Organisation.objects.filter(pk=tenant_id, kind=Organisation.Kind.SME).exists()
    return tenant_id if is_firm else None
