"""The hourly digest: one mail per firm and clock hour with everything that can wait, grouped by kind (OSK 3.4.2.1).

An alert is mailed once: the mail and its counts are written on the group in the transaction that stores the
mail. A firm gets one digest an hour; what comes late (the box was offline) waits for the next one, with its own times.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.timezone import localtime

from alerts.answer_links import AnswerLink, answer_url
from alerts.explanation import CaseExplanation, explain_case
from alerts.kinds import group_name, group_threat
from alerts.models import AlertGroup
from alerts.models.alert import Function
from alerts.threat_words import Ended, ended_of
from base.prepared import Prepared, PreparedRows
from notifications.links import page_url
from notifications.mail import Recipient, Shared, Written, mail_write
from notifications.models import OutboxMessage
from notifications.notices import notice_put
from sensors.devices import names_given
from tenants.selectors import settings_at
from tenants.tenancy.jobs import wakes_joined
from tenants.tenancy.scope import scopes_in_turn, tenant_scope
from web.addresses import published

KIND = "digest"
_log = logging.getLogger(__name__)
MOST_KINDS = 20
MOST_NAMES = 5
SET = 25  # firms in one transaction: their groups are locked until it ends, a fifth of a second
_WAITING = PreparedRows(
    "digest_waiting",
    ("bigint", "timestamptz"),
    AlertGroup,
    "WHERE tenant_id = $1 AND notify = 'digest' AND digest_state = 'unwritten' AND hour < $2"
    " ORDER BY last_at DESC FOR UPDATE",
)
_OF_KEY = Prepared(
    "digest_of_key", ("bigint", "text"), "SELECT 1 FROM notifications_outboxmessage WHERE tenant_id = $1 AND key = $2"
)
_MARK = "UPDATE alerts_alertgroup SET digest_state = 'written', told_count = alert_count, told_blocked = blocked_count"
_MARK_NEW = Prepared("digest_mark_new", ("bigint[]", "bigint"), f"{_MARK}, digest_id = $2 WHERE id = ANY ($1)")
_MARK_OLD = Prepared("digest_mark_old", ("bigint[]",), f"{_MARK} WHERE id = ANY ($1)")


@dataclass(frozen=True)
class Device:
    """A machine of the firm as it is seen on the wire, and its name."""

    ip: str
    mac: str
    called: str = ""  # what the firm calls it


@dataclass(frozen=True)
class AnswerButton:
    """Where the firm answers what it did about one of its machines."""

    devices: tuple[Device, ...]  # the one machine, as the words for machines take them
    url: str


@dataclass(frozen=True)
class WhichMachine:
    """Where the firm finds out which of its machines it is."""

    devices: tuple[Device, ...]  # the one machine, as the words for machines take them
    url: str


@dataclass
class AlertKind:
    """Groups of the same rule and signature family put together."""

    rule: str
    threat: str
    direction: str
    signature: str
    grade: int
    newest_id: int
    first_at: datetime
    last_at: datetime
    count: int = 0
    blocked: int = 0
    devices: list[Device] = field(default_factory=list)
    peers: list[str] = field(default_factory=list)
    name: str = ""  # what was seen in plain words, then the rule's own name
    newest_of: dict[Device, int] = field(default_factory=dict)  # the newest group of each machine
    answers: list[AnswerButton] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The page of the newest group."""
        return page_url(published("alert"), self.newest_id)

    @property
    def which(self) -> list[WhichMachine]:
        """The machines that the firm gave no name and whose number is known."""
        unnamed = ((device, pk) for device, pk in self.newest_of.items() if device.mac and not device.called)
        page = published("alert_which")
        return [WhichMachine((device,), page_url(page, pk)) for device, pk in islice(unnamed, MOST_NAMES)]

    @property
    def passed(self) -> int:
        """How many the box did not stop."""
        return self.count - self.blocked

    @property
    def ended(self) -> Ended:
        """Whether the box stopped them."""
        return ended_of(self.count, self.blocked)


@dataclass(frozen=True)
class SectionWords:
    """What a section says whatever firm reads it, as text and as HTML."""

    text: str
    html: str


@dataclass
class Section:
    """What one rule found of one threat family: one explanation, one list of steps, one or more kinds."""

    grade: int
    explanation: CaseExplanation
    kinds: list[AlertKind]
    words: SectionWords | None = None

    @property
    def count(self) -> int:
        """Detections in all its kinds."""
        return sum(kind.count for kind in self.kinds)

    @property
    def passed(self) -> bool:
        """Whether the box let any of it through."""
        return any(kind.passed for kind in self.kinds)

    @property
    def unplugs(self) -> bool:
        """Whether a machine is to be taken off the network."""
        return "unplug" in self.explanation.asks


