"""Plays the year of the demo's firms through the real services, each step at the time at which it happened.

Before the platform's workers start: what is mailed is marked as mailed, so that nothing of the past reaches a mailbox.
"""

from __future__ import annotations

import os
import random
import uuid
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields
from datetime import UTC, datetime, time, timedelta
from multiprocessing import get_context
from typing import Final

import django
from celery import current_app

from alerts.partitions import AHEAD, partitions_ensure
from incidents.core.course import watches_end
from incidents.core.triage import desk_tasks_open
from incidents.jobsheet.watches import paid_jobs_close
from incidents.models import Incident
from notifications.hours import day_kind
from portal.demo.year.answers import analyst_judges, firm_answers
from portal.demo.year.calls import desk_call
from portal.demo.year.detections import NOT_MAILED, Wire, mails_settled
from portal.demo.year.first_response import first_response
from portal.demo.year.happenings import Happening, What, firm_year
from portal.demo.year.papers import opinions_given, sales_noted
from portal.demo.year.people import OWNER, Partners, Person, partners_of_demo
from reports.counting import months_count
from reports.services import month_close, reports_make
from sensors.devices import device_name
from sensors.keys import sensor_retire
from sensors.models import Device, Sensor
from surveys.asking import feedback_sweep
from surveys.models import FeedbackRequest
from surveys.rules import Kind, Reason, Verdict
from surveys.services import feedback_take
from tenants.models import Enrolment, Organisation, User
from tenants.tenancy.jobs import wakes_joined
from tenants.tenancy.scope import tenant_scope
from web.jst import JST

CORES: Final = len(os.sched_getaffinity(0))
EARLIER_BOX: Final = "本社(前のセンサー)"
NAMED: Final = ("受付のPC", "事務所のPC", "社長のノートPC", "経理のPC", "NAS")
OFFICE_WORKDAY: Final = 5  # days of the week from 0 that are worked
_CALLS_A_MONTH: Final = 0.6
_VERDICTS: Final = ((Verdict.VERY_GOOD, 5), (Verdict.GOOD, 8), (Verdict.FAIR, 2), (Verdict.BAD, 1))
REPORT_SECONDS: Final = 15.0
SALES_OF: Final = 0.6  # firms that wrote down what they sell in a day
_END: Final = timedelta(days=1)  # the last day is the demo's own


@dataclass(frozen=True)
class Played:
    """How much happened."""

    firms: int = 0
    happenings: int = 0
    answers: int = 0
    judgements: int = 0
    calls: int = 0
    incidents: int = 0
    reports: int = 0
    opinions: int = 0

    def __add__(self, other: Played) -> Played:
        sums = {field.name: getattr(self, field.name) + getattr(other, field.name) for field in fields(self)}
        return Played(**sums)


def year_play(*, seed: int, now: datetime) -> Played:
    """Play it, once: for an installation that holds nothing but the consortium just loaded.

    Raises DoesNotExist before that.
    """
    partners = partners_of_demo()
    _partitions(now)
    _entered_then(now)
    firms = list(_firms(now))
    with wakes_joined(), _players() as players:
        played = sum(players.map(_played, [(seed, *firm, partners, now) for firm in firms]), start=Played())
        for month in (*_months(now), now):
            watches_end(now=month)
        desk_tasks_open(now=now)
        played += Played(reports=_reports(players, now))
        for place, _firm, _box, president in firms:
            played += Played(opinions=opinions_given(president, random.Random(seed * 1000 + place + 900), now))  # noqa: S311
        _earlier_boxes_retire(firm for _place, firm, _box, _president in firms)
        months_count(now=now)
        for organisation in Organisation.objects.using(OWNER).values_list("pk", flat=True):
            mails_settled(organisation, now)
    # What was woken meanwhile has been done.
    current_app.control.purge()
    return played


def _players() -> ProcessPoolExecutor:
    """As many processes as there are cores. Firms have nothing in common, so they are played side by side; the
    processes are new, not forked, and share no connection with this one."""
    return ProcessPoolExecutor(CORES, mp_context=get_context("spawn"), initializer=django.setup)


