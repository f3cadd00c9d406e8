"""The firm's note about a leak, with a line in the incident's timeline when its days or reasons change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from base.refusals import Refusal
from incidents.breach.rules import Item, clock
from incidents.core.timeline import event_add
from incidents.models import BreachNote, Incident
from incidents.states.breach import Reason
from tenants.audit.record import audit_record
from tenants.models import User
from tenants.tenancy.scope import tenant_scope


class DaysWrong(Refusal):
    """A day that has not come, or a report before the firm knew."""


@dataclass(frozen=True)
class NoteEntry:
    """What the firm notes."""

    aware_on: date
    reasons: tuple[str, ...] = ()
    items: Mapping[str, str] = field(default_factory=dict)
    quick_on: date | None = None
    final_on: date | None = None


def breach_keep(*, incident: Incident, entry: NoteEntry, by: User, today: date, now: datetime) -> BreachNote:
    """Store the note of an incident, or change it. Raises DaysWrong; ValueError for an unknown reason or item."""
    for day in (entry.aware_on, entry.quick_on, entry.final_on):
        if day is not None and not entry.aware_on <= day <= today:
            raise DaysWrong(day.isoformat())
    reasons = [Reason(code).value for code in dict.fromkeys(entry.reasons)]
    items = {Item(code).value: words.strip()[:2000] for code, words in entry.items.items() if words.strip()}
    rows = BreachNote.objects.select_for_update(of=("self",)).filter(tenant_id=incident.tenant_id, incident=incident)
    before: BreachNote | None = rows.first()
    fields = {
        "aware_on": entry.aware_on,
        "reasons": reasons,
        "said": items,
        "quick_on": entry.quick_on,
        "final_on": entry.final_on,
        "changed_at": now,
        "changed_by": by,
    }
    note: BreachNote
    if before is None:
        note = BreachNote.objects.create(tenant_id=incident.tenant_id, incident=incident, **fields)
    else:
        old = (before.aware_on, set(before.reasons), before.quick_on, before.final_on)
        for name, value in fields.items():
            setattr(before, name, value)
        before.save(update_fields=list(fields))
        note = before
    if before is None or old != (note.aware_on, set(reasons), note.quick_on, note.final_on):
        _announce(note, incident, by, now)
    audit_record(
        code="breach.kept",
        subject=f"incident:{incident.number}",
        tenant_id=incident.tenant_id,
        aware_on=note.aware_on.isoformat(),
        reasons=reasons,
    )
    return note


def _announce(note: BreachNote, incident: Incident, by: User, now: datetime) -> None:
    """The desk reads the timeline and can ask on the phone. What leaked stays in the note."""
    days = clock(note.aware_on, note.reasons)
    days_noted = {
        "aware_on": note.aware_on,
        "quick_until": days.quick_until if days else None,
        "final_until": days.final_until if days else None,
        "quick_on": note.quick_on,
        "final_on": note.final_on,
    }
    written = {name: day.isoformat() if day else None for name, day in days_noted.items()}
    with tenant_scope(incident.tenant_id):
        event_add(incident=incident, code="breach_noted", at=now, by=by, **written)
