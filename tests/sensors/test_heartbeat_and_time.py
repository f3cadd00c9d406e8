"""A box tells how it is, and learns the time from the platform."""

from __future__ import annotations

import base64
import multiprocessing
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.test import Client
from django.utils import timezone

from base import platform_key
from notifications.models import Attention
from sensors.models import Sensor
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast
from tests.sensors.box import Sender


def _sensor(cast: Cast) -> Sensor:
    with tenant_scope(cast.sakura_dental.pk):
        sensor: Sensor = Sensor.objects.get(pk=cast.sakura_box.sensor.pk)
        return sensor


def _open(cast: Cast) -> set[str]:
    with tenant_scope(cast.sakura_dental.pk):
        return set(Attention.objects.filter(closed_at=None).values_list("kind", flat=True))


def test_a_heartbeat_is_stored_and_shows_the_box_alive(cast: Cast) -> None:
    report = {"agent_version": "1.2", "functions": {"ips": "on"}, "home_net": ["10.1.0.0/16", "2001:db8::/56"]}
    answer = Sender(cast.sakura_box).heartbeat(report)
    assert answer.status_code == 200, answer.content
    sensor = _sensor(cast)
    assert sensor.last_seen_at is not None
    assert timezone.now() - sensor.last_seen_at < timedelta(seconds=30)
    assert answer.json()["received_at"] == sensor.last_seen_at.isoformat()
    assert sensor.heartbeat["agent_version"] == "1.2"
    assert sensor.home_net == ["10.1.0.0/16", "2001:db8::/56"]


@pytest.mark.parametrize(
    "networks", [[], ["0.0.0.0/0"], ["::/0"], ["house"], "192.168.1.0/24", [1], ["10.0.0.0/8"] * 65]
)
def test_networks_that_make_no_sense_do_not_replace_the_known_ones(cast: Cast, networks: object) -> None:
    assert Sender(cast.sakura_box).heartbeat({"home_net": networks}).status_code == 200
    assert _sensor(cast).home_net == ["192.168.1.0/24"]


def test_what_the_database_cannot_hold_is_replaced(cast: Cast) -> None:
    assert Sender(cast.sakura_box).heartbeat({"version": "a\x00b", "odd": "\ud800"}).status_code == 200
    assert _sensor(cast).heartbeat == {"version": "a\ufffdb", "odd": "?"}


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"a": NaN}', b"[" * 5000])
def test_a_heartbeat_that_is_no_object_is_400(cast: Cast, body: bytes) -> None:
    sender = Sender(cast.sakura_box)
    answer = sender.post("/api/v1/heartbeats", body, sender.headers(body))
    assert (answer.status_code, answer.json()["error"]) == (400, "malformed")


def test_a_wrong_clock_asks_for_a_person_until_it_is_right_again(cast: Cast) -> None:
    sender = Sender(cast.sakura_box, clock_offset_ms=6 * 60 * 1000)
    sender.heartbeat({})
    assert _open(cast) == {"clock_wrong"}
    sender.clock_offset_ms = -1500
    sender.heartbeat({})
    assert _open(cast) == set()


@pytest.mark.parametrize(
    ("free", "asked"), [(0, {"disk_full"}), (199.5, {"disk_full"}), (200, set()), ("lots", set()), (None, set())]
)
def test_a_box_with_hardly_any_room_left_asks_for_a_person_until_it_has_some(
    cast: Cast, free: object, asked: set[str]
) -> None:
    sender = Sender(cast.sakura_box)
    sender.heartbeat({"health": {"disk_free_mb": free}, "protection": "on"})
    assert _open(cast) == asked
    sender.heartbeat({"health": {"disk_free_mb": 9000}, "protection": "on"})
    assert _open(cast) == set()


def test_the_time_is_signed_for_the_nonce(cast: Cast) -> None:
    nonce = "00112233445566778899aabbccddeeff"
    data = Client().get(f"/api/v1/time?nonce={nonce}").json()
    assert abs(datetime.fromisoformat(data["now"]) - datetime.now(UTC)) < timedelta(seconds=5)
    key = Ed25519PublicKey.from_public_bytes(platform_key.public_bytes())
    key.verify(base64.b64decode(data["signature"]), f"otasuke-time-v1\n{nonce}\n{data['now']}\n".encode())
    assert data["key_id"] == platform_key.key_id()


@pytest.mark.parametrize("nonce", ["", "abc", "z" * 32, "a" * 65])
def test_a_nonce_must_be_hexadecimal(database: None, nonce: str) -> None:
    assert Client().get(f"/api/v1/time?nonce={nonce}").status_code == 400


def _made(path: Path, queue: multiprocessing.Queue[bytes]) -> None:
    platform_key._make(path)
    queue.put(path.read_bytes())


def test_web_processes_that_start_together_share_one_key_file(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "platform.key"
    context = multiprocessing.get_context("fork")
    queue: multiprocessing.Queue[bytes] = context.Queue()
    starting = [context.Process(target=_made, args=(path, queue)) for _ in range(4)]
    for process in starting:
        process.start()
    assert len({queue.get(timeout=20) for _ in starting}) == 1
    for process in starting:
        process.join()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["platform.key"]
