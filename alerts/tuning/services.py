"""Named writes of changes of grading: a person proposes, another decides. All need the scope of a person of the SOC."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from alerts.models import AlertGroup, Tuning
from alerts.models.judgement import Basis
from alerts.models.tuning import TUNING_BASES, TunedGrade
from alerts.tuning.checks import LONGEST, TuningRefused, pattern_check
from alerts.tuning.doors import tunings_count, tunings_over
from alerts.tuning.rules import UNTOUCHED, Pattern
from alerts.tuning.states import TUNING_MOVES, TuningState
from base.moves import MoveRefused, Party, ReasonMissing, before, require_move
from base.reasons import says_something
from tenants.audit.record import audit_record, audit_record_of_nobody
from tenants.models import User
from tenants.selectors import programme_of
from tenants.tenancy.jobs import wake
from tenants.tenancy.scope import programme_scope
from web.jst import JST

TASK = "alerts.tasks.replay_tunings"
LONGEST_REASON = 300
COUNTED_EVERY = 10  # minutes
COUNTED_BACK = timedelta(days=7)  # boxes that were offline send what is late


class SecondPerson(MoveRefused):
    """Who proposed it cannot be the one who approves it."""


class OverrideMissing(ReasonMissing):
    """It would have hidden an incident or a confirmed infection, and nobody has said why it shall be done."""


class TuningThere(MoveRefused):
    """The same is proposed or in force already."""


def tuning_propose(
    *,
    group: AlertGroup,
    everywhere: bool,
    pattern: Pattern,
    grade: TunedGrade,
    basis: Basis | None,
    reason: str,
    days: int,
    by: User,
    organisation_id: int,
    now: datetime,
) -> Tuning:
    """Propose a change of grading from a group; it is tried on the past at once. `everywhere`: for all firms of the
    group's programme.

    Raises TuningRefused (codes: no_mark, files, bad_end and those of pattern_check), ReasonMissing, TuningThere.
    """
    if not group.signature_id:
        raise TuningRefused("no_mark")
    if group.function == UNTOUCHED:
        raise TuningRefused("files")
    if not timedelta(0) < timedelta(days=days) <= LONGEST:
        raise TuningRefused("bad_end")
    why = reason.strip()[:LONGEST_REASON]
    if basis not in TUNING_BASES and not says_something(why):
        raise ReasonMissing("a change of grading needs a reason")
    checked = pattern_check(pattern, one_firm=not everywhere)
    try:
        with transaction.atomic():
            made: Tuning = Tuning.objects.create(
                programme_id=programme_of(tenant_id=group.tenant_id).pk,
                firm_id=None if everywhere else group.tenant_id,
                organisation_id=organisation_id,
                signature_id=group.signature_id,
                signature=group.signature,
                family=group.family,
                direction=checked.direction,
                device=checked.device,
                destination=checked.destination,
                grade=grade,
                basis=basis or "",
                reason=why,
                days=days,
                proposed_by=by,
                proposed_at=now,
            )
    except IntegrityError as problem:
        if "tuning_open_once" not in str(problem):
            raise
        raise TuningThere("the same is open") from problem
    _audit(made, "proposed", signature=made.signature_id, grade=made.grade, reason=made.words)
    wake(TASK)
    return made


def tuning_override(*, tuning_id: int, reason: str, by: User) -> None:
    """Say why it shall be done although it would have hidden something serious. Raises MoveRefused, ReasonMissing."""
    tuning = _locked(tuning_id)
    if tuning.state != TuningState.REPLAYED:
        raise MoveRefused("nothing is to be decided")
    if not says_something(reason):
        raise ReasonMissing("an override needs a reason")
    _update(tuning, override_reason=reason.strip()[:LONGEST_REASON])
    _audit(tuning, "overridden", reason=reason.strip()[:LONGEST_REASON])


def tuning_approve(*, tuning_id: int, by: User, now: datetime) -> Tuning:
    """It grades from now on, for as long as was proposed.

    Raises MoveRefused, SecondPerson for one's own proposal, OverrideMissing. PostgreSQL refuses the same.
    """
    tuning = _locked(tuning_id)
    require_move(TUNING_MOVES, tuning.state, TuningState.IN_FORCE, party=Party.ANALYST)
    if tuning.proposed_by_id == by.pk:
        raise SecondPerson("one's own")
    if tuning.hidden and not tuning.override_reason:
        raise OverrideMissing("it would have hidden something serious")
    until = now + timedelta(days=tuning.days)
    _update(tuning, state=TuningState.IN_FORCE, decided_by=by, decided_at=now, expires_at=until)
    _audit(tuning, "approved", override=tuning.override_reason)
    return tuning


def tuning_try_again(*, tuning_id: int, by: User, organisation_id: int) -> None:
    """Have a proposal that could not be tried be tried once more, in the sight of whoever asks. Raises MoveRefused."""
    tuning = _locked(tuning_id)
    require_move(TUNING_MOVES, tuning.state, TuningState.PROPOSED, party=Party.ANALYST)
    _update(
        tuning,
        state=TuningState.PROPOSED,
        tries=0,
        fault="",
        retry_at=None,
        progress=0,
        tried_by=by,
        tried_for_id=organisation_id,
    )
    _audit(tuning, "tried_again")
    wake(TASK)


def tuning_refuse(*, tuning_id: int, reason: str, by: User, now: datetime) -> None:
    """It does not come into force; whoever proposed it takes it back like this. Raises MoveRefused, ReasonMissing."""
    _end(tuning_id, TuningState.REFUSED, "refused", reason=reason, by=by, now=now)


def tuning_roll_back(*, tuning_id: int, reason: str, by: User, now: datetime) -> None:
    """What comes from now on is graded as before. Raises MoveRefused, ReasonMissing."""
    _end(tuning_id, TuningState.ROLLED_BACK, "rolled_back", reason=reason, by=by, now=now)


def tunings_expire(*, now: datetime) -> int:
    """End the changes of grading whose time is over. → how many."""
    ended = 0
    for programme_id, tuning_id in tunings_over(now):
        with programme_scope(programme_id):
            rows = Tuning.objects.filter(pk=tuning_id, state__in=before(TUNING_MOVES, TuningState.EXPIRED))
            if rows.update(state=TuningState.EXPIRED, ended_at=now):
                audit_record_of_nobody(code="tuning.expired", subject=f"tuning:{tuning_id}")
                ended += 1
    return ended


def effects_count(*, now: datetime) -> int:
    """Every ten minutes, count over all firms how often changes of grading took effect. → rows that changed."""
    if now.minute % COUNTED_EVERY:
        return 0
    today = now.astimezone(JST).date()
    return tunings_count(today - COUNTED_BACK, today)


def _end(tuning_id: int, state: TuningState, code: str, *, reason: str, by: User, now: datetime) -> None:
    tuning = _locked(tuning_id)
    require_move(TUNING_MOVES, tuning.state, state, party=Party.ANALYST, reason=reason)
    _update(tuning, state=state, ended_by=by, ended_at=now, end_reason=reason.strip()[:LONGEST_REASON])
    _audit(tuning, code, reason=tuning.end_reason)


def _locked(tuning_id: int) -> Tuning:
    tuning: Tuning = Tuning.objects.select_for_update(of=("self",)).get(pk=tuning_id)
    return tuning


def _update(tuning: Tuning, **values: object) -> None:
    for name, value in values.items():
        setattr(tuning, name, value)
    tuning.save(update_fields=list(values))


def _audit(tuning: Tuning, what: str, **data: object) -> None:
    """In the firm's trail when it is about one firm, else in nobody's."""
    audit_record(code=f"tuning.{what}", subject=f"tuning:{tuning.pk}", tenant_id=tuning.firm_id, **data)
