"""After a firm's own scan: whether the alert comes again for the device and family (OSK 5.4.1).

How much a scan proves and how long it is watched are the rules of the vendor's scan (incidents.jobsheet.proof).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from alerts.models import AlertGroup
from incidents.answers import doors
from incidents.core.rows import each_row
from incidents.jobsheet.proof import Extent, Scan, Supported, rating, watch_span
from incidents.jobsheet.watches import last_alert, watch_settle
from incidents.models import AlertAnswer, AnswerWatch
from incidents.states.answer import Answer
from incidents.states.watch import WatchState


def scan_of(answer: AlertAnswer) -> Scan:
    """What the firm said of its scan. What it did not say counts as the weaker."""
    return Scan(
        tool="",
        definitions=answer.definitions,
        extent=Extent(answer.extent or Extent.QUICK),
        os_supported=Supported(answer.os_supported or Supported.UNKNOWN),
        threats=0,
        finished_at=answer.answered_at,
    )


def watches_open(
    *, groups: Sequence[AlertGroup], answer: AlertAnswer, before: AlertAnswer | None, now: datetime
) -> None:
    """Watch what an answer is about, when it was a scan without a find; its watch takes the place of an earlier one.

    Needs the firm's open scope. `groups`: the notices answered together.
    """
    if before is not None:
        running = AnswerWatch.objects.filter(tenant_id=answer.tenant_id, act=before.act, state=WatchState.RUNNING)
        running.update(state=WatchState.REPLACED)
    if answer.answer != Answer.CLEAN_SCAN:
        return
    scan = scan_of(answer)
    # Of a box whose clock is ahead, the last alert may be later than this moment.
    opened_at = max(now, *(group.last_at for group in groups))
    for family in sorted({group.family for group in groups}):
        AnswerWatch.objects.create(
            tenant_id=answer.tenant_id,
            act=answer.act,
            asset_key=groups[0].asset_key,
            family=family,
            rating=rating(scan),
            opened_at=opened_at,
            until=opened_at + watch_span(scan),
            stopped_at=last_alert(answer.tenant_id, groups[0].asset_key, family, before=opened_at),
        )


def answer_watches_follow(*, now: datetime) -> int:
    """End the watches whose time is over or whose alert came again, which asks the firm again. → rows touched."""
    return each_row(doors.running_answer_watches(), now, _look)


def _look(tenant_id: int, watch_id: int, now: datetime) -> bool:
    watch: AnswerWatch = AnswerWatch.objects.select_for_update().get(pk=watch_id)
    return watch_settle(watch, now)
