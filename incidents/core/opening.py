"""Named writes that open an incident or add detections to one. All need an open scope that sees the firm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Value
from django.db.models.functions import Least

from alerts.models import AlertGroup
from alerts.models.alert import Grade
from alerts.soc import group_settle
from alerts.soc_states import SocState
from base.about import about_row
from base.moves import MoveRefused, Party, ReasonMissing
from base.reasons import says_something
from incidents.core.course import attention_settle, incident_reopen, mailed, task_ensure
from incidents.core.rules import REOPEN_DAYS, same_again
from incidents.core.selectors import incident_of_group, watched_incident
from incidents.core.targets import desk_due
from incidents.core.timeline import event_add
from incidents.doors import lock_numbers
from incidents.models import DeskTask, Incident, IncidentGroup
from incidents.states.incident import OPENINGS, PROMOTIONS, IncidentState, Opening
from notifications.models import Attention
from tenants.audit.record import audit_record
from tenants.models import User
from tenants.selectors import programme_of, settings_at
from tenants.tenancy.scope import tenant_scope


@dataclass(frozen=True)
class _About:
    """What an incident is about; together with the firm, one open incident each."""

    tenant_id: int
    kind: str
    family: str
    asset_key: str


def incident_open_or_join(*, group: AlertGroup, kind: str, opened_by: str, grade: int, now: datetime) -> Incident:
    """Take a group into the open incident of the same kind, family and device, or open one.

    Opening writes the timeline, a desk task with its target time and, for ★★★ by rule, the mail at once. An open one
    of lower importance, which a person opened, rises to ★★★ and is mailed at once. One that is watched, was closed
    within the programme's `reopen_days`, or is watched after a vendor's scan opens again; later a new one opens and
    names the first.
    A group whose incident was joined to another by hand goes on there.
    """
    lock_numbers(group.tenant_id)
    known = incident_known(group, kind)
    if known is not None and _goes_on(known, group, now):
        incident_group_join(incident=known, group=group, now=now)
        if grade > known.grade:
            _raise(known, group, opened_by, grade, now)
        return known
    about = _About(group.tenant_id, kind, group.family, group.asset_key)
    incident = _open(about, opened_by, grade, now)
    _link(incident, group)
    event_add(incident=incident, code="opened", at=now, group=group.pk, count=group.alert_count)
    if known is not None:
        incident.recurrence_of_id = known.recurrence_of_id or known.pk
        incident.save(update_fields=["recurrence_of"])
        event_add(incident=incident, code="recurred", at=now, previous=known.number)
    mailed(incident, group, now)
    return incident


def incident_known(group: AlertGroup, kind: str) -> Incident | None:
    """The incident this detection would belong to: the open one, else the latest; of a duplicate the one kept."""
    same = Incident.objects.filter(tenant_id=group.tenant_id, kind=kind, family=group.family, asset_key=group.asset_key)
    running: Incident | None = same.exclude(state=IncidentState.CLOSED).select_for_update().first()
    if running is not None:
        return running
    latest: Incident | None = same.order_by("-number").select_for_update(of=("self",)).first()
    if latest is not None and latest.merged_into_id is not None:
        kept: Incident = Incident.objects.select_for_update().get(pk=latest.merged_into_id)
        return kept
    return latest


def _goes_on(incident: Incident, group: AlertGroup, now: datetime) -> bool:
    """Whether it is open, ended recently, or is watched after a vendor's scan ("not found" is not safe, OSK 5.4.1)."""
    if incident.closed_at is None:
        return True
    if same_again(closed_at=incident.closed_at, now=now, days=reopen_days(incident.tenant_id, now)):
        return True
    watched = watched_incident(
        tenant_id=group.tenant_id, asset_key=group.asset_key, family=group.family, at=group.last_at
    )
    return watched == incident.pk


def reopen_days(tenant_id: int, now: datetime) -> int:
    """Programme setting: how long after its end an incident opens again when the same comes back."""
    version = settings_at(programme_id=programme_of(tenant_id=tenant_id).pk, at=now)
    return int((version.values if version else {}).get("reopen_days", REOPEN_DAYS))


def _raise(incident: Incident, group: AlertGroup, opened_by: str, grade: int, now: datetime) -> None:
    """Raise an incident a person opened, once a rule gives ★★★: it counts as opened by rule, also for the insurance."""
    before = incident.opened_by
    incident.grade, incident.opened_by = grade, opened_by
    incident.save(update_fields=["grade", "opened_by"])
    event_add(incident=incident, code="rose", at=now, group=group.pk, grade=grade)
    due = desk_due(tenant_id=incident.tenant_id, importance=grade, at=now)
    tasks = DeskTask.objects.filter(tenant_id=incident.tenant_id, incident=incident, done_at__isnull=True)
    tasks.update(importance=grade, due_at=Least("due_at", Value(due)))
    task_ensure(incident, now)
    audit_record(
        code="incident.rose",
        subject=f"incident:{incident.number}",
        tenant_id=incident.tenant_id,
        grade=grade,
        opened_by_before=before,
        group=group.pk,
    )
    mailed(incident, group, now)


class IncidentThere(MoveRefused):
    """What a person wants to promote has an incident already: `incident`."""

    def __init__(self, incident: Incident) -> None:
        super().__init__(f"incident {incident.number} has it")
        self.incident = incident


def _running(about: _About) -> Incident | None:
    same = Incident.objects.filter(
        tenant_id=about.tenant_id, kind=about.kind, family=about.family, asset_key=about.asset_key
    )
    running: Incident | None = same.exclude(state=IncidentState.CLOSED).first()
    return running


