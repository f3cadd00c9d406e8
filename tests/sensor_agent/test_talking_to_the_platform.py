"""Activation, signed batches and heartbeats against a real HTTP server that checks every signature."""

import json
import os
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from sensor_agent.cli import main
from sensor_agent.clock import Clock
from sensor_agent.heartbeat import Heart
from sensor_agent.identity import NotActivatedError, canonical_message, identity_load
from sensor_agent.platform import Platform
from sensor_agent.ship import Outcome, Shipper, backoff_s
from sensor_agent.spool import Spool
from tests.sensor_agent.platform_server import PlatformServer

ROOT = Path(__file__).resolve().parents[2]
CODE = "ABCD-EFGH-JKMN"


@pytest.fixture
def server() -> Iterator[PlatformServer]:
    with PlatformServer() as running:
        yield running


@pytest.fixture
def config(tmp_path: Path, server: PlatformServer) -> Path:
    path = tmp_path / "sensor.toml"
    path.write_text(f'[agent]\nstate_dir = "{tmp_path}/state"\n[platform]\nurl = "{server.url}"\n')
    return path


@pytest.fixture
def activated(config: Path) -> Path:
    assert main(["--config", str(config), "activate", "--code", CODE.lower()]) == 0
    return config


def shipper(server: PlatformServer, config: Path) -> tuple[Spool, Shipper]:
    state = config.parent / "state"
    spool = Spool(state / "spool", 10_000_000)
    identity = identity_load(state / "identity")
    return spool, Shipper(spool, Platform(server.url), identity, Clock())


def test_the_signed_message_is_the_one_the_protocol_names() -> None:
    headers = {"Otasuke-Key": "k", "Otasuke-Batch": "b", "Otasuke-Signature": "s", "Content-Type": "x"}
    expected = b"otasuke-v1\nPOST\n/api/v1/batches\notasuke-batch:b\notasuke-key:k\n"
    assert canonical_message("POST", "/api/v1/batches", headers) == expected


def test_activation_keeps_the_key_private_and_works_once(
    server: PlatformServer, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = config.parent / "state"
    with pytest.raises(NotActivatedError):
        identity_load(state / "identity")
    assert main(["--config", str(config), "activate", "--code", CODE]) == 0
    assert stat.S_IMODE((state / "identity" / "key.pem").stat().st_mode) == 0o600
    assert identity_load(state / "identity").device.device_id in server.devices
    assert main(["--config", str(config), "activate", "--code", CODE]) == 1
    assert "403 unknown_code" in capsys.readouterr().err


def test_plain_http_to_another_machine_is_refused() -> None:
    with pytest.raises(ValueError, match="https is required"):
        Platform("http://platform.example")


def test_bad_batch_is_put_aside_and_the_next_one_goes_through(server: PlatformServer, activated: Path) -> None:
    spool, sender = shipper(server, activated)
    spool.commit([b'{"event_type":"alert","n":1}'], 1)
    spool.commit([b'{"event_type":"alert","n":2}'], 1)
    server.faults = [(409, {"error": "conflict"}, {})]
    assert [sender.step() for _ in range(3)] == [Outcome.REJECTED, Outcome.STORED, Outcome.NOTHING]
    assert [event["n"] for event in server.events()] == [2]
    assert spool.state.rejected == 1
    assert len(list((activated.parent / "state/spool/rejected").iterdir())) == 1
    assert server.problems == []
    spool.close()


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 503])
def test_refusals_that_may_pass_keep_the_batch_byte_for_byte(
    server: PlatformServer, activated: Path, status: int
) -> None:
    spool, sender = shipper(server, activated)
    spool.commit([b'{"event_type":"alert","n":1}'], 1)
    batch = spool.oldest()
    assert batch
    body = spool.body(batch)
    server.faults = [(status, {"error": "x"}, {"Retry-After": "7"})]
    assert sender.step() is Outcome.LATER
    assert 7 <= sender.wait_s <= 9
    assert spool.oldest() == batch
    assert spool.body(batch) == body
    assert sender.step() is Outcome.STORED
    spool.close()


def test_waiting_grows_and_is_spread() -> None:
    assert all(0.5 <= backoff_s(1, None) <= 1 for _ in range(20))
    assert all(150 <= backoff_s(30, None) <= 300 for _ in range(20))
    assert len({backoff_s(5, None) for _ in range(20)}) > 15


def test_a_box_with_a_wrong_clock_learns_the_platforms_time(server: PlatformServer, activated: Path) -> None:
    server.ahead = timedelta(hours=9)
    spool, sender = shipper(server, activated)
    spool.commit([b'{"event_type":"alert"}'], 1)
    assert sender.step() is Outcome.STORED
    server.ahead = timedelta(hours=20)  # the box's clock jumped after it had learnt the offset
    spool.commit([b'{"event_type":"alert"}'], 1)
    assert sender.step() is Outcome.STORED
    assert server.problems == ["stale_clock"]
    spool.close()


