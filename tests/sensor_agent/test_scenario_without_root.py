"""Without root the scenario comes from captures read by the real Suricata, or from the bundled recording."""

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest

from lab import offline
from sensor_agent.cli import main
from tests.sensor_agent.platform_server import PlatformServer

EXPECTED = Counter(
    {
        ("SQL UNION SELECT in request URI", "blocked"): 1,
        ("automated web scanner user agent", "blocked"): 1,
        ("listed web address", "blocked"): 1,
        ("web address below a listed one", "blocked"): 1,
        ("listed name lookup", "blocked"): 1,
        ("Eicar-Test-Signature", "delivered"): 1,
        ("known malicious file in http transfer", "blocked"): 1,
        ("default password in HTTP basic authorization", "allowed"): 1,
        ("trojan check-in to its controller", "blocked"): 6,
    }
)


def event_counts(path: Path) -> Counter[tuple[str, str]]:
    seen: Counter[tuple[str, str]] = Counter()
    for line in path.read_text(encoding="utf-8").splitlines():
        event = json.loads(line)
        facts = event.get(event["event_type"], {})
        if event["event_type"] == "alert":
            words = facts["signature"].removeprefix("OTASUKE ")
            group, _, rest = words.partition(" ")
            seen[(rest if group.isupper() else words, facts["action"])] += 1
        elif event["event_type"] == "antivirus":
            seen[(facts["signature"], facts["action"])] += 1
    return seen


def test_the_bundled_recording_holds_the_whole_scenario() -> None:
    assert event_counts(offline.BUNDLED) == EXPECTED


@pytest.mark.skipif(shutil.which("suricata", path="/usr/bin:/usr/sbin") is None, reason="suricata is not installed")
def test_captures_give_the_same_as_the_bundled_recording(tmp_path: Path) -> None:
    path, how = offline.eve_make(tmp_path / "offline")
    assert "captures" in how
    assert event_counts(path) == EXPECTED


def test_the_recording_reaches_the_platform_moved_to_now(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with PlatformServer() as server:
        config = tmp_path / "sensor.toml"
        config.write_text(f'[agent]\nstate_dir = "{tmp_path}/state"\n[platform]\nurl = "{server.url}"\n')
        assert main(["--config", str(config), "activate", "--code", "ABCD-EFGH-JKMN"]) == 0
        capsys.readouterr()
        assert main(["--config", str(config), "replay", str(offline.BUNDLED), "--json"]) == 0
        result = json.loads(capsys.readouterr().out)
        events = server.events()
    assert result["stored"] == len(events) == EXPECTED.total() + 1
    (aggregate,) = [event for event in events if event["event_type"] == "aggregate"]
    assert aggregate["aggregate"]["bytes_in"] > 500_000
    assert server.problems == []