def incident_promote(*, group: AlertGroup, opening: Opening, reason: str, by: User, now: datetime) -> Incident:
    """First response for a group that no rule gave it to: an analyst or the desk judges so, or the firm wishes it.

    OSK 3.4.3, 5.3.3. Never insured, as long as no rule sees a ★★★ in it. A wish of the firm about this group is
    fulfilled. Raises ReasonMissing, or IncidentThere when the group, or the same on its device, has an incident.
    """
    _require(opening, Party.ANALYST if opening == Opening.ANALYST else Party.DESK, reason)
    if opening not in PROMOTIONS:
        raise MoveRefused(f"{opening} promotes nothing")
    lock_numbers(group.tenant_id)
    about = _About(group.tenant_id, Incident.Kind.MALWARE_SUSPECTED, group.family, group.asset_key)
    there = _running(about) or incident_of_group(group)
    if there is not None:
        raise IncidentThere(there)
    incident = _open(about, opening, max(group.grade, Grade.MEDIUM), now, reason=_cut(reason))
    event_add(incident=incident, code=_PROMOTED[opening], at=now, by=by, reason=incident.opened_reason, group=group.pk)
    # Linking, taking it out of the sweeps and fulfilling the wish is the platform's own work, whoever promotes.
    with tenant_scope(group.tenant_id):
        _link(incident, group)
        group_settle(group=group, state=SocState.ESCALATED, by=by, now=now)
        AlertGroup.objects.filter(pk=group.pk, triaged_at__isnull=True).update(triaged_at=now)
        kind_of_wish = Attention.Kind.RESPONSE_WISH
        attention_settle(tenant_id=group.tenant_id, kind=kind_of_wish, about=about_row(AlertGroup, group.pk), now=now)
    return incident


# Code of the timeline's first line.
_PROMOTED = {Opening.ANALYST: "escalated", Opening.DESK: "opened_by_desk", Opening.WISH: "wished"}


def incident_open_by_desk(
    *, tenant_id: int, kind: str, reason: str, by: User, now: datetime, attention: Attention | None = None
) -> Incident:
    """The desk opens one by hand: a box that stays silent (`attention`), or what the firm reports. Never insured.

    Raises ReasonMissing, or MoveRefused for kinds that only detections open and for an attention that has one open.
    """
    _require(Opening.DESK, Party.DESK, reason)
    if kind not in (Incident.Kind.SENSOR_SILENT, Incident.Kind.REPORTED):
        raise MoveRefused(f"{kind} is opened by detections")
    lock_numbers(tenant_id)
    subject = f"sensor:{attention.about_id}" if attention is not None else f"{_highest(tenant_id) + 1}"
    about = _About(tenant_id, kind, f"{kind}:{subject}", "")
    same = Incident.objects.filter(tenant_id=tenant_id, kind=kind, family=about.family)
    if same.exclude(state=IncidentState.CLOSED).exists():
        raise MoveRefused("it has an incident already")
    incident = _open(about, Opening.DESK, grade=1, now=now, reason=_cut(reason))
    event_add(incident=incident, code="opened_by_desk", at=now, by=by, reason=incident.opened_reason)
    return incident


def _require(opening: Opening, party: Party, reason: str) -> None:
    move = OPENINGS[opening]
    if party not in move.by:
        raise MoveRefused(f"{opening} is not for {party}")
    if move.reason and not says_something(reason):
        raise ReasonMissing("an incident opened by hand needs a reason")


def _cut(reason: str) -> str:
    return reason.strip()[:300]


def _highest(tenant_id: int) -> int:
    return Incident.objects.filter(tenant_id=tenant_id).aggregate(n=Max("number"))["n"] or 0


def _open(about: _About, opened_by: str, grade: int, now: datetime, reason: str = "") -> Incident:
    incident: Incident = Incident.objects.create(
        tenant_id=about.tenant_id,
        number=_highest(about.tenant_id) + 1,
        kind=about.kind,
        opened_by=opened_by,
        opened_reason=reason,
        grade=grade,
        family=about.family,
        asset_key=about.asset_key,
        opened_at=now,
    )
    task_ensure(incident, now)
    audit_record(
        code="incident.opened",
        subject=f"incident:{incident.number}",
        tenant_id=about.tenant_id,
        kind=about.kind,
        opened_by=opened_by,
        reason=reason,
    )
    return incident


def _link(incident: Incident, group: AlertGroup) -> bool:
    """→ True when the group was not in an incident before."""
    linked, made = IncidentGroup.objects.get_or_create(
        tenant_id=group.tenant_id, group=group, defaults={"incident": incident}
    )
    if linked.incident_id is not None:
        return made
    linked.incident = incident
    linked.save(update_fields=["incident"])
    return True


def incident_group_join(*, incident: Incident, group: AlertGroup, now: datetime) -> None:
    """Add a group to an incident: a line on the timeline, no second mail. One that was over opens again."""
    _link(incident, group)
    if incident.state in (IncidentState.WATCHING, IncidentState.CLOSED):
        incident_reopen(incident_id=incident.pk, party=Party.RULE, now=now, group=group)
        incident.refresh_from_db()
        return
    event_add(incident=incident, code="joined", at=now, group=group.pk, count=group.alert_count)
    # First response works on it already; what came back, or opened one by rule, is for the SOC to look at.
    group_settle(group=group, state=SocState.ESCALATED, by=None, now=now)
