"""One lab: network, servers, and a real sensor (Suricata inline, clamd, the agent), all ended with the context.

The agent runs in the root namespace, from where it reaches the platform; only Suricata runs in the box's namespace.
"""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from lab import check
from lab.eicar import signatures_write
from lab.network import LAN_NET, LAN_PORT, LAN_SERVER, WAN_PORT, WAN_WEB, LabError, Network
from sensor_agent.guard import State, report_read

ROOT = Path(__file__).resolve().parents[1]
RULES = Path(__file__).parent / "rules" / "lab.rules"
WEBGUARD_NAMES = ("phishing.example", "malware.example.net")
READY_S = 60.0


class Lab:
    """Builds on entering; `sensor_start` runs the agent. `folder` keeps logs, state and eve.json after the end."""

    def __init__(
        self,
        folder: Path,
        *,
        prefix: str,
        platform_url: str = "http://127.0.0.1:8000",
        python: Sequence[str] = (sys.executable,),
        heartbeat_s: float = 5.0,
        aggregate_s: float = 20.0,
    ) -> None:
        self.folder = folder.resolve()
        self.network = Network(prefix)
        self.config_path = self.folder / "sensor.toml"
        self.state_dir = self.folder / "sensor"
        self.eve_path = self.state_dir / "suricata" / "log" / "eve.json"
        self._platform_url = platform_url
        self._python = list(python)
        self._heartbeat_s = heartbeat_s
        self._aggregate_s = aggregate_s
        self._processes: list[subprocess.Popen[bytes]] = []
        self._sensor: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        reason = check.problem()
        if reason:
            raise LabError(reason)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._write_configuration()
        self.network.__enter__()
        try:
            self._offloads_off()
            self._start_servers()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.sensor_stop()
        finally:
            for process in self._processes:
                process.kill()
                process.wait()
            self._processes.clear()
            self.network.remove()

    # -- the sensor -------------------------------------------------------------------------------------------------

    def agent(self, *arguments: str, timeout_s: float = 120.0) -> subprocess.CompletedProcess[str]:
        """Run one command of the agent (activate, status, replay…) and wait for it."""
        return subprocess.run(
            self.agent_command(*arguments), cwd=ROOT, capture_output=True, text=True, timeout=timeout_s, check=False
        )

    def agent_command(self, *arguments: str) -> list[str]:
        return [*self._python, "-m", "sensor_agent", "--config", str(self.config_path), *arguments]

    def sensor_start(self) -> None:
        """Run the agent and wait until traffic passes the bridge and antivirus answers. Raises LabError."""
        with (self.folder / "agent.log").open("ab") as output:
            self._sensor = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", *self.agent_command("run")], cwd=ROOT, stdout=output, stderr=output
            )
        until = time.monotonic() + READY_S
        while time.monotonic() < until:
            if self._sensor.poll() is not None:
                raise LabError(f"the agent ended: {self.agent_log_tail()}")
            if (self.state_dir / "run" / "clamd.sock").exists() and self._inspects() and self._bridge_passes():
                return
            time.sleep(0.2)
        raise LabError(f"the sensor was not ready within {READY_S:.0f} s: {self.agent_log_tail()}")

    def sensor_stop(self) -> None:
        if self._sensor is None:
            return
        if self._sensor.poll() is None:
            self._sensor.send_signal(signal.SIGTERM)
            try:
                self._sensor.wait(45)
            except subprocess.TimeoutExpired:
                self._sensor.kill()
                self._sensor.wait()
        self._sensor = None

    def sensor_kill(self) -> None:
        """kill -9, as a fault; start it again with `sensor_start`."""
        if self._sensor is not None:
            self._sensor.kill()
            self._sensor.wait()
            self._sensor = None

    @property
    def sensor_pid(self) -> int | None:
        return self._sensor.pid if self._sensor else None

    def agent_log_tail(self) -> str:
        path = self.folder / "agent.log"
        return " | ".join(path.read_text(errors="replace").splitlines()[-5:]) if path.exists() else ""

    # -- actions ----------------------------------------------------------------------------------------------------

    def act(self, namespace: str, **order: Any) -> dict[str, Any]:
        """One client action inside a namespace; see lab/client.py. Raises LabError when it could not be tried."""
        return self._answer(self._begin(namespace, order))

    def act_together(self, namespace: str, orders: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Several actions at the same time, answers in the same order."""
        return [self._answer(process) for process in [self._begin(namespace, order) for order in orders]]

    def _begin(self, namespace: str, order: dict[str, Any]) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*self.network.inside(namespace), sys.executable, "-m", "lab.client", json.dumps(order)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @staticmethod
    def _answer(process: subprocess.Popen[str]) -> dict[str, Any]:
        output, errors = process.communicate(timeout=60)
        if process.returncode != 0:
            raise LabError(f"client: {errors.strip().splitlines()[-1] if errors.strip() else process.returncode}")
        answer: dict[str, Any] = json.loads(output)
        return answer

    # -- inside -----------------------------------------------------------------------------------------------------

    def _inspects(self) -> bool:
        """Whether the engine inspects. Traffic passes around it as well, so the guard's report decides."""
        report = report_read(self.state_dir)
        return report is not None and report.state == State.INSPECTING

    def _bridge_passes(self) -> bool:
        seen = self.act(self.network.lan, kind="http", address=WAN_WEB, path="/", timeout=1)
        return bool(seen["status"] == 200)

    def _offloads_off(self) -> None:
        ends = ((self.network.box, (LAN_PORT, WAN_PORT)), (self.network.lan, ("eth0",)), (self.network.wan, ("eth0",)))
        for namespace, ports in ends:
            command = [*self.network.inside(namespace), sys.executable, "-m", "sensor_agent.ports", *ports]
            subprocess.run(command, cwd=ROOT, check=True, timeout=20)

    def _start_servers(self) -> None:
        for namespace, side in ((self.network.lan, "lan"), (self.network.wan, "wan")):
            inside = [*self.network.inside(namespace), "setpriv", "--pdeathsig", "KILL"]
            process = subprocess.Popen(
                [*inside, sys.executable, "-m", "lab.servers", side], cwd=ROOT, stdout=subprocess.PIPE
            )
            self._processes.append(process)
            if process.stdout is None or process.stdout.readline() != b"ready\n":
                raise LabError(f"the {side} servers did not start")
        self.act(self.network.lan, kind="http", address=LAN_SERVER, path="/")

    def _write_configuration(self) -> None:
        signatures_write(self.folder / "signatures")
        (self.folder / "webguard.txt").write_text("\n".join(WEBGUARD_NAMES) + "\n", encoding="utf-8")
        self.config_path.write_text(self.configuration_text(), encoding="utf-8")

    def configuration_text(self) -> str:
        """sensor.toml of this lab's box."""
        return "\n".join(
            [
                "[agent]",
                f"state_dir = {json.dumps(str(self.state_dir))}",
                f"run_dir = {json.dumps(str(self.state_dir / 'run'))}",
                f"heartbeat_s = {self._heartbeat_s}",
                f"aggregate_s = {self._aggregate_s}",
                "orders_s = 1.0",
                "[platform]",
                f"url = {json.dumps(self._platform_url)}",
                "[suricata]",
                f"command_prefix = {json.dumps(list(self.network.inside(self.network.box)))}",
                f"ports = {json.dumps([LAN_PORT, WAN_PORT])}",
                f"home_net = {json.dumps([LAN_NET])}",
                f"rule_files = {json.dumps([str(RULES)])}",
                "[clamd]",
                f"database_dir = {json.dumps(str(self.folder / 'signatures'))}",
                "[webguard]",
                f"lists = {json.dumps([str(self.folder / 'webguard.txt')])}",
                "",
            ]
        )
