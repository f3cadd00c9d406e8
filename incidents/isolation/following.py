"""What became of isolations comes onto their incident's timeline and to the firm; their time ends them.

The row says what waits (`followed`): a step the box reported is written down by the sweep, one of a person at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from incidents.core.rows import each_row
from incidents.core.timeline import event_add
from incidents.isolation.doors import isolations_to_follow
from incidents.isolation.mails import isolation_mail_put
from incidents.models import Incident
from sensors.isolation_orders import isolation_run_out
from sensors.models import Isolation
from tenants.models import User

State = Isolation.State


@dataclass(frozen=True)
class Step:
    """One line of the timeline."""

    code: str
    at: datetime
    by: User | None = None
    data: dict[str, Any] = field(default_factory=dict)


def isolations_follow(*, now: datetime) -> int:
    """Write down what boxes did about isolations, and end those whose time is over. → rows touched."""
    return each_row(isolations_to_follow(now), now, isolation_follow)


def isolation_follow(tenant_id: int, isolation_id: int, now: datetime) -> bool:
    """Bring one isolation's timeline up to date; → whether there was something to do. Needs the firm's own scope."""
    row: Isolation = (
        Isolation.objects.select_for_update(of=("self",))
        .select_related("device", "wished_by", "consent_recorded_by", "released_by")
        .get(tenant_id=tenant_id, pk=isolation_id)
    )
    ran_out = isolation_run_out(isolation=row, now=now)
    if row.followed:
        return ran_out
    incident = _incident(row)
    fresh = [step for step in steps_of(row) if step.code not in row.followed_steps]
    for step in fresh:
        if incident is not None:
            shown = {"machine": row.device.called or row.device.last_ip or row.mac, **step.data}
            event_add(incident=incident, code=f"isolation_{step.code}", at=step.at, by=step.by, **shown)
        isolation_mail_put(isolation=row, step=step.code, now=now)
    row.followed_steps = [*row.followed_steps, *(step.code for step in fresh)]
    row.followed = True
    row.save(update_fields=["followed_steps", "followed"])
    return True


def steps_of(row: Isolation) -> Iterator[Step]:
    """What has happened so far, in its order."""
    if row.consented_at != row.wished_at:
        yield Step("wished", row.wished_at, row.wished_by, {"party": row.wished_party, "reason": row.reason})
    if row.consented_at is not None:
        data = {"way": row.consent_way, "words": row.consent_words, "until": row.until.isoformat()}
        yield Step("agreed", row.consented_at, row.consent_recorded_by, data)
    if row.applied_at is not None:
        yield Step("applied", row.applied_at, data={"until": row.until.isoformat()})
    if row.release_asked_at is not None:
        ending = {"party": row.release_party, "on_box": row.ordered_at is not None}
        yield Step("released", row.release_asked_at, row.released_by, ending)
    if row.state == State.REFUSED:
        yield Step("refused", row.ended_at or row.wished_at, data={"problem": row.problem})
    if row.state == State.ENDED and row.ordered_at is not None and row.ended_at is not None:
        yield Step("ended", row.ended_at)
    if row.state == State.EXPIRED and row.ended_at is not None:
        yield Step("expired", row.ended_at, data={"on_box": row.ordered_at is not None})


def _incident(row: Isolation) -> Incident | None:
    if row.incident_number is None:
        return None
    incident: Incident | None = Incident.objects.filter(tenant_id=row.tenant_id, number=row.incident_number).first()
    return incident
