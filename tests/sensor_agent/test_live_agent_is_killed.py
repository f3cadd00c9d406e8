"""The running agent is killed again and again while eve.json grows and rotates: the platform has each line once."""

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

from sensor_agent.cli import main
from tests.sensor_agent.platform_server import PlatformServer

ROOT = Path(__file__).resolve().parents[2]
LINES = 6_000
KILLS = 5


def grow(eve: Path, first: int, count: int) -> None:
    with eve.open("ab") as file:
        for number in range(first, first + count):
            event = {"timestamp": "2026-11-21T06:00:00.000000+0000", "event_type": "alert", "n": number, "alert": {}}
            line = json.dumps(event).encode() + b"\n"
            file.write(line[:30])
            file.flush()
            file.write(line[30:])


def test_kill_9_of_the_running_agent_loses_and_doubles_nothing(tmp_path: Path) -> None:
    with PlatformServer() as server:
        config = tmp_path / "sensor.toml"
        config.write_text(
            f'[agent]\nstate_dir = "{tmp_path}/state"\nrun_dir = "{tmp_path}/run"\n'
            f'[platform]\nurl = "{server.url}"\n[suricata]\nrun = false\n[spool]\nmax_age_s = 0.05\n'
        )
        assert main(["--config", str(config), "activate", "--code", "ABCD-EFGH-JKMN"]) == 0
        eve = tmp_path / "state" / "suricata" / "log" / "eve.json"
        eve.parent.mkdir(parents=True)
        command = [sys.executable, "-m", "sensor_agent", "--config", str(config), "run"]
        chance = random.Random(7)
        for life in range(KILLS + 1):
            agent = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for step in range(10):
                share = LINES // (KILLS + 1) // 10
                grow(eve, (life * 10 + step) * share, share)
                time.sleep(chance.uniform(0.02, 0.1))
            if life % 2:
                eve.rename(eve.with_name(f"eve.json.{life}"))
                os.utime(eve.with_name(f"eve.json.{life}"))
            if life < KILLS:
                agent.kill()
                agent.wait()
        until = time.monotonic() + 30
        while len(server.events()) < LINES and time.monotonic() < until:
            time.sleep(0.1)
        agent.terminate()
        agent.wait(30)
        assert sorted(event["n"] for event in server.events()) == list(range(LINES))
        assert len(set(server.identities())) == LINES
        assert server.problems == []
