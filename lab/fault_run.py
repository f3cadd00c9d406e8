"""`make fault-run ROUNDS=N`: random kill -9 while real attacks go through a real box; no alert lost, none doubled.

Each round kills one of: agent, engine, guard, web, worker, Redis, PostgreSQL, one backend. At the end every alert line
of the box's eve.json must be one row. Writes var/fault/summary.json; exit 1 when a count differs.
"""

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lab import check, strikes
from lab.lab import ROOT, Lab
from lab.scene import activate, errors_in_one_line
from ops.accounts import CHECKOUT
from ops.stack import Stack
from sensor_agent.guard import State, report_read

DIRECTORY = CHECKOUT / "var" / "fault"
RATE = 15.0  # attacks a second, from each side
PAUSE_S = (0.3, 2.5)
DRAIN_S = 300.0
Alerts = Counter[tuple[int, int]]  # (flow, signature)


def main() -> int:
    """ROUNDS and SEED come from the environment."""
    rounds, seed = int(os.environ.get("ROUNDS", "20")), int(os.environ.get("SEED", str(time.time_ns() % 100_000)))
    if reason := check.problem():
        print(f"fault-run needs real packets: {reason}", file=sys.stderr)
        return 2
    began = time.monotonic()
    with (
        Stack(DIRECTORY, fresh=True) as stack,
        Lab(DIRECTORY / "sensor", prefix=f"fr{os.getpid() % 10000}", platform_url=stack.url) as lab,
    ):
        activate(lab, stack)
        lab.sensor_start()
        summary = FaultRun(stack, lab, random.Random(seed)).run(rounds)  # noqa: S311 - chance, not secrecy
    summary |= {"seed": seed, "seconds": round(time.monotonic() - began, 1)}
    (DIRECTORY / "summary.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(summary), flush=True)
    return 0 if summary["ok"] else 1


class FaultRun:
    """Rounds of strikes against one stack and one box."""

    def __init__(self, stack: Stack, lab: Lab, chance: random.Random) -> None:
        self._stack, self._lab, self._chance = stack, lab, chance
        self._strikes: dict[str, Callable[[], None]] = {
            "agent": self._agent,
            "engine": lambda: self._of_guard("engine_pid"),
            "guard": lambda: self._of_guard("guard_pid"),
            "web": lambda: strikes.program(stack, "web"),
            "worker": lambda: strikes.program(stack, "worker-intake"),
            "redis": lambda: strikes.redis(stack, away_s=1.0),
            "postgres": lambda: strikes.postgres(stack),
            "backend": lambda: strikes.backend(stack),
        }

    def run(self, rounds: int) -> dict[str, Any]:
        """→ what was struck how often and what was counted."""
        struck: Counter[str] = Counter()
        attackers = [self._attack(self._lab.network.wan, "outside"), self._attack(self._lab.network.lan, "inside")]
        try:
            for number in range(1, rounds + 1):
                time.sleep(self._chance.uniform(*PAUSE_S))
                name = self._chance.choice(sorted(self._strikes))
                print(f"round {number}: {name}", flush=True)
                self._strikes[name]()
                struck[name] += 1
        finally:
            for attacker in attackers:
                attacker.kill()
                attacker.wait()
        return {"rounds": rounds, "struck": dict(struck), **self._settled()}

    def _settled(self) -> dict[str, Any]:
        """Wait until the box has sent everything, then compare."""
        until = time.monotonic() + DRAIN_S
        written, torn = self._written()
        stored = self._stored()
        while time.monotonic() < until and (stored != written or self._waiting()):
            time.sleep(1.0)
            (written, torn), stored = self._written(), self._stored()
        lost, doubled = written - stored, stored - written
        return {
            "written": written.total(),
            "stored": stored.total(),
            "torn_lines": torn,
            "lost": lost.total(),
            "doubled": doubled.total(),
            "ok": written.total() > 0 and not lost and not doubled,
        }

    def _written(self) -> tuple[Alerts, int]:
        """Whole alert lines of eve.json, and lines that the death of the engine tore."""
        alerts: Alerts = Counter()
        torn = 0
        with self._lab.eve_path.open("rb") as file:
            for line in file:
                try:
                    event = json.loads(line)
                except ValueError:
                    torn += 1
                    continue
                if event.get("event_type") == "alert":
                    alerts[(event["flow_id"], event["alert"]["signature_id"])] += 1
        return alerts, torn

    def _stored(self) -> Alerts:
        rows = self._stack.rows("SELECT flow_id, signature_id, count(*) FROM alerts_alert GROUP BY 1, 2")
        return Counter({(flow, signature): count for flow, signature, count in rows})

    def _waiting(self) -> bool:
        return bool(self._stack.rows("SELECT 1 FROM alerts_inboxbatch WHERE processed_at IS NULL LIMIT 1"))

    def _attack(self, namespace: str, side: str) -> subprocess.Popen[bytes]:
        command = [*self._lab.network.inside(namespace), "setpriv", "--pdeathsig", "KILL", sys.executable]
        return subprocess.Popen([*command, "-m", "lab.traffic", side, str(RATE)], cwd=ROOT)

    def _agent(self) -> None:
        self._lab.sensor_kill()
        self._lab.sensor_start()

    def _of_guard(self, name: str) -> None:
        """Kill what the guard's report names, once it is there."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            report = report_read(self._lab.state_dir)
            process = getattr(report, name, 0)
            if report is not None and report.state == State.INSPECTING and Path(f"/proc/{process}").exists():
                strikes.kill([process])
                return
            time.sleep(0.1)
        raise RuntimeError(f"no {name} to kill within a minute")


if __name__ == "__main__":
    sys.exit(errors_in_one_line("fault-run", main))
