"""The whole platform, a real agent that replays a recording, and the strokes that hit them."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from lab import strikes
from ops.accounts import CHECKOUT
from ops.stack import Stack

PATIENCE_S = 420.0


@dataclass
class Box:
    """A box of a firm and the agent's program on it."""

    sensor_id: int
    config: Path
    process: subprocess.Popen[bytes] | None = None

    def replay(self, recording: Path, lines_per_s: int) -> None:
        """Begin, or go on after a kill. So many lines a second: the strikes must meet a running agent."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command(
                    "replay", str(recording), "--json", "--timeout", str(PATIENCE_S), "--speed", str(lines_per_s)
                ),
                cwd=CHECKOUT,
                stdout=log,
                stderr=log,
            )

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "sensor_agent", "--config", str(self.config), *arguments]

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def log(self) -> Path:
        return self.config.with_suffix(".log")


@dataclass(frozen=True)
class Held:
    """What the platform holds of one box. `numbers` are the distinct flow_ids: one for each line of the recording."""

    taken: int
    waiting: int
    alerts: int
    positions: int
    numbers: tuple[int, int, int]
    grouped: int
    quarantined: int
    aggregates: int
    conflicts: int


@dataclass
class Field:
    """A running platform."""

    stack: Stack
    recordings: Path
    boxes: list[Box] = field(default_factory=list)

    def box_make(self) -> Box:
        """Prepare and activate a new box of the demo firm, as an installer does."""
        assert self.stack.consortium is not None
        folder = self.recordings / f"box{len(self.boxes)}"
        folder.mkdir()
        config = folder / "sensor.toml"
        config.write_text(
            f"[agent]\nstate_dir = {json.dumps(str(folder / 'state'))}\n"
            f"[platform]\nurl = {json.dumps(self.stack.url)}\n"
            '[suricata]\nrun = false\nhome_net = ["192.168.1.0/24"]\n'
        )
        firm = str(self.stack.consortium.firm_id)
        code = json.loads(self.stack.manage("sensor_code", "--tenant", firm, "--new", "--json").splitlines()[-1])
        box = Box(code["sensor_id"], config)
        subprocess.run(box.command("activate", "--code", code["code"]), cwd=CHECKOUT, check=True)
        self.boxes.append(box)
        return box

    def held(self, box: Box) -> Held:
        """Counted by an observer who sees every table."""
        inbox, alerts, groups, rest = (
            self.stack.rows(sql, *[box.sensor_id] * sql.count("%s"))[0]
            for sql in (
                "SELECT coalesce(sum(line_count), 0), count(*) FILTER (WHERE processed_at IS NULL)"
                " FROM alerts_inboxbatch WHERE sensor_id = %s",
                "SELECT count(*), count(DISTINCT (epoch, seq)), count(DISTINCT flow_id), coalesce(min(flow_id), 0),"
                " coalesce(max(flow_id), 0) FROM alerts_alert WHERE sensor_id = %s",
                "SELECT coalesce(sum(alert_count), 0) FROM alerts_alertgroup WHERE sensor_id = %s",
                "SELECT (SELECT count(*) FROM alerts_quarantinedline WHERE sensor_id = %s),"
                " (SELECT count(*) FROM alerts_trafficaggregate WHERE sensor_id = %s),"
                " (SELECT count(*) FROM notifications_attention WHERE kind = 'batch_conflict'"
                "   AND about_id = %s)",
            )
        )
        return Held(
            taken=int(inbox[0]),
            waiting=inbox[1],
            alerts=alerts[0],
            positions=alerts[1],
            numbers=(alerts[2], alerts[3], alerts[4]),
            grouped=int(groups[0]),
            quarantined=rest[0],
            aggregates=rest[1],
            conflicts=rest[2],
        )

    def taken(self, box: Box) -> int:
        """Lines for which the platform has said 202, or is about to."""
        return int(
            self.stack.rows(
                "SELECT coalesce(sum(line_count), 0) FROM alerts_inboxbatch WHERE sensor_id = %s", box.sensor_id
            )[0][0]
        )

    def processed(self, box: Box) -> int:
        """Lines that are alerts by now."""
        return int(
            self.stack.rows(
                "SELECT coalesce(sum(line_count), 0) FROM alerts_inboxbatch"
                " WHERE sensor_id = %s AND processed_at IS NOT NULL",
                box.sensor_id,
            )[0][0]
        )

    def wait_until(self, reached: Callable[[], bool], what: str, box: Box) -> None:
        """Raises AssertionError with the agent's last words when it takes too long."""
        until = time.monotonic() + PATIENCE_S
        while not reached():
            assert time.monotonic() < until, f"{what}: not within {PATIENCE_S:.0f} s; {box.log.read_text()[-600:]}"
            time.sleep(0.1)

    # -- strokes ----------------------------------------------------------------------------------------------------

    def program_strike(self, name: str) -> None:
        strikes.program(self.stack, name)

    def redis_strike(self) -> None:
        strikes.redis(self.stack)

    def postgres_strike(self) -> None:
        strikes.postgres(self.stack)

    def backend_strike(self) -> None:
        strikes.backend(self.stack)