def _played(firm: tuple[int, int, Organisation, Sensor, Person, Partners, datetime]) -> Played:
    with wakes_joined():
        return _firm_play(*firm)


def _partitions(now: datetime) -> None:
    """The months of a year ago have no partitions of their own on a new installation."""
    for back in range(372, 0, -AHEAD.days):
        partitions_ensure(now=now - timedelta(days=back))


def _entered_then(now: datetime) -> None:
    """When the firms were entered here, and so from which month on they get reports: the firm people look at a year
    ago, the others before last month, for a year of papers of everybody takes minutes."""
    firms = Organisation.objects.using(OWNER).filter(kind=Organisation.Kind.SME).order_by("pk")
    last_month = _months(now)[-1] - timedelta(days=20)
    firms.update(created_at=last_month)
    firms.filter(pk__in=list(firms.values_list("pk", flat=True)[:1])).update(created_at=now - timedelta(days=400))


def _firms(now: datetime) -> Iterator[tuple[int, Organisation, Sensor, Person]]:
    """(place in the list, firm, its working box, its first person) of firms under contract."""
    enrolled = Enrolment._base_manager.using(OWNER).order_by("tenant_id").values_list("tenant_id", flat=True)
    for place, tenant_id in enumerate(enrolled):
        firm = Organisation.objects.using(OWNER).get(pk=tenant_id)
        with tenant_scope(tenant_id):
            box = _working_box(tenant_id, now)
        user = User.objects.using(OWNER).filter(memberships__organisation_id=tenant_id).order_by("pk").first()
        if box is not None and user is not None:
            yield place, firm, box, Person(user, firm)


def _working_box(tenant_id: int, now: datetime) -> Sensor:
    """The box that was there all the time; where the present one is only just coming, an earlier one."""
    boxes = Sensor.objects.filter(tenant_id=tenant_id)
    working: Sensor | None = boxes.filter(activated_at__lt=now - _END).order_by("pk").first()
    if working is not None:
        return working
    contract = Enrolment.objects.filter(tenant_id=tenant_id).earliest("contract_start").contract_start
    started = datetime.combine(contract + timedelta(days=9), time(1), tzinfo=UTC)
    made: Sensor = Sensor.objects.create(
        tenant_id=tenant_id,
        device_id=uuid.uuid4(),
        name=EARLIER_BOX,
        state=Sensor.State.ACTIVE,
        activated_at=started,
        protecting_at=started + timedelta(minutes=5),
        last_seen_at=now,
        home_net=["192.168.1.0/24"],
        heartbeat={"protection": "on", "functions": {"ips": "on", "av": "on", "wg": "on"}},
    )
    return made


def _earlier_boxes_retire(firms: Iterable[Organisation]) -> None:
    for firm in firms:
        with tenant_scope(firm.pk):
            for box in Sensor.objects.filter(tenant_id=firm.pk, name=EARLIER_BOX, state=Sensor.State.ACTIVE):
                sensor_retire(sensor=box, reason="新しいセンサーに交換しました。")


def _firm_play(
    seed: int, place: int, firm: Organisation, box: Sensor, president: Person, partners: Partners, now: datetime
) -> Played:
    if box.activated_at is None:
        return Played()
    dice = random.Random(seed * 1000 + place + 500)  # noqa: S311 - the same seed must give the same year
    start = datetime.combine(box.activated_at.date(), time(0), tzinfo=UTC)
    year = firm_year(seed, place, start=start, end=now - _END)
    wire = Wire(firm.pk, box.pk, dice)
    wire.days([day for day in _days(start, now - _END) if day_kind(day.date()) < OFFICE_WORKDAY])
    _machines_named(president, dice, start + timedelta(days=3))
    incidents = sum(_happens(wire, happening, partners, president) for happening in year.happenings)
    wire.rest(now)
    if dice.random() < SALES_OF:
        sales_noted(president, dice, start + timedelta(days=20))
    calls = _calls(partners.agent, firm, dice, start, now)
    answers = firm_answers(president, dice, now)
    judgements = analyst_judges(partners.analyst, firm.pk, dice, now)
    return Played(1, len(year.happenings), answers, judgements, calls, incidents)


