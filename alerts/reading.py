"""Turns the lines of batches into graded rows: no database, so that the same lines always give the same rows."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from alerts import eve, rows
from alerts.budget import Budget
from alerts.eve_repair import Unreadable, cleaned, loaded, storable
from alerts.grading import CallbackWindow, Direction, Settings, Verdict, count_key, grade, pair_key, tuned
from alerts.timing import BatchClock
from alerts.tuning.rules import UNTOUCHED, Traffic, Tuned, Tunings
from alerts.unexamined import unexamined_values
from web.jst import JST

CallbackKey = tuple[str, str]
PairKey = tuple[str, str, str]  # opener, responder, signature family
NumberedLine = tuple[int, bytes]  # a line after its sequence number
_HEAD = 512
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AsideLine:
    """A line put into quarantine."""

    seq: int
    reason: str
    detail: str
    head: str


@dataclass(frozen=True, slots=True)
class AggregateLine:
    """What a box added up over a period."""

    seq: int
    period_from: datetime
    period_to: datetime
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class UnexaminedLine:
    """A file antivirus could not look into; `values` are columns of its row."""

    seq: int
    values: dict[str, Any]


@dataclass(slots=True)
class BatchRows:
    """What lines come to. `alerts` are (sequence number, slot in `groups`, COPY columns after group_id), `dropped`
    (sequence number, type of event), `tuned` how many alerts a change of grading met on a day."""

    alerts: list[tuple[int, int, str]] = field(default_factory=list)
    groups: list[rows.GroupShare] = field(default_factory=list)
    aside: list[AsideLine] = field(default_factory=list)
    aggregates: list[AggregateLine] = field(default_factory=list)
    unexamined: list[UnexaminedLine] = field(default_factory=list)
    dropped: list[tuple[int, str]] = field(default_factory=list)
    tuned: Counter[tuple[int, date]] = field(default_factory=Counter)


@dataclass(slots=True)
class Grader:
    """A firm's settings with what is remembered for them; kept between batches."""

    settings: Settings
    _columns: dict[int, str] = field(default_factory=dict)

    def columns(self, verdict: Verdict) -> str:
        """COPY columns of a verdict. Verdicts live as long as their settings, so their identity is a key."""
        text = self._columns.get(id(verdict))
        if text is None:
            text = self._columns[id(verdict)] = rows.verdict_columns(verdict)
        return text


def stored_key(key: CallbackKey) -> CallbackKey:
    """The key as its row holds it: names that are equal as far as the column reaches are one count."""
    return key[0][:64], key[1][:160]


class _Read(NamedTuple):
    seq: int
    event: eve.Event
    time: datetime
    trusted: bool  # whether the time is the box's own
    verdict: Verdict  # while nothing of its kind came before
    key: CallbackKey | None
    pair: PairKey | None
    line: bytes


