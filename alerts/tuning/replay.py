"""A proposal tried on the past: what it would have changed among the stored detections of the last 90 days.

Read in the sight of whoever proposed it, or had it tried again, row by row behind the wall, in steps of a transaction
each; the same again gives the same. Groups are found by their signature family through an index, newest first; a group
that is a mere record stays one, so it is not read. What a mark of another family's group did is not found: a mark
belongs to one family, but for rules that were renamed meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q

from alerts.models import AlertGroup, Tuning
from alerts.models.alert import Grade, Notify
from alerts.models.judgement import Verdict
from alerts.tuning.doors import Untried
from alerts.tuning.rules import UNTOUCHED, Pattern, Traffic
from alerts.tuning.states import TUNING_MOVES, TuningState
from base.moves import before
from tenants.selectors import programmes_of_firms
from tenants.tenancy.scope import person_scope

SPAN = timedelta(days=90)
STEP = 500  # groups read in one transaction
MOST_GROUPS = 200_000
MOST_NAMED = 20
# What a firm answered after it had looked: there was something in the machine.
CONFIRMING_ANSWERS = ("removed", "reinstalled")
_LOUDNESS = (Notify.NONE.value, Notify.DIGEST.value, Notify.AT_ONCE.value)

# One row for detections of a group that differ in nothing that decides. The pairs follow the index by firm and group.
_EVENTS = """
SELECT a.group_id, a.signature_id, a.direction, a.function, a.asset_mac, host(a.asset_ip), a.host,
       host(CASE WHEN a.asset_ip <> a.src_ip THEN a.src_ip ELSE a.dest_ip END), a.grade, a.notify, count(*)
  FROM unnest(%s::bigint[], %s::bigint[]) AS wanted(tenant_id, group_id)
  JOIN alerts_alert a ON a.tenant_id = wanted.tenant_id AND a.group_id = wanted.group_id AND a.event_time >= %s
 GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
"""
# How many groups each digest named, and how many of them were in this time; a digest tells of one clock hour, or of
# what came late.
_NAMED = """
SELECT wanted.digest_id, count(*)
  FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::timestamptz[])
    AS wanted(tenant_id, digest_id, since, until)
  JOIN alerts_alertgroup g ON g.tenant_id = wanted.tenant_id AND g.last_at BETWEEN wanted.since AND wanted.until
   AND g.digest_id = wanted.digest_id
 GROUP BY 1
"""


@dataclass(frozen=True)
class Event:
    """So many detections of a group that are alike."""

    traffic: Traffic
    function: str
    grade: int
    notify: str
    count: int


@dataclass(frozen=True)
class Outlook:
    """What a group would have been: its importance, how it would have been told, how many detections were meant."""

    grade: int
    notify: str
    meant: int


def outlook(events: Sequence[Event], pattern: Pattern, grade: int) -> Outlook:
    """A group's importance and way of informing, had `pattern` graded its detections `grade`. Plain data."""
    highest, loudest, meant = 0, 0, 0
    for event in events:
        own, loud = event.grade, _LOUDNESS.index(event.notify)
        if own and event.function != UNTOUCHED and pattern.fits(event.traffic):
            meant += event.count
            own, loud = grade, min(loud, 1) if grade else 0
        highest, loudest = max(highest, own), max(loudest, loud)
    return Outlook(highest, _LOUDNESS[loudest], meant)


@dataclass
class Replay:
    """What a proposal would have changed. `incidents` and `confirmed` name the first of those counted: (firm, number)
    and (firm, group). `more`: there was more than is read.
    """

    groups: int = 0  # that would have been less important, or more
    alerts: int = 0
    firms: int = 0
    mails: int = 0  # that would not have been written at all
    shorter: int = 0  # that would have told less
    raised: int = 0
    incident_count: int = 0
    incidents: list[tuple[int, int]] = field(default_factory=list)
    confirmed_count: int = 0
    confirmed: list[tuple[int, int]] = field(default_factory=list)
    samples: list[tuple[int, int]] = field(default_factory=list)
    more: bool = False

    @property
    def hidden(self) -> int:
        """What needs a reason of its own: what was met, and that not everything could be read (never "nothing")."""
        return self.incident_count + self.confirmed_count + self.more


@dataclass
class _Tally:
    """What the steps so far came to."""

    result: Replay = field(default_factory=Replay)
    firms: set[int] = field(default_factory=set)
    incidents: set[tuple[int, int]] = field(default_factory=set)
    silenced: dict[int, _Mail] = field(default_factory=dict)
    read: int = 0


@dataclass
class _Mail:
    """A digest, whose groups among those it named would have gone, and when they were."""

    tenant_id: int
    since: datetime
    until: datetime
    gone: int = 0


def replay_run(untried: Untried, *, now: datetime) -> bool:
    """Try one proposal and store what it would have changed. → False when out of sight, or refused meanwhile."""
    tally = _Tally()
    for progress in _steps(untried, tally, now):
        with person_scope(untried.user_id, untried.organisation_id):
            if not _waiting(untried).update(progress=progress):
                return False
    with person_scope(untried.user_id, untried.organisation_id):
        _mails_count(tally)
        return _finish(untried, tally, now)


