"""axe-core finds nothing on any page, on a phone and at a desk."""

from __future__ import annotations

import uuid

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from alerts.answer_links import AnswerLink, answer_token
from alerts.models import Alert, AlertGroup
from incidents.answers.services import Answerer, Given, answer_record
from incidents.core.isolation_links import IsolationLink, isolation_token
from incidents.models import DeskTask, Incident
from incidents.states.answer import Answer
from notifications.confirm_links import ConfirmLink, confirm_token
from notifications.contact_rules import Topic
from notifications.models import OutboxMessage
from notifications.stop_links import StopLink, stop_token
from sensors.devices import Sighting, devices_note
from sensors.models import Device, Sensor
from tenants.tenancy.scope import tenant_scope
from tests.alerts.tunings import four_eyes
from tests.e2e.browser import DESK, PHONE
from tests.e2e.conftest import Site
from tests.factories import Cast
from tests.notifications.cast_of_contacts import contact_make
from tests.portal import scenes


def _pages(cast: Cast) -> dict[str, list[str]]:
    sakura, yamada = cast.sakura_dental.pk, cast.yamada_works.pk
    with tenant_scope(sakura):
        groups = {group.rule: group.pk for group in AlertGroup.objects.order_by("pk")}
        task = DeskTask.objects.get()
        event = Alert.objects.filter(group_id=groups["outbound-malware"]).values_list("seq", flat=True)[0]
        mail = OutboxMessage.objects.all()[0]
        scenes.machine_make(AlertGroup.objects.get(pk=groups["web-guard"]), vendor="NEC")
        answered = {
            answer: _answered(AlertGroup.objects.get(pk=groups[rule]), answer)
            for answer, rule in ((Answer.CLEAN_SCAN, "web-guard"), (Answer.NOT_DONE, "internal-weakness"))
        }
    links = [
        f"/answer/{answer_token(AnswerLink(sakura, group, mail.key))}/"
        for group in (groups["outbound-malware"], *answered.values())
    ]
    machine, by_mail = _machine(cast)
    eyes = four_eyes(cast)
    with tenant_scope(sakura):
        serious, doubtful = (
            AlertGroup.objects.get(pk=groups[rule]) for rule in ("outbound-malware-count", "web-guard")
        )
    tried = eyes.tried(eyes.propose(serious))
    in_force = eyes.in_force(doubtful)
    contact = contact_make(sakura, "tax@accountant.invalid", state="waiting", confirmed_at=None)
    with tenant_scope(yamada):
        silent = DeskTask.objects.get(attention__isnull=False)
    return {
        "hanako@sakura.invalid": [
            "/",
            "/alerts/",
            "/alerts/?grade=3&function=av",
            "/alerts/?open=1",
            "/alerts/?q=192.168&grade=all",
            f"/alerts/{groups['outbound-malware']}/records/1/{event}/",
            "/incidents/1/",
            "/incidents/2/",
            "/reports/",
            "/news/",
            "/search/?q=192",
            "/search/?q=何もない言葉",
            f"/alerts/{groups['outbound-malware']}/help/",
            f"/alerts/{groups['outbound-malware']}/answer/",
            *(f"/alerts/{group}/" for group in (groups["outbound-malware"], *answered.values())),
            *links,
            "/answer/altered/",
            "/boxes/devices/",
            "/boxes/ledger/",
            f"/alerts/{groups['web-guard']}/which/",
            f"/alerts/{groups['web-guard']}/which/?step=user",
            f"/isolation/{machine}/",
            "/isolation/nights/",
            by_mail,
            "/organisation/notices/",
            "/organisation/notices/new/",
            "/organisation/notices/new/mail/",
            f"/organisation/notices/{contact.pk}/",
            f"/notices/confirm/{confirm_token(ConfirmLink(sakura, contact.pk))}/",
            f"/notices/stop/{stop_token(StopLink(sakura, contact.pk, Topic.DIGEST))}/",
            *(
                f"/alerts/{groups[rule]}/?page=1"
                for rule in ("outbound-malware-count", "inbound-blocked", "virus-delivered")
            ),
        ],
        "jiro@yamada.invalid": ["/", "/reports/"],
        "agent@desk.invalid": [
            "/desk/",
            "/desk/?show=mine",
            f"/desk/tasks/{sakura}/{task.pk}/",
            f"/desk/tasks/{yamada}/{silent.pk}/",
            f"/desk/incidents/{sakura}/2/",
            f"/desk/alerts/{sakura}/{groups['outbound-malware']}/",
            f"/desk/isolation/{sakura}/{machine}/",
            "/desk/call/?number=075-000-0101",
            "/news/",
            "/search/?q=さくら",
            "/desk/records/?q=さくら",
            "/desk/records/?list=log",
            f"/desk/alerts/{sakura}/{groups['web-guard']}/which/",
        ],
        "analyst@soc.invalid": [
            "/soc/alerts/",
            "/soc/alerts/?state=judged&q=192.168&where=machine",
            "/news/",
            "/search/?q=さくら",
            f"/soc/alerts/{sakura}/{groups['outbound-malware']}/events/1/{event}/",
            f"/soc/alerts/{sakura}/{groups['outbound-malware']}/tuning/",
            "/soc/tunings/",
            f"/soc/tunings/{tried.pk}/",
            f"/soc/tunings/{in_force.pk}/",
            "/soc/quarantine/",
            f"/desk/incidents/{sakura}/2/",
            f"/desk/alerts/{sakura}/{groups['outbound-malware']}/",
            f"/desk/alerts/{sakura}/{groups['web-guard']}/",
        ],
        "clerk@office.invalid": [
            "/",
            "/office/firms/",
            f"/office/firms/{sakura}/",
            "/office/figures/",
            "/news/",
            "/search/?q=さくら",
        ],
    }


def _machine(cast: Cast) -> tuple[int, str]:
    """A machine of incident 2 that its box can cut off: its number, and the link of a mail about it."""
    sakura, now = cast.sakura_dental.pk, timezone.now()
    with tenant_scope(sakura):
        incident, mail = Incident.objects.get(number=2), OutboxMessage.objects.all()[0]
        group = incident.groups.select_related("sensor")[0]
        heartbeat = {**group.sensor.heartbeat, "isolation": {"able": True}}
        Sensor.objects.filter(pk=group.sensor_id).update(heartbeat=heartbeat)
        sighting = Sighting(group.asset_mac, now, now, group.asset_ip)
        devices_note(tenant_id=sakura, sensor_id=group.sensor_id, sightings=[sighting])
        device = Device.objects.get(mac=group.asset_mac)
    return device.pk, f"/isolation/mail/{isolation_token(IsolationLink(sakura, incident.pk, mail.key))}/"


def _answered(group: AlertGroup, answer: Answer) -> int:
    """Answer a notice as whoever holds the link of its mail; its number."""
    given = Given(answer=answer, act=uuid.uuid4())
    answer_record(
        group=group, given=given, answerer=Answerer(contact="owner@sakura.invalid"), headline="", now=timezone.now()
    )
    return group.pk


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_axe_finds_nothing(site: Site, width: int) -> None:
    axe, problems = Axe(), {}
    for email, paths in _pages(site.cast).items():
        page = site.visit(email, width)
        for path in paths:
            page.goto(site.address + path)
            violations = axe.run(page).response["violations"]
            if violations:
                problems[f"{email} {path}"] = [
                    (violation["id"], [node["html"][:160] for node in violation["nodes"]][:3])
                    for violation in violations
                ]
    assert problems == {}