def _happens(wire: Wire, happening: Happening, partners: Partners, president: Person) -> int:
    """→ incidents that were worked on to the end."""
    over = wire.happens(happening)
    if happening.what in NOT_MAILED:
        return 0
    worked = 0
    if happening.what == What.CALLBACKS:
        with tenant_scope(wire.tenant_id):
            incident = Incident.objects.filter(tenant_id=wire.tenant_id, opened_at__gte=happening.at).first()
        if incident is not None:
            claim = first_response(partners, president, incident)
            over, worked = claim.decided_at or over, 1
            paid_jobs_close(now=over + timedelta(days=30), firms={wire.tenant_id})
    mails_settled(wire.tenant_id, over)
    return worked


def _machines_named(president: Person, dice: random.Random, now: datetime) -> None:
    """The firm has said which machine is which, for most of them."""
    with president.acting() as user:
        machines = Device.objects.filter(tenant_id=president.organisation.pk).order_by("mac")
        for machine, name in zip(machines, NAMED, strict=False):
            if dice.random() < 0.8:
                words = {"given_name": name, "owner": "", "whose": "company", "antivirus": "yes"}
                device_name(device=machine, words=words, by=user, now=now)


def _calls(agent: Person, firm: Organisation, dice: random.Random, start: datetime, now: datetime) -> int:
    """The firm rings now and then, and is asked how it was."""
    workdays = [day for day in _days(start, now - _END) if day_kind(day.date()) < OFFICE_WORKDAY]
    days = [day for day in workdays if dice.random() < _CALLS_A_MONTH / 21]
    for day in days:
        case = desk_call(agent, firm, dice, day + timedelta(hours=dice.randint(0, 7), minutes=dice.randrange(60)))
        asked_at = (case.closed_at or day) + timedelta(hours=20)
        feedback_sweep(now=asked_at, firms={firm.pk})
        _opinions(firm.pk, dice, asked_at + timedelta(hours=3))
        mails_settled(firm.pk, asked_at)
    return len(days)


def _opinions(tenant_id: int, dice: random.Random, now: datetime) -> None:
    """Two firms of three say how it was (OSK 表4-29)."""
    with tenant_scope(tenant_id):
        open_requests = FeedbackRequest.objects.filter(tenant_id=tenant_id, kind=Kind.DESK, answered_at=None)
        for request in open_requests.filter(asked_at__lt=now, expires_at__gt=now):
            if dice.random() < 0.66:
                verdict = dice.choices([name for name, _ in _VERDICTS], [often for _, often in _VERDICTS])[0]
                feedback_take(request_id=request.pk, verdict=verdict, reason=Reason.WORDS, words="", now=now)


def _days(start: datetime, end: datetime) -> list[datetime]:
    return [start + timedelta(days=number) for number in range((end - start).days)]


def _months(now: datetime) -> list[datetime]:
    """The firsts of the last twelve months, in Japan."""
    today = now.astimezone(JST)
    whole = today.year * 12 + today.month - 1
    months = [divmod(whole - back, 12) for back in range(11, -1, -1)]
    return [datetime(year, month + 1, 1, 1, tzinfo=JST) for year, month in months]


def _reports(players: ProcessPoolExecutor, now: datetime) -> int:
    """Every month's reports; what is not printed in its time is left to the worker. → made."""
    for month in _months(now):
        month_close(now=month)
    return sum(players.map(_printed, [REPORT_SECONDS] * CORES)) if REPORT_SECONDS else 0


def _printed(seconds: float) -> int:
    """One process's share of the papers: each takes what no other has taken (reports.services)."""
    return reports_make(seconds=seconds)