def _steps(untried: Untried, tally: _Tally, now: datetime) -> Iterator[int]:
    """Read one step after the other; yields how much of the time is read, in per cent."""
    since = now - SPAN
    place: tuple[datetime, int] | None = None
    while True:
        with person_scope(untried.user_id, untried.organisation_id):
            tuning = _waiting(untried).first()
            groups = _groups(tuning, since, place) if tuning is not None else []
            if tuning is not None and groups:
                _step(tuning, [group for group in groups if _concerned(tuning, group)], tally, since)
        tally.read += len(groups)
        tally.result.more = tally.read >= MOST_GROUPS
        if tuning is None or len(groups) < STEP or tally.result.more:
            return
        place = groups[-1].last_at, groups[-1].pk
        yield min(99, int((now - place[0]) / SPAN * 100))


def _waiting(untried: Untried) -> Any:
    return Tuning.objects.filter(pk=untried.tuning_id, state__in=before(TUNING_MOVES, TuningState.REPLAYED))


def _groups(tuning: Tuning, since: datetime, place: tuple[datetime, int] | None) -> list[AlertGroup]:
    """The next groups of the family, newest first, that are more than a record."""
    rows = AlertGroup.objects.filter(family=tuning.family, grade__gte=Grade.LOW, last_at__gte=since)
    if tuning.firm_id is not None:
        rows = rows.filter(tenant_id=tuning.firm_id)
    if place is not None:
        rows = rows.filter(Q(last_at__lt=place[0]) | Q(last_at=place[0], pk__lt=place[1]), last_at__lte=place[0])
    return list(rows.order_by("-last_at", "-pk")[:STEP])


def _concerned(tuning: Tuning, group: AlertGroup) -> bool:
    return group.function != UNTOUCHED and tuning.direction in ("", group.direction)


def _step(tuning: Tuning, groups: list[AlertGroup], tally: _Tally, since: datetime) -> None:
    if tuning.firm_id is None:
        of_programme = programmes_of_firms({group.tenant_id for group in groups})
        groups = [group for group in groups if of_programme.get(group.tenant_id) == tuning.programme_id]
    events = _events(groups, since)
    lowered = []
    for group in groups:
        after = outlook(events.get(group.pk, ()), tuning.pattern, tuning.grade)
        if not after.meant or (after.grade, after.notify) == (group.grade, group.notify):
            continue
        _add(tally, group, after)
        if after.grade < group.grade or _LOUDNESS.index(after.notify) < _LOUDNESS.index(group.notify):
            lowered.append(group)
    _serious_add(tally, lowered)


def _events(groups: Sequence[AlertGroup], since: datetime) -> dict[int, list[Event]]:
    """The detections of these groups, by group."""
    if not groups:
        return {}
    by_group: dict[int, list[Event]] = {}
    pairs = [group.tenant_id for group in groups], [group.pk for group in groups]
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS, [*pairs, since - timedelta(hours=1)])
        for group_id, number, direction, function, mac, ip, host, peer, grade, notify, count in cursor.fetchall():
            traffic = Traffic(number or 0, direction, ip or "", mac, host, peer or "")
            by_group.setdefault(group_id, []).append(Event(traffic, function, grade, notify, count))
    return by_group


def _add(tally: _Tally, group: AlertGroup, after: Outlook) -> None:
    result = tally.result
    result.groups += 1
    result.alerts += after.meant
    result.raised += after.grade > group.grade
    tally.firms.add(group.tenant_id)
    if len(result.samples) < MOST_NAMED:
        result.samples.append((group.tenant_id, group.pk))
    if group.digest_id is not None and after.notify == Notify.NONE:
        mail = tally.silenced.setdefault(group.digest_id, _Mail(group.tenant_id, group.last_at, group.last_at))
        mail.since, mail.until = min(mail.since, group.last_at), max(mail.until, group.last_at)
        mail.gone += 1


def _serious_add(tally: _Tally, lowered: Sequence[AlertGroup]) -> None:
    """Incidents that these groups are part of, and groups that somebody confirmed."""
    result, ids = tally.result, [group.pk for group in lowered]
    of_incidents = AlertGroup.objects.filter(pk__in=ids, incidents__isnull=False)
    tally.incidents |= set(of_incidents.values_list("tenant_id", "incidents__number"))
    confirmed = Q(soc_verdict=Verdict.TRUE_POSITIVE) | Q(answers__answer__in=CONFIRMING_ANSWERS)
    rows = AlertGroup.objects.filter(confirmed, pk__in=ids).values_list("tenant_id", "pk").distinct()
    for row in rows.order_by("-pk"):
        result.confirmed_count += 1
        if len(result.confirmed) < MOST_NAMED:
            result.confirmed.append(row)


def _mails_count(tally: _Tally) -> None:
    """Digests that would have had nothing to say, and those that would have said less."""
    silenced = list(tally.silenced.items())
    for start in range(0, len(silenced), STEP):
        part = dict(silenced[start : start + STEP])
        day = timedelta(days=1)
        columns: list[Any] = [
            [mail.tenant_id for mail in part.values()],
            list(part),
            [mail.since - day for mail in part.values()],
            [mail.until + day for mail in part.values()],
        ]
        with connection.cursor() as cursor:
            cursor.execute(_NAMED, columns)
            for digest_id, named in cursor.fetchall():
                if part[digest_id].gone >= named:
                    tally.result.mails += 1
                else:
                    tally.result.shorter += 1


def _finish(untried: Untried, tally: _Tally, now: datetime) -> bool:
    result = tally.result
    result.firms = len(tally.firms)
    result.incident_count = len(tally.incidents)
    result.incidents = sorted(tally.incidents, reverse=True)[:MOST_NAMED]
    return bool(
        _waiting(untried).update(
            state=TuningState.REPLAYED,
            progress=100,
            replay=asdict(result),
            replayed_at=now,
            hidden=result.hidden,
            fault="",
        )
    )
