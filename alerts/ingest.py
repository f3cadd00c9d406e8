"""Ingest: stored batches become graded alerts, groups, counts and quarantined lines, in one transaction."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction

from alerts.budget import Budget, BudgetSpent
from alerts.direction import DEFAULT_HOME_NET
from alerts.grading_settings import settings_from
from alerts.grouping import callbacks_restore, callbacks_save, pairs_restore, pairs_save
from alerts.positions import Taken, all_free, positions_taken
from alerts.reading import AsideLine, BatchReader, BatchRows, CallbackKey, Grader, NumberedLine, fault_line
from alerts.storing import rows_store
from alerts.timing import BatchClock
from alerts.tuning.rules import Tunings
from alerts.tuning.selectors import tunings_in_force
from alerts.waiting import Portion
from base.about import about_row
from notifications.models import Attention
from notifications.services import attention_open
from sensors.models import Sensor
from tenants.selectors import programme_of, settings_at

logger = logging.getLogger(__name__)
GRADING_KEYS = (  # of ProgrammeSettings.values
    "callback_count",
    "callback_minutes",
    "inside_kinds",
    "inside_minutes",
    "mail_inbound_av_blocked",
    "mail",
)
Outcome = dict[str, Any]


class NotAlike(Exception):
    """Batches that cannot be stored as one."""


@dataclass(slots=True)
class Tally:
    """What the lines of a batch came to, added up over the pieces it was stored in."""

    alerts: int = 0
    aggregates: int = 0
    unexamined: int = 0
    aside: int = 0
    reasons: set[str] = field(default_factory=set)
    dropped: Counter[str] = field(default_factory=Counter)


def portion_ingest(portion: Portion, now: datetime, budget: Budget) -> list[Outcome]:
    """Store what the lines of the portion's batches come to and record each as done; → their outcomes. Inside the
    firm's scope.

    A line that cannot be stored costs itself. Raises BudgetSpent, NotAlike when the batches are to be taken each by
    itself, and what concerns a whole batch or the database.
    """
    programme_id = _programme_of(portion)
    tunings = tunings_in_force(tenant_id=portion.tenant_id, programme_id=programme_id, now=now)
    work = _Work(portion, _grader_for(portion, programme_id), tunings, budget)
    taken = _taken(portion)
    work.pieces_store(
        [
            (seq, line)
            for batch, lines, used in zip(portion.batches, portion.lines, taken, strict=True)
            for seq, line in enumerate(lines, batch.first_seq)
            if seq not in used.positions
        ]
    )
    differing = [line for used in taken for line in used.differing]
    work.aside_store(differing)
    _attentions_open(work, [bool(used.differing) for used in taken], now)
    outcomes = [_outcome(tally, used) for tally, used in zip(work.tallies, taken, strict=True)]
    _done_record(portion, outcomes, now)
    return outcomes


def _taken(portion: Portion) -> list[Taken]:
    """For each batch the positions other processed batches have used; none, normally."""
    place = (portion.tenant_id, portion.sensor_id, portion.epoch)
    if all_free(place, portion.batches[0].first_seq, portion.end):
        return [Taken() for _ in portion.batches]
    return [positions_taken(batch, lines) for batch, lines in zip(portion.batches, portion.lines, strict=True)]


def _outcome(tally: Tally, used: Taken) -> Outcome:
    return {
        "alerts": tally.alerts,
        "aggregates": tally.aggregates,
        "unexamined": tally.unexamined,
        "quarantined": tally.aside,
        "known": len(used.positions),
        "dropped": dict(tally.dropped),
    }


class _Work:
    """A portion being stored, in pieces when it does not go in whole."""

    def __init__(self, portion: Portion, grader: Grader, tunings: Tunings, budget: Budget) -> None:
        self.portion = portion
        self.clocks = [BatchClock(batch.received_at, batch.clock_offset_ms) for batch in portion.batches]
        self.tallies = [Tally() for _ in portion.batches]
        self._grader = grader
        self._tunings = tunings
        self._budget = budget

    def pieces_store(self, lines: Sequence[NumberedLine]) -> None:
        """Store the lines in their order: all at once, else by halves, down to the line nobody can store."""
        waiting = [lines]
        while waiting:
            piece = waiting.pop()
            self._budget.check()
            try:
                with transaction.atomic():
                    result = self._piece_store(piece)
            except Exception as problem:
                if not _lines_are_to_blame(problem):
                    raise
                if len(piece) == 1:
                    [(seq, line)] = piece
                    self.aside_store([fault_line(seq, problem, line)])
                    continue
                if piece is lines:
                    first = self.portion.batches[0].batch_id
                    logger.exception("batch %s and %s more do not go in whole: by halves", first, len(self.clocks) - 1)
                middle = len(piece) // 2
                waiting += [piece[middle:], piece[:middle]]
            else:
                self._count(result)

    def aside_store(self, aside: list[AsideLine]) -> None:
        """Quarantine lines that are known to be of no use."""
        result = BatchRows(aside=aside)
        rows_store(self.portion, result)
        self._count(result)

    def _count(self, result: BatchRows) -> None:
        """Add to each batch's tally what became of its lines."""
        place = self.portion.place
        for seq, _slot, _columns in result.alerts:
            self.tallies[place(seq)].alerts += 1
        for summed in result.aggregates:
            self.tallies[place(summed.seq)].aggregates += 1
        for file in result.unexamined:
            self.tallies[place(file.seq)].unexamined += 1
        for line in result.aside:
            tally = self.tallies[place(line.seq)]
            tally.aside += 1
            tally.reasons.add(line.reason)
        for seq, kind in result.dropped:
            self.tallies[place(seq)].dropped[kind] += 1

    def _piece_store(self, lines: Sequence[NumberedLine]) -> BatchRows:
        reader = BatchReader(self._grader, self._budget, self._tunings)
        keys: set[CallbackKey] = set()
        for place, own in groupby(lines, key=lambda numbered: self.portion.place(numbered[0])):
            keys |= reader.read(own, self.clocks[place])
        window = self._grader.settings.window()
        firm_and_box = {"tenant_id": self.portion.tenant_id, "sensor_id": self.portion.sensor_id}
        callbacks_restore(**firm_and_box, keys=keys, window=window)
        pairs_restore(**firm_and_box, pairs=reader.pairs, window=window.pairs)
        result = reader.grade(window)
        callbacks_save(**firm_and_box, keys=keys, window=window)
        pairs_save(**firm_and_box, pairs=reader.pairs, window=window.pairs)
        rows_store(self.portion, result)
        return result


