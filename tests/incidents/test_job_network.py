"""The job sheet draws the firm's network: the box, the machines, and the one an alert was about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from incidents.jobsheet.doors import job_devices
from incidents.jobsheet.network import network_of
from incidents.models import Job
from sensors.models import Device
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import Cast
from tests.incidents.jobsheets import Phone, phone_make
from tests.portal.pages import text_of

NOW = datetime.now(UTC)
BOX = {"name": "受付", "state": "active", "home_net": ["192.168.1.0/24"]}


def device(mac: str, ip: str, name: str = "", maker: str = "") -> dict[str, Any]:
    return {"mac": mac, "ip": ip, "name": name, "maker": maker, "last_seen_at": NOW}


def alert(mac: str = "", ip: str = "") -> dict[str, Any]:
    return {"asset_mac": mac, "asset_ip": ip}


@pytest.mark.parametrize(
    ("alerts", "first"),
    [
        ([alert("02:00:00:00:00:02", "192.168.1.9")], "経理のPC"),  # by its number, though its address changed
        ([alert("", "192.168.1.2")], "経理のPC"),  # a box behind another router knows no number
        ([alert("02:00:00:00:00:77", "192.168.1.77")], "192.168.1.77"),  # never seen by itself
    ],
)
def test_the_machine_that_alerted_stands_first(alerts: list[dict[str, Any]], first: str) -> None:
    seen = [
        device("02:00:00:00:00:01", "192.168.1.1", maker="ブラザー工業"),
        device("02:00:00:00:00:02", "192.168.1.2", name="経理のPC"),
    ]
    network = network_of([BOX], seen, alerts)
    assert [machine.label for machine in network.alerted] == [first]
    assert network.machines[0].label == first
    assert {"ブラザー工業", "経理のPC"} <= {machine.label for machine in network.machines}


def test_the_box_that_works_is_drawn_and_no_box_at_all_is_no_error() -> None:
    new = BOX | {"name": "新しい箱", "state": "prepared"}
    assert network_of([new, BOX], [], []).site == BOX
    assert network_of([new], [], []).site == new
    assert network_of([], [], []).site is None


@pytest.fixture
def phone(cast: Cast) -> Phone:
    made = phone_make(cast)
    with tenant_scope(cast.sakura_dental.pk):
        for number, name, days in ((1, "受付のPC", 0), (2, "", 1), (3, "もうない機器", 91)):
            Device.objects.create(
                tenant_id=cast.sakura_dental.pk,
                sensor_id=cast.sakura_box.sensor.pk,
                mac=f"02:00:00:00:01:{number:02}",
                last_ip=f"192.168.1.{number}",
                vendor="ブラザー工業",
                given_name=name,
                owner="林",
                whose="company",
                first_seen_at=NOW - timedelta(days=99),
                last_seen_at=NOW - timedelta(days=days),
            )
    return made


def test_the_vendor_sees_machines_seen_of_late_without_who_uses_them(phone: Phone) -> None:
    page = text_of(phone.client.get(phone.path("sheet/")).content.decode())
    assert "受付のPC" in page
    assert "ブラザー工業" in page
    assert "もうない機器" not in page
    assert "林" not in page


def test_machines_end_with_the_job(phone: Phone, cast: Cast) -> None:
    def seen() -> int:
        with person_scope(cast.engineer.pk, cast.vendor.pk):
            return len(job_devices(phone.job.pk))

    assert seen() == 2
    with tenant_scope(phone.job.tenant_id):
        Job.objects.filter(pk=phone.job.pk).update(state="requested")
    assert seen() == 0