@dataclass(frozen=True)
class Digest:
    """The content of a digest. `hidden` kinds did not fit and are in the portal."""

    sections: list[Section]
    hidden: int
    first_hour: datetime
    late: bool

    @property
    def grade(self) -> int:
        """The highest importance in it."""
        return self.sections[0].grade

    @property
    def kind_count(self) -> int:
        """Kinds, shown and hidden."""
        return sum(len(section.kinds) for section in self.sections) + self.hidden


def digest_send_due(*, now: datetime) -> int:
    """Write the digest of every firm with something to tell from before the clock hour of `now`. → mails written."""
    hour = hour_of(now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id FROM sec.firms_awaiting_digest(%s)", [hour])
        firms = [row[0] for row in cursor.fetchall()]
    run = Run(hour)
    with wakes_joined():
        return sum(_all_written(firms[start : start + SET], run) for start in range(0, len(firms), SET))


class Run:
    """The digests of one hour, and what they have in common."""

    def __init__(self, hour: datetime) -> None:
        self.hour = hour
        self.key = f"{KIND}:{hour:%Y-%m-%dT%H}"
        self.shared = Shared()
        self._figures: dict[int, dict[str, Any]] = {}
        self._words: dict[tuple[str, int, CaseExplanation], SectionWords] = {}

    def figures(self, programme_id: int) -> dict[str, Any]:
        """The programme's settings, of which counts stand in texts."""
        if programme_id not in self._figures:
            version = settings_at(programme_id=programme_id, at=self.hour)
            self._figures[programme_id] = version.values if version else {}
        return self._figures[programme_id]

    def words(self, section: Section, language: str) -> SectionWords:
        """What a section says to everybody: many firms see the same."""
        place = language, section.grade, section.explanation
        if place not in self._words:
            context = {"grade": section.grade, "explanation": section.explanation}
            with translation.override(language):
                self._words[place] = SectionWords(
                    text=render_to_string("mail/_digest_section.txt", context),
                    html=render_to_string("mail/_digest_section.html", context),
                )
        return self._words[place]


def _all_written(firms: list[int], run: Run) -> int:
    """The digests of some firms in one transaction, each in its firm's scope; if that fails, each in one of its own."""
    try:
        with scopes_in_turn() as turn:
            return sum(_turn(turn, firm, run) for firm in firms)
    except Exception:
        _log.info("digests of %s firms are written one by one", len(firms), exc_info=True)
    return sum(_written(firm, run) for firm in firms)


def _turn(turn: Callable[[int], AbstractContextManager[object]], tenant_id: int, run: Run) -> bool:
    with turn(tenant_id):
        return _write(tenant_id, run)


def _written(tenant_id: int, run: Run) -> bool:
    """One firm's fault does not take the digest from the others; its groups stay for the next run."""
    try:
        return digest_write(tenant_id=tenant_id, hour=run.hour, run=run)
    except Exception:
        _log.exception("no digest for firm %s", tenant_id)
        return False


def hour_of(moment: datetime) -> datetime:
    """Start of the clock hour, in Japan's time."""
    return localtime(moment).replace(minute=0, second=0, microsecond=0)


def digest_write(*, tenant_id: int, hour: datetime, run: Run | None = None) -> bool:
    """Put the digest into the outbox and mark its groups as mailed. → False when there was nothing or it exists.

    A firm that wants no digests gets none; its groups are marked all the same, so that they do not pile up.
    `run`: of the digests of many firms.
    """
    with tenant_scope(tenant_id):
        return _write(tenant_id, run or Run(hour))


def _write(tenant_id: int, run: Run) -> bool:
    groups = _WAITING.models(tenant_id, run.hour)
    if not groups or _OF_KEY.rows(tenant_id, run.key):
        return False
    # Alerts sent twice are counted out again after they woke their group: then it has nothing new.
    new = [group for group in groups if group.alert_count > group.told_count]
    nothing_new = [group for group in groups if group.alert_count <= group.told_count]
    if new:
        _mark_written(new, _store(tenant_id, new, run))
    if nothing_new:
        _MARK_OLD.count([group.pk for group in nothing_new])
    return bool(new)


def _mark_written(groups: list[AlertGroup], digest: OutboxMessage | None) -> None:
    _MARK_NEW.count([group.pk for group in groups], digest.pk if digest else None)


def _store(tenant_id: int, groups: list[AlertGroup], run: Run) -> OutboxMessage | None:
    """→ the first contact's mail; None when the firm wants that nobody gets digests."""
    messages = notice_put(
        tenant_id=tenant_id,
        key=run.key,
        kind=KIND,
        write=lambda recipient, own_key: _words(recipient, groups, own_key, run),
        grade=max(group.grade for group in groups),
        shared=run.shared,
        new=True,
    )
    return messages[0] if messages else None


def _words(recipient: Recipient, groups: list[AlertGroup], key: str, run: Run) -> Written:
    digest = compose(groups, run.hour, recipient.language, run.figures(recipient.programme.pk))
    for section in digest.sections:
        section.words = run.words(section, recipient.language)
        for kind in section.kinds:
            kind.answers = _answer_buttons(kind, recipient.tenant_id, key)
    list_url = page_url(published("alerts"))
    return mail_write(
        name=KIND,
        recipient=recipient,
        context={
            "digest": digest,
            "importance": digest.grade,
            "first_step": digest.sections[0].explanation.steps[0],
            "hour_end": run.hour,
            "list_url": list_url,
        },
        link=list_url,
        shared=run.shared,
    )


def _answer_buttons(kind: AlertKind, tenant_id: int, mail_key: str) -> list[AnswerButton]:
    return [
        AnswerButton((device,), answer_url(AnswerLink(tenant_id, group_id, mail_key)))
        for device, group_id in islice(kind.newest_of.items(), MOST_NAMES)
    ]


def compose(groups: list[AlertGroup], hour: datetime, language: str, figures: dict[str, Any]) -> Digest:
    """Put groups of one kind together, the most important and most frequent first, and cut at MOST_KINDS."""
    names = names_given((group.tenant_id, group.sensor_id, group.asset_mac) for group in groups)
    kinds: dict[tuple[str, str], AlertKind] = {}
    first_hour = hour
    for group in groups:
        first_hour = min(first_hour, group.hour)
        what = _what(group)
        known = kinds.get((group.rule, what))
        if known is None:
            known = kinds[group.rule, what] = _kind_from(group, language)
        _add(known, group, names.get((group.sensor_id, group.asset_mac), ""))
    ordered = sorted(kinds.values(), key=lambda kind: (-kind.grade, kind.rule, -kind.count, kind.signature))
    alike: dict[CaseExplanation, list[AlertKind]] = {}
    for kind in ordered[:MOST_KINDS]:
        alike.setdefault(_explained(kind, language, figures), []).append(kind)
    sections = [Section(max(kind.grade for kind in same), words, same) for words, same in alike.items()]
    # Of the same importance, what takes a machine off the network is the most urgent, then what the box did not stop.
    sections.sort(key=lambda section: (-section.grade, not section.unplugs, not section.passed, -section.count))
    late = (hour - first_hour).total_seconds() > 3600
    return Digest(sections, max(len(ordered) - MOST_KINDS, 0), first_hour, late)


def _explained(kind: AlertKind, language: str, figures: dict[str, Any]) -> CaseExplanation:
    return explain_case(
        kind.rule, kind.threat, direction=kind.direction, ended=kind.ended, language=language, figures=figures
    )


def _what(group: AlertGroup) -> str:
    """What makes two groups one kind to a reader: one visit to a listed site meets its name in DNS, HTTP and TLS."""
    return group.peer if group.function == Function.WG and group.peer else group.family


def _kind_from(group: AlertGroup, language: str) -> AlertKind:
    return AlertKind(
        rule=group.rule,
        threat=group_threat(group),
        direction=group.direction,
        signature=group.signature,
        grade=group.grade,
        newest_id=group.pk,
        first_at=group.first_at,
        last_at=group.last_at,
        name=group_name(group, language),
    )


def _add(kind: AlertKind, group: AlertGroup, called: str) -> None:
    kind.grade = max(kind.grade, group.grade)
    kind.count += group.alert_count - group.told_count
    kind.blocked += group.blocked_count - group.told_blocked
    if group.last_at >= kind.last_at:
        kind.last_at, kind.newest_id = group.last_at, group.pk
    kind.first_at = min(kind.first_at, group.first_at)
    device = Device(group.asset_ip or "", group.asset_mac, called)
    kind.newest_of.setdefault(device, group.pk)  # groups come newest first
    if (device.ip or device.mac) and device not in kind.devices and len(kind.devices) <= MOST_NAMES:
        kind.devices.append(device)
    if group.peer and group.peer not in kind.peers and len(kind.peers) <= MOST_NAMES:
        kind.peers.append(group.peer)
