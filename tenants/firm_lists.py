"""An office enters its firms by a file: read, looked at, taken; then they come in step by step, each step whole."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import astuple, dataclass
from datetime import datetime
from time import monotonic
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Func, IntegerField
from django.utils import timezone

from base.refusals import Refusal
from tenants.accounts.invitations import VALID_FOR, invitation_mail, token_hash, token_make
from tenants.audit.record import audit_record
from tenants.firm_table import COLUMNS, FirmsRead, LineError
from tenants.models import Enrolment, FirmList, Membership, Organisation, Programme, User
from tenants.tenancy.scope import tenant_scope

STEP = 250  # firms that come in in one transaction
WORK_SECONDS = 10.0
_SME = Organisation.Kind.SME


@dataclass(frozen=True)
class FirmLine:
    """A firm as a line of the columns. `number`: of its contract."""

    number: int
    tenant_id: int
    cells: list[Any]


class ListGone(Refusal):
    """The list was taken or dropped meanwhile, or is another office's."""


def list_offer(*, programme: Programme, read: FirmsRead, file_name: str, by: User, now: datetime) -> FirmList:
    """Keep what a file came to until somebody takes it; one that waits already is dropped. Enters no firm."""
    _waiting(programme).update(dropped_at=now)
    kept = FirmList.objects.create(
        programme=programme,
        file_name=file_name.strip()[-200:],
        form=read.form,
        rows=read.rows,
        errors=[list(astuple(error)) for error in read.errors],
        unknown=[heading[:80] for heading in read.unknown],
        is_cut=read.is_cut,
        read_at=now,
        read_by=by,
    )
    audit_record(code="firm_list.read", subject=f"firm_list:{kept.pk}", programme=programme.pk, firms=len(read.rows))
    return kept


def list_take(*, programme: Programme, list_id: int, invites: bool, by: User, now: datetime) -> None:
    """Its firms come in from now on (list_step). Raises ListGone."""
    rows = _waiting(programme).filter(pk=list_id)
    if not rows.update(taken_at=now, taken_by=by, invites=invites):
        raise ListGone(f"list {list_id}")
    audit_record(code="firm_list.taken", subject=f"firm_list:{list_id}", programme=programme.pk, invites=invites)


def list_drop(*, programme: Programme, list_id: int, now: datetime) -> None:
    """It is not wanted. Raises ListGone."""
    if not _waiting(programme).filter(pk=list_id).update(dropped_at=now):
        raise ListGone(f"list {list_id}")
    audit_record(code="firm_list.dropped", subject=f"firm_list:{list_id}", programme=programme.pk)


def list_newest(*, programme: Programme) -> FirmList | None:
    """The list that waits or was taken last, with `count` and `wrong`; its lines are read when they are wanted."""
    rows = FirmList.objects.filter(programme=programme, dropped_at=None).select_related("programme", "read_by")
    rows = rows.annotate(count=_length("rows"), wrong=_length("errors")).defer("rows", "errors")
    return rows.order_by("-pk").first()


def _length(column: str) -> Func:
    return Func(F(column), function="jsonb_array_length", output_field=IntegerField())


def errors_of(kept: FirmList) -> list[LineError]:
    """What was wrong with its lines."""
    return [LineError(*values) for values in kept.errors]


def lines_there(kept: FirmList) -> set[int]:
    """The lines whose firm takes part already, as sec.firm_list_step will leave them."""
    rows = Enrolment.objects.filter(programme_id=kept.programme_id)
    named = rows.filter(tenant__name__in={row["name"] for row in kept.rows})
    numbered = rows.filter(tenant__corporate_number__in={row["corporate_number"] for row in kept.rows} - {""})
    pairs = set(named.values_list("tenant__name", "tenant__phone_digits"))
    numbers = set(numbered.values_list("tenant__corporate_number", flat=True))
    return {
        row["line"]
        for row in kept.rows
        if row["corporate_number"] in numbers or (row["name"], _digits(row["phone"])) in pairs
    }


def list_step(*, list_id: int, most: int = STEP) -> int:
    """The next firms of a list that was taken come in, all of the step or none. → lines; 0: it is through."""
    tokens, until = [token_make() for _ in range(most)], timezone.now() + VALID_FOR
    with transaction.atomic(), connection.cursor() as cursor:
        hashes = [token_hash(token) for token in tokens]
        cursor.execute("SELECT sec.firm_list_step(%s, %s, %s, %s)", [list_id, most, hashes, until])
        answer = cursor.fetchone()[0]
        if answer is None:
            return 0
        came: dict[str, Any] = json.loads(answer) if isinstance(answer, str) else answer
        if came["invites"]:
            for entered in came["entered"]:
                with tenant_scope(entered["firm"]):
                    invitation_mail(
                        organisation=Organisation(pk=entered["firm"], kind=_SME, name=entered["organisation"]),
                        email=entered["email"],
                        role=Membership.Role.OWNER,
                        token=tokens[entered["token"] - 1],
                        expires_at=until,
                        first=True,
                        person_name=entered["name"],
                    )
    gone: int = came["gone"]
    return gone


def lists_step(*, now: datetime) -> int:
    """Go on with every list that was taken, for about ten seconds: whoever took it may have gone. → lines."""
    finish = monotonic() + WORK_SECONDS
    with connection.cursor() as cursor:
        cursor.execute("SELECT list FROM sec.firm_lists_taken()")
        waiting = [row[0] for row in cursor.fetchall()]
    total = 0
    for number in waiting:
        gone = STEP
        while gone and monotonic() < finish:
            gone = list_step(list_id=number)
            total += gone
    return total


def firm_lines(*, programme: Programme, after: int, most: int) -> list[FirmLine]:
    """The programme's next firms the open scope may see, by the number of their contract."""
    rows = Enrolment.objects.filter(programme=programme, pk__gt=after).select_related("tenant").order_by("pk")[:most]
    return [FirmLine(enrolment.pk, enrolment.tenant_id, _line(enrolment)) for enrolment in rows]


def _line(enrolment: Enrolment) -> list[Any]:
    firm = enrolment.tenant
    values = {name: getattr(firm, name, "") for name in COLUMNS} | {
        "chamber_member": "1" if enrolment.chamber_member else "0",
        "contract_start": enrolment.contract_start,
        "contract_end": enrolment.contract_end,
    }
    return [values[name] for name in COLUMNS]


def _waiting(programme: Programme) -> Any:
    return FirmList.objects.filter(programme=programme, taken_at=None, dropped_at=None)


def _digits(phone: str) -> str:
    return re.sub(r"\D", "", unicodedata.normalize("NFKC", phone))