def _lines_are_to_blame(problem: Exception) -> bool:
    """Whether fewer lines could do better: not when time is up, nor when the database itself is in trouble.

    PostgreSQL's class 54 (a value larger than its limits) comes as an operational error and is the value's fault.
    """
    if isinstance(problem, BudgetSpent | InterfaceError):
        return False
    if isinstance(problem, OperationalError):
        return str(getattr(problem.__cause__, "pgcode", "")).startswith("54")
    return True


def _attentions_open(work: _Work, differing: Sequence[bool], now: datetime) -> None:
    """Ask a person to look, once per reason: while that is open, the next batch's facts would change nothing."""
    reasons: dict[str, dict[str, Any]] = {}
    for batch, clock, tally, differs in zip(work.portion.batches, work.clocks, work.tallies, differing, strict=True):
        if not clock.trusted:
            reasons.setdefault(Attention.Kind.CLOCK_WRONG, {"offset_ms": clock.offset_ms})
        if differs:
            reasons.setdefault(Attention.Kind.BATCH_CONFLICT, {"batch_id": str(batch.batch_id)})
        if tally.aside:
            aside = {"batch_id": str(batch.batch_id), "lines": tally.aside, "reasons": sorted(tally.reasons)}
            reasons.setdefault(Attention.Kind.LINES_UNREADABLE, aside)
    for kind, facts in reasons.items():
        attention_open(
            tenant_id=work.portion.tenant_id,
            kind=kind,
            about=about_row(Sensor, work.portion.sensor_id),
            facts=facts,
            now=now,
        )


def _done_record(portion: Portion, outcomes: Sequence[Outcome], now: datetime) -> None:
    ids = [str(batch.batch_id) for batch in portion.batches]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE alerts_inboxbatch i SET processed_at = %s, outcome = done.outcome::jsonb, error = ''"
            " FROM unnest(%s::uuid[], %s::text[]) AS done(batch_id, outcome)"
            " WHERE i.tenant_id = %s AND i.sensor_id = %s AND i.batch_id = done.batch_id",
            (now, ids, [json.dumps(outcome) for outcome in outcomes], portion.tenant_id, portion.sensor_id),
        )


def _programme_of(portion: Portion) -> int | None:
    try:
        return programme_of(tenant_id=portion.tenant_id).pk
    except LookupError:
        return None


def _grader_for(portion: Portion, programme_id: int | None) -> Grader:
    """The programme's settings in force when the batches were received, and the box's networks. Raises NotAlike."""
    networks = Sensor.objects.values_list("home_net", flat=True).get(tenant_id=portion.tenant_id, pk=portion.sensor_id)
    times = [batch.received_at for batch in portion.batches]
    if programme_id is not None:
        # A later time never gives an earlier version: the same at both ends is the same in between.
        versions = [settings_at(programme_id=programme_id, at=at) for at in sorted({min(times), max(times)})]
    else:
        versions = [None]
    if len({version and version.pk for version in versions}) > 1:
        raise NotAlike("the settings changed between the batches")
    values = json.dumps(versions[0].values if versions[0] else {}, sort_keys=True)
    return _grader(values, tuple(networks) or DEFAULT_HOME_NET)


@lru_cache(maxsize=256)
def _grader(values: str, networks: tuple[str, ...]) -> Grader:
    """Kept between batches: firms with the same settings and networks share what is remembered."""
    wanted = {name: value for name, value in json.loads(values).items() if name in GRADING_KEYS}
    try:
        settings = settings_from({**wanted, "home_net": list(networks)})
    except ValueError:
        # Grading by the standard settings is better than no grading.
        logger.exception("the programme's grading settings cannot be read")
        settings = settings_from({"home_net": list(networks)})
    return Grader(settings)
