"""What a firm's own people do with the desk: ask, answer, want to be called, open a ★★★."""

from __future__ import annotations

from datetime import datetime

from base.moves import MoveRefused, Party, ReasonMissing
from incidents.desk.cases import case_open
from incidents.desk.changing import case_locked, case_saved, case_state_set
from incidents.models import Case, CustomerMessage
from incidents.states.case import CaseState
from notifications.models import Attention
from notifications.services import attention_open
from tenants.models import User
from tenants.tenancy.scope import tenant_scope


def firm_asks(*, tenant_id: int, title: str, body: str, by: User, now: datetime) -> Case:
    """A question from the portal: a case and its first message. Raises ReasonMissing without words."""
    if not body.strip():
        raise ReasonMissing("nothing was written")
    # The case is the platform's own work for this firm, as a sweep would do it; what is said is the person's.
    with tenant_scope(tenant_id):
        case = case_open(tenant_id=tenant_id, title=title, channel=Case.Channel.PORTAL, by=by, now=now)
    _say(case, body, by, now)
    return case


def firm_says(*, tenant_id: int, case_id: int, body: str, by: User, now: datetime) -> CustomerMessage:
    """The firm writes in a case; one that waited for it or was solved goes on. Raises ReasonMissing, MoveRefused."""
    case: Case = Case.objects.filter(tenant_id=tenant_id).get(pk=case_id)
    if case.state == CaseState.MERGED:
        raise MoveRefused("it goes on as another case")
    message = _say(case, body, by, now)
    with tenant_scope(tenant_id):
        case_goes_on(tenant_id=tenant_id, case_id=case_id, now=now)
    return message


def case_goes_on(*, tenant_id: int, case_id: int, now: datetime) -> None:
    """The firm has answered by message, mail or call: a case that waited for it waits for the desk now."""
    case = case_locked(tenant_id=tenant_id, case_id=case_id, version=None, by=None)
    if case.state == CaseState.WAITING:
        to = CaseState.WORKING if case.assignee_id else CaseState.NEW
        case_state_set(case, to, party=Party.RULE, by=None, now=now)
    elif case.state == CaseState.SOLVED:
        case.assignee = None
        case_state_set(case, CaseState.NEW, party=Party.RULE, by=None, now=now)
    case_saved(case, "firm_wrote")


def _say(case: Case, body: str, by: User, now: datetime) -> CustomerMessage:
    if not body.strip():
        raise ReasonMissing("nothing was written")
    message: CustomerMessage = CustomerMessage.objects.create(
        tenant_id=case.tenant_id, case=case, from_firm=True, body=body.strip()[:4000], at=now, author=by
    )
    return message


def call_me(*, tenant_id: int, who: str, number: str, about: str, when: str, now: datetime) -> bool:
    """Ask the desk to call; → False when that wish is open already. `when` are words ("午後"), `number` as typed.

    `who`: the person, or the contact, who wants to be called.
    """
    _wish, made = attention_open(
        tenant_id=tenant_id,
        kind=Attention.Kind.CALL_ME,
        facts={"number": number[:60], "about": about[:200], "when": when[:60], "who": who[:200]},
        now=now,
    )
    return made