class BatchReader:
    """Reads lines of one batch after the other, in order, while the time lasts."""

    def __init__(self, grader: Grader, budget: Budget, tunings: Tunings | None = None) -> None:
        self._grader = grader
        self._budget = budget
        self._tunings = tunings or Tunings()
        self._slots: dict[rows.GroupKey, int] = {}
        self._events: list[_Read] = []
        self._fault_logged = False
        self.pairs: set[tuple[str, str]] = set()  # inside machines whose families grading will need
        self.result = BatchRows()

    def read(self, lines: Iterable[NumberedLine], clock: BatchClock) -> set[CallbackKey]:
        """Decode lines of one batch. Returns the callback counts that grading will need. Raises BudgetSpent."""
        keys: set[CallbackKey] = set()
        settings = self._grader.settings
        for seq, line in lines:
            self._budget.check()
            try:
                event = eve.decode(line, received_at=clock.received_at)
                if not event.is_alert:
                    self._other(seq, event, line, clock)
                    continue
                has_time = "time_of_receipt" not in event.flags
                time, trusted = clock.placed(event.timestamp if has_time else None)
                verdict = grade(event, 0, settings)
                key = self._callback_key(event, verdict)
                pair = self._pair_key(event, verdict)
            except Unreadable as problem:
                self._put_aside(seq, problem.reason, problem.detail, line)
            except Exception as problem:
                self._failed(seq, problem, line)
            else:
                self._events.append(_Read(seq, event, time, trusted, verdict, key, pair, line))
                if key is not None:
                    keys.add(key)
                if pair is not None:
                    self.pairs.add(pair[:2])
        return keys

    def grade(self, window: CallbackWindow) -> BatchRows:
        """Grade what was read; `window` holds the counts before these lines and takes the new ones.

        Raises BudgetSpent.
        """
        settings = self._grader.settings
        for read in self._events:
            self._budget.check()
            try:
                verdict = read.verdict
                if read.key is not None:
                    verdict = grade(read.event, window.push(read.key, read.time), settings)
                elif read.pair is not None:
                    kinds = window.pairs.push(read.pair[:2], read.pair[2], read.time)
                    verdict = grade(read.event, 0, settings, prior_kinds=kinds)
                self._alert(read, verdict)
            except Exception as problem:
                self._failed(read.seq, problem, read.line)
        return self.result

    def _callback_key(self, event: eve.Event, verdict: Verdict) -> CallbackKey | None:
        """Most events feed no count, which their first verdict already says, unless one callback is enough."""
        if verdict.counts_as_callback or self._grader.settings.callback_count == 1:
            key = count_key(event, self._grader.settings)
            return stored_key(key) if key is not None else None
        return None

    def _pair_key(self, event: eve.Event, verdict: Verdict) -> PairKey | None:
        if verdict.direction is not Direction.INTERNAL:
            return None
        pair = pair_key(event, self._grader.settings)
        return (*pair[:2], pair[2][:160]) if pair is not None else None

    def _alert(self, read: _Read, verdict: Verdict) -> None:
        event, time = read.event, read.time
        asset, opener, responder = rows.asset_of(event, self._grader.settings.home_net, verdict.device)
        tuning = self._tuning(event, verdict, asset)
        tuning_id = None
        if tuning is not None:
            # What was counted before it does not raise it either.
            verdict = tuned(read.verdict if read.verdict.grade else verdict, tuning.grade, self._grader.settings)
            tuning_id = tuning.id
            self.result.tuned[tuning.id, time.astimezone(JST).date()] += 1
        columns = (
            f"{time.isoformat()}\t{read.seq}\t{'t' if read.trusted else 'f'}\t{self._grader.columns(verdict)}\t"
            f"{rows.rule_columns(event)}\t"
            f"{rows.event_columns(event, asset, opener, responder, verdict.function)}"
        )
        key = rows.group_key(event, verdict, asset, time)
        groups = self.result.groups
        slot = self._slots.get(key)
        if slot is None:
            slot = self._slots[key] = len(groups)
            groups.append(rows.share_new(key, event, verdict, asset, time, tuning_id))
        else:
            groups[slot] = rows.share_add(groups[slot], event, verdict, asset, time, tuning_id)
        self.result.alerts.append((read.seq, slot, columns))

    def _tuning(self, event: eve.Event, verdict: Verdict, asset: rows.Asset) -> Tuned | None:
        """The change of grading that counts for an alert. A mere record stays one, and files are left alone."""
        number = event.alert.signature_id if event.alert else None
        if number is None or not self._tunings.about(number) or not verdict.grade or verdict.function == UNTOUCHED:
            return None
        host, peer = eve.host_name(event) or "", asset.peer_ip or ""
        return self._tunings.first(Traffic(number, verdict.direction, asset.ip or "", asset.mac, host, peer))

    def _other(self, seq: int, event: eve.Event, line: bytes, clock: BatchClock) -> None:
        if event.event_type == "unreadable":
            data = cleaned(loaded(line, [])).get("unreadable")
            data = data if isinstance(data, dict) else {}
            detail = f"{data.get('length')} bytes, sha256 {data.get('sha256')}"
            self._put_aside(seq, str(data.get("reason") or "unreadable"), detail, str(data.get("head", "")).encode())
        elif event.event_type == "aggregate":
            self._aggregate(seq, line, clock)
        elif event.event_type == "unexamined":
            time, trusted = clock.placed(event.timestamp)
            values = unexamined_values(event, cleaned(loaded(line, [])), self._grader.settings.home_net)
            self.result.unexamined.append(UnexaminedLine(seq, {**values, "at": time, "time_trusted": trusted}))
        else:
            self.result.dropped.append((seq, storable(event.event_type or "")[:40]))

    def _aggregate(self, seq: int, line: bytes, clock: BatchClock) -> None:
        try:
            values = dict(cleaned(loaded(line, []))["aggregate"])
            period_from, period_to, known = clock.period(_moment(values["from"]), _moment(values["to"]))
        except (KeyError, TypeError, ValueError, OverflowError) as problem:
            self._put_aside(seq, "bad_aggregate", f"{type(problem).__name__}: {problem}", line)
            return
        if not known:
            values["time_trusted"] = False
        self.result.aggregates.append(AggregateLine(seq, period_from, period_to, values))

    def _failed(self, seq: int, problem: Exception, line: bytes) -> None:
        """A fault of ours costs the one line it happens on, which the SOC can see, never the batch."""
        if not self._fault_logged:  # once: a box must not fill the log either
            logger.exception("line %s could not be graded", seq, exc_info=problem)
            self._fault_logged = True
        self.result.aside.append(fault_line(seq, problem, line))

    def _put_aside(self, seq: int, reason: str, detail: str, line: bytes) -> None:
        self.result.aside.append(aside_line(seq, reason, detail, line))


def fault_line(seq: int, problem: Exception, line: bytes) -> AsideLine:
    """The quarantine line of a line that our own code or the database could not take."""
    return aside_line(seq, "fault", f"{type(problem).__name__}: {problem}", line)


def aside_line(seq: int, reason: str, detail: str, line: bytes) -> AsideLine:
    """A quarantine line with every text cut to its column."""
    head = storable(line[: 4 * _HEAD].decode("utf-8", "replace"))[:_HEAD]
    return AsideLine(seq, storable(reason)[:40], storable(detail)[:300], head)


def _moment(text: str) -> datetime | None:
    """A time with a zone; None for a text that is none. Raises TypeError."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