def test_an_unsigned_time_is_not_believed(
    server: PlatformServer, activated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool, _ = shipper(server, activated)
    clock, identity = Clock(), identity_load(activated.parent / "state" / "identity")
    unsigned = {"now": "2040-01-01T00:00:00+00:00", "signature": "AAAA"}
    monkeypatch.setattr(server, "time_answer", lambda nonce: unsigned)
    assert clock.measure(Platform(server.url), identity) is False
    assert clock.offset_ms == 0
    spool.close()


def test_a_server_that_is_away_costs_nothing_but_time(server: PlatformServer, activated: Path) -> None:
    spool, _ = shipper(server, activated)
    spool.commit([b'{"event_type":"alert"}'], 1)
    sender = Shipper(spool, Platform("http://127.0.0.1:9"), identity_load(activated.parent / "state/identity"), Clock())
    assert sender.step() is Outcome.LATER
    assert spool.batches_waiting() == 1
    spool.close()


def test_heartbeat_arrives_signed(server: PlatformServer, activated: Path) -> None:
    identity = identity_load(activated.parent / "state" / "identity")
    heart = Heart(Platform(server.url), identity, Clock(), lambda: {"protection": "on"}, 60)
    heart.beat()
    assert server.heartbeats == [{"protection": "on"}]


def recording(path: Path, count: int) -> None:
    with path.open("w") as file:
        for number in range(count):
            event = {"timestamp": "2025-01-01T00:00:00.000000+0000", "event_type": "alert", "n": number, "alert": {}}
            file.write(json.dumps(event) + "\n")


def test_replay_ships_a_recording_moved_to_now_and_says_exactly_how_much(
    server: PlatformServer, activated: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recording(tmp_path / "rec.json", 1234)
    (tmp_path / "rec.json").open("a").write('not json\n{"event_type":"flow"}\n')
    capsys.readouterr()
    assert main(["--config", str(activated), "replay", str(tmp_path / "rec.json"), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["lines"], result["spooled"], result["stored"]) == (1236, 1236, 1236)
    assert result["events"] == {"alert": 1234, "unreadable": 1, "flow": 1, "aggregate": 1}
    stamps = {event["timestamp"][:4] for event in server.events() if event["event_type"] == "alert"}
    assert stamps == {time.strftime("%Y")}
    assert main(["--config", str(activated), "replay", str(tmp_path / "rec.json"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["spooled"] == 0, "a finished recording is not shipped twice"


def test_kill_9_in_the_middle_of_a_replay_loses_and_doubles_nothing(
    server: PlatformServer, activated: Path, tmp_path: Path
) -> None:
    count = 20_000
    recording(tmp_path / "rec.json", count)
    command = [sys.executable, "-m", "sensor_agent", "--config", str(activated), "replay", str(tmp_path / "rec.json")]
    server.faults = [(503, {}, {"Retry-After": "0"})] * 2
    for wanted in (3, 12, 25):
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 30
        while len(server.batches) < wanted and process.poll() is None and time.monotonic() < until:
            time.sleep(0.01)
        process.kill()
        process.wait()
    assert subprocess.run([*command, "--json"], cwd=ROOT, capture_output=True, check=False).returncode == 0
    assert sorted(event["n"] for event in server.events()) == list(range(count))
    (epoch,) = {epoch for epoch, _ in server.identities()}
    assert sorted(server.identities()) == [(epoch, seq) for seq in range(1, count + 1)]
    assert server.problems == []


def test_two_processes_never_share_a_spool(activated: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recording(tmp_path / "rec.json", 1)
    spool = Spool(activated.parent / "state" / "spool", 1000)
    assert main(["--config", str(activated), "replay", str(tmp_path / "rec.json")]) == 2
    assert "in use" in capsys.readouterr().err
    spool.close()


def test_shipping_stops_when_asked(server: PlatformServer, activated: Path) -> None:
    spool, sender = shipper(server, activated)
    stop, wake = threading.Event(), threading.Event()
    thread = threading.Thread(target=sender.run, args=(stop, wake))
    thread.start()
    spool.commit([os.urandom(8).hex().encode()], 1)
    wake.set()
    until = time.monotonic() + 5
    while not server.batches and time.monotonic() < until:
        time.sleep(0.01)
    stop.set()
    wake.set()
    thread.join(5)
    assert len(server.batches) == 1
    assert not thread.is_alive()
    spool.close()
