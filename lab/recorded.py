"""The scenario where the lab cannot run: recorded events through a real agent, as the demo firm's box."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Protocol

from lab.lab import ROOT
from lab.network import LAN_NET, LabError
from lab.offline import eve_make


class Platform(Protocol):
    """What is needed of a running platform (ops.stack.Stack)."""

    url: str
    directory: Path
    consortium: Any

    def manage(self, *arguments: str) -> str: ...


def replay(platform: Platform) -> str:
    """Activate a box for the demo firm, ship the recording moved to now. Returns how it was made. Raises LabError."""
    folder = platform.directory / "sensor"
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "replay.toml"
    config.write_text(
        f"[agent]\nstate_dir = {json.dumps(str(folder / 'replayed'))}\n"
        f"[platform]\nurl = {json.dumps(platform.url)}\n"
        f"[suricata]\nhome_net = {json.dumps([LAN_NET])}\n",
        encoding="utf-8",
    )
    path, how = eve_make(folder / "offline")
    code = platform.manage("sensor_code", "--tenant", str(platform.consortium.firm_id)).strip().splitlines()[-1]
    _agent(config, "activate", "--code", code)
    result = json.loads(_agent(config, "replay", str(path), "--json"))
    print(f"{result['stored']} recorded events shipped: {how}", flush=True)
    return how


def _agent(config: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "sensor_agent", "--config", str(config), *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode != 0:
        raise LabError(f"agent {arguments[0]}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout.strip().splitlines()[-1]
