"""What belongs to which incident, put right by a person: two of a firm joined, a detection put in or taken out."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Value
from django.db.models.functions import Least

from alerts.models import AlertGroup
from alerts.models.alert import Grade, Notify
from alerts.soc import group_settle
from alerts.soc_states import SocState
from base.about import about_row
from base.moves import MoveRefused, Party, ReasonMissing
from base.reasons import says_something
from incidents.core.course import attention_settle, locked, state_set, task_ensure, tasks_finish
from incidents.core.selectors import booking_of
from incidents.core.targets import desk_due
from incidents.core.timeline import event_add
from incidents.doors import lock_numbers
from incidents.models import BreachNote, CallBooking, Case, DeskTask, Incident, IncidentGroup, Job
from incidents.states.incident import IncidentState
from incidents.states.job import JobState
from notifications.models import Attention
from tenants.audit.record import audit_record
from tenants.models import User
from tenants.tenancy.scope import tenant_scope


class TidyRefused(MoveRefused):
    """What belongs where stays as it is; the text is a code for the page (incidents.core.ui.incident_words)."""


def incident_merge(
    *, incident_id: int, into_id: int, reason: str, by: User, now: datetime, party: Party = Party.DESK
) -> Incident:
    """Join a duplicate to the incident that is kept: its detections, conversations and a call that is still booked
    move, it is closed, what is found later goes to the kept one. Its course stays where it is. → the kept one.

    Both must be open; of two grades the kept gets the higher, with what opened it, and the desk has its task as soon as
    it had the sooner of both. What others hold on to does not disappear: a job that was not cancelled (with it claims
    and the firm's decision), and the firm's note of a leak. Raises TidyRefused (codes: same, not_open, watched, job,
    breach), ReasonMissing.
    """
    if incident_id == into_id:
        raise TidyRefused("same")
    lock_numbers(_firm_of(incident_id))  # nobody asks for a job meanwhile
    rows = {pk: locked(pk) for pk in sorted((incident_id, into_id))}  # always in one order
    duplicate, kept = rows[incident_id], rows[into_id]
    if duplicate.tenant_id != kept.tenant_id or IncidentState.CLOSED in (duplicate.state, kept.state):
        raise TidyRefused("not_open")
    if kept.state == IncidentState.WATCHING != duplicate.state:
        raise TidyRefused("watched")
    with tenant_scope(kept.tenant_id):  # an analyst sees neither jobs nor what the firm noted
        _require_free(duplicate)
        waits = _open_task(duplicate)
    state_set(duplicate, IncidentState.CLOSED, party=party, reason=reason, now=now)
    why = reason.strip()[:300]
    # Moving what hangs on it is the platform's own work, whoever joins.
    with tenant_scope(kept.tenant_id):
        tasks_finish(duplicate, why, now)
        _moved(duplicate, kept, waits, now)
    event_add(incident=duplicate, code="merged", at=now, by=by, into=kept.number, reason=why)
    event_add(incident=kept, code="absorbed", at=now, by=by, number=duplicate.number, reason=why)
    audit_record(
        code="incident.merged",
        subject=f"incident:{duplicate.number}",
        tenant_id=kept.tenant_id,
        into=kept.number,
        reason=why,
    )
    return kept


def incidents_merge_by_age(*, incident_id: int, other_id: int, reason: str, by: User, now: datetime) -> Incident:
    """An analyst joins two open incidents of a firm: the younger goes into the older. Raises as incident_merge does."""
    pair = Incident.objects.filter(pk__in={incident_id, other_id}).order_by("opened_at", "number")
    ids = list(pair.values_list("pk", flat=True))
    return incident_merge(incident_id=ids[-1], into_id=ids[0], reason=reason, by=by, now=now, party=Party.ANALYST)


def _firm_of(incident_id: int) -> int:
    firm: int = Incident.objects.values_list("tenant_id", flat=True).get(pk=incident_id)
    return firm


def _require_free(duplicate: Incident) -> None:
    of_firm = {"tenant_id": duplicate.tenant_id, "incident": duplicate}
    if Job.objects.filter(**of_firm).exclude(state=JobState.CANCELLED).exists():
        raise TidyRefused("job")
    if BreachNote.objects.filter(**of_firm).exists():
        raise TidyRefused("breach")


def _open_task(incident: Incident) -> DeskTask | None:
    rows = DeskTask.objects.filter(tenant_id=incident.tenant_id, incident=incident, done_at__isnull=True)
    first: DeskTask | None = rows.order_by("due_at").first()
    return first


def _moved(duplicate: Incident, kept: Incident, waits: DeskTask | None, now: datetime) -> None:
    firm = kept.tenant_id
    of_firm = Incident.objects.filter(tenant_id=firm)
    of_firm.filter(merged_into=duplicate).update(merged_into=kept)
    of_firm.filter(pk=duplicate.pk).update(merged_into=kept)
    IncidentGroup.objects.filter(tenant_id=firm, incident=duplicate).update(incident=kept)
    Case.objects.filter(tenant_id=firm, incident=duplicate).update(incident=kept)
    if duplicate.grade > kept.grade:
        # The cover depends on the grade and on who opened the incident: a ★★★ by rule stays one.
        kept.grade, kept.opened_by = duplicate.grade, duplicate.opened_by
        kept.save(update_fields=["grade", "opened_by"])
    if waits is not None:
        task_ensure(kept, now)
    _urgent(kept, waits.due_at if waits is not None else None)
    booked, holds = booking_of(duplicate), booking_of(kept)
    if booked is not None and booked.at > now and (holds is None or holds.at <= now):
        CallBooking.objects.create(
            tenant_id=firm, incident=kept, at=booked.at, phone=booked.phone, asked_at=booked.asked_at
        )


def _urgent(incident: Incident, due_at: datetime | None) -> None:
    """The desk's open task is as important as the incident, and due no later than `due_at`."""
    tasks = DeskTask.objects.filter(tenant_id=incident.tenant_id, incident=incident, done_at__isnull=True)
    tasks.filter(importance__lt=incident.grade).update(importance=incident.grade)
    if due_at is not None:
        tasks.update(due_at=Least("due_at", Value(due_at)))


def group_attach(*, group: AlertGroup, incident_id: int, reason: str, by: User, now: datetime) -> Incident:
    """A person puts a detection into an open incident of its firm. → the incident.

    A ★★ makes an incident of less a ★★; a wish of the firm for first response is fulfilled. Raises ReasonMissing,
    TidyRefused (codes: not_open; no_detections: a silent box has none; taken: it is in one already; by_rule: a rule is
    about to take it; graver: a ★★★ belongs to one that was opened as such).
    """
    why = reason.strip()[:300]
    if not says_something(why):
        raise ReasonMissing("say why it belongs")
    incident = locked(incident_id)
    if incident.tenant_id != group.tenant_id or incident.state == IncidentState.CLOSED:
        raise TidyRefused("not_open")
    if incident.kind == Incident.Kind.SENSOR_SILENT:
        raise TidyRefused("no_detections")
    with tenant_scope(group.tenant_id):  # the desk may not write on groups: this is the platform's own work
        held = _attached(incident, group, by, now)
    event_add(incident=incident, code="attached", at=now, by=by, group=held.pk, count=held.alert_count, reason=why)
    audit_record(
        code="incident.group_attached",
        subject=f"incident:{incident.number}",
        tenant_id=incident.tenant_id,
        group=held.pk,
        reason=why,
    )
    return incident


def _attached(incident: Incident, group: AlertGroup, by: User, now: datetime) -> AlertGroup:
    of_firm = AlertGroup.objects.filter(tenant_id=group.tenant_id)
    held: AlertGroup = of_firm.select_for_update(of=("self",)).get(pk=group.pk)
    if IncidentGroup.objects.filter(tenant_id=held.tenant_id, group=held, incident__isnull=False).exists():
        raise TidyRefused("taken")
    if held.notify == Notify.AT_ONCE and held.triaged_at is None:
        raise TidyRefused("by_rule")
    if held.grade > incident.grade and held.grade > Grade.MEDIUM:
        raise TidyRefused("graver")
    IncidentGroup.objects.update_or_create(tenant_id=held.tenant_id, group=held, defaults={"incident": incident})
    of_firm.filter(pk=held.pk, triaged_at__isnull=True).update(triaged_at=now)
    group_settle(group=held, state=SocState.ESCALATED, by=by, now=now)
    wish = Attention.Kind.RESPONSE_WISH
    attention_settle(tenant_id=held.tenant_id, kind=wish, about=about_row(AlertGroup, held.pk), now=now)
    if held.grade > incident.grade:
        incident.grade = held.grade
        incident.save(update_fields=["grade"])
        _urgent(incident, desk_due(tenant_id=held.tenant_id, importance=held.grade, at=now))
    return held


def group_detach(*, incident_id: int, group_id: int, reason: str, by: User, now: datetime) -> None:
    """Take a detection out of its incident; afterwards it belongs to none.

    Raises ReasonMissing, TidyRefused (codes: not_of_it; last: an incident keeps what it is about).
    """
    why = reason.strip()[:300]
    if not says_something(why):
        raise ReasonMissing("say why it does not belong")
    incident = locked(incident_id)
    links = IncidentGroup.objects.filter(tenant_id=incident.tenant_id, incident=incident)
    if not links.filter(group_id=group_id).exists():
        raise TidyRefused("not_of_it")
    if not links.exclude(group_id=group_id).exists():
        raise TidyRefused("last")
    links.filter(group_id=group_id).update(incident=None)
    group = AlertGroup.objects.get(tenant_id=incident.tenant_id, pk=group_id)
    if group.soc_state == SocState.ESCALATED:  # whoever takes it out has judged it
        group_settle(group=group, state=SocState.JUDGED, by=by, now=now)
    event_add(incident=incident, code="detached", at=now, by=by, group=group_id, reason=why)
    audit_record(
        code="incident.group_detached",
        subject=f"incident:{incident.number}",
        tenant_id=incident.tenant_id,
        group=group_id,
        reason=why,
    )
