"""Ingest: one stored batch becomes graded alerts, groups, counts and quarantined lines, in one transaction."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction

from alerts.batches import lines_of, plain_of
from alerts.budget import Budget, BudgetSpent
from alerts.direction import DEFAULT_HOME_NET
from alerts.grading_settings import settings_from
from alerts.grouping import callbacks_restore, callbacks_save, pairs_restore, pairs_save
from alerts.positions import positions_taken
from alerts.reading import AsideLine, BatchReader, BatchRows, Grader, NumberedLine, fault_line
from alerts.storing import rows_store
from alerts.timing import BatchClock
from alerts.waiting import WaitingBatch
from notifications.models import Attention
from notifications.services import attention_open
from sensors.models import Sensor
from sensors.rules import subject_key
from tenants.selectors import programme_of, settings_at

logger = logging.getLogger(__name__)
GRADING_KEYS = (  # of ProgrammeSettings.values
    "callback_count", "callback_minutes", "inside_kinds", "inside_minutes", "mail_inbound_av_blocked", "mail",
)  # fmt: skip


@dataclass(slots=True)
class Tally:
    """What the lines of a batch came to, added up over its pieces."""

    alerts: int = 0
    aggregates: int = 0
    unexamined: int = 0
    aside: int = 0
    reasons: set[str] = field(default_factory=set)
    dropped: Counter[str] = field(default_factory=Counter)

    def add(self, result: BatchRows) -> None:
        self.alerts += len(result.alerts)
        self.aggregates += len(result.aggregates)
        self.unexamined += len(result.unexamined)
        self.aside += len(result.aside)
        self.reasons.update(line.reason for line in result.aside)
        self.dropped += result.dropped


def batch_ingest(batch: WaitingBatch, now: datetime, budget: Budget) -> dict[str, Any]:
    """Store what the batch's lines come to and record it as done; → its outcome. Inside its firm's scope.

    A line that cannot be stored costs itself. Raises BudgetSpent, and what concerns the whole batch or the database.
    """
    lines = lines_of(plain_of(batch.body, batch.encoding))
    taken = positions_taken(batch, lines)
    work = _Work(batch, _grader_for(batch), BatchClock(batch.received_at, batch.clock_offset_ms), budget)
    new = [(seq, line) for seq, line in enumerate(lines, batch.first_seq) if seq not in taken.positions]
    work.pieces_store(new)
    work.aside_store(taken.differing)
    _attentions_open(work, bool(taken.differing), now)
    outcome = {
        "alerts": work.tally.alerts,
        "aggregates": work.tally.aggregates,
        "unexamined": work.tally.unexamined,
        "quarantined": work.tally.aside,
        "known": len(taken.positions),
        "dropped": dict(work.tally.dropped),
    }
    _done_record(batch, outcome, now)
    return outcome


class _Work:
    """One batch being stored, in pieces when it does not go in whole."""

    def __init__(self, batch: WaitingBatch, grader: Grader, clock: BatchClock, budget: Budget) -> None:
        self.batch = batch
        self.clock = clock
        self.tally = Tally()
        self._grader = grader
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
                    logger.exception("batch %s does not go in whole: by halves", self.batch.batch_id)
                middle = len(piece) // 2
                waiting += [piece[middle:], piece[:middle]]
            else:
                self.tally.add(result)

    def aside_store(self, aside: list[AsideLine]) -> None:
        """Quarantine lines that are known to be of no use."""
        result = BatchRows(aside=aside)
        rows_store(self.batch, result)
        self.tally.add(result)

    def _piece_store(self, lines: Sequence[NumberedLine]) -> BatchRows:
        reader = BatchReader(self._grader, self.clock, self._budget)
        keys = reader.read(lines)
        window = self._grader.settings.window()
        firm_and_box = {"tenant_id": self.batch.tenant_id, "sensor_id": self.batch.sensor_id}
        callbacks_restore(**firm_and_box, keys=keys, window=window)
        pairs_restore(**firm_and_box, pairs=reader.pairs, window=window.pairs)
        result = reader.grade(window)
        callbacks_save(**firm_and_box, keys=keys, window=window)
        pairs_save(**firm_and_box, pairs=reader.pairs, window=window.pairs)
        rows_store(self.batch, result)
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


def _attentions_open(work: _Work, differing: bool, now: datetime) -> None:
    batch, clock, tally = work.batch, work.clock, work.tally
    aside = {"batch_id": str(batch.batch_id), "lines": tally.aside, "reasons": sorted(tally.reasons)}
    reasons = {
        Attention.Kind.CLOCK_WRONG: None if clock.trusted else {"offset_ms": clock.offset_ms},
        Attention.Kind.BATCH_CONFLICT: {"batch_id": str(batch.batch_id)} if differing else None,
        Attention.Kind.LINES_UNREADABLE: aside if tally.aside else None,
    }
    for kind, facts in reasons.items():
        if facts is not None:
            attention_open(
                tenant_id=batch.tenant_id, kind=kind, subject_key=subject_key(batch.sensor_id), facts=facts, now=now
            )


def _done_record(batch: WaitingBatch, outcome: dict[str, Any], now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE alerts_inboxbatch SET processed_at = %s, outcome = %s::jsonb, error = ''"
            " WHERE tenant_id = %s AND sensor_id = %s AND batch_id = %s",
            (now, json.dumps(outcome), batch.tenant_id, batch.sensor_id, str(batch.batch_id)),
        )


def _grader_for(batch: WaitingBatch) -> Grader:
    """The programme's settings in force when the batch was received, and the box's networks."""
    networks = Sensor.objects.values_list("home_net", flat=True).get(tenant_id=batch.tenant_id, pk=batch.sensor_id)
    try:
        programme_id = programme_of(tenant_id=batch.tenant_id).pk
        version = settings_at(programme_id=programme_id, at=batch.received_at)
    except LookupError:
        version = None
    values = json.dumps(version.values if version else {}, sort_keys=True)
    return _grader(values, tuple(networks) or DEFAULT_HOME_NET)


@lru_cache(maxsize=256)
def _grader(values: str, networks: tuple[str, ...]) -> Grader:
    """Kept between batches: firms with the same settings and networks share what is remembered."""
    wanted = {name: value for name, value in json.loads(values).items() if name in GRADING_KEYS}
    try:
        settings = settings_from({**wanted, "home_net": list(networks)})
    except ValueError:
        # Graded by the standard settings is better than not graded at all.
        logger.exception("the programme's grading settings cannot be read")
        settings = settings_from({"home_net": list(networks)})
    return Grader(settings)
