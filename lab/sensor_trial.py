"""`make sensor-trial`: a box made by `otasuke-sensor setup` alone, from the Debian package, does the main job.

The package is unpacked, not installed; Debian's own Python runs it in the box's namespace, which reaches the platform
over a port of its own. Beside the demo's scenario: the engine is killed and stopped in a stream of packets, and the SOC
lists a site and makes a suppression on its pages. Writes var/trial/summary.json; exit 1 when a line fails.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path

from lab import check, scenario
from lab.lab import RULES, WEBGUARD_NAMES, Lab
from lab.network import LAN_CLIENT, LAN_PORT, WAN_CALLBACK, WAN_PORT, WAN_WEB, ip
from lab.scene import activation_code, errors_in_one_line, table_head, table_line
from lab.story import Line, Story, require
from ops import deb
from ops.accounts import CHECKOUT
from ops.stack import Stack
from sensor_agent.guard import Report, State, report_read
from sensor_agent.setup import Places

DIRECTORY = CHECKOUT / "var" / "trial"
PYTHON = "/usr/bin/python3"  # Debian's, which is all that a box has
RATE = 500  # packets a second
SHORT_S, HANG_S = 2.0, 6.0  # a hang is waited for 2 s before the engine is taken for dead
ORDER_S = 120.0  # the box asks for orders every 30 s, tests and applies them, then reports


class SetUpBox(Lab):
    """A lab whose box is set up by the one command, in its namespace; it lives on when that command has ended."""

    def __init__(self, folder: Path, prefix: str) -> None:
        super().__init__(folder, prefix=prefix)
        self.root = self.folder / "root"
        self.package = self.folder / "package"
        self.state_dir = Places(self.root).state
        self.eve_path = self.state_dir / "suricata" / "log" / "eve.json"

    def otasuke_sensor(self, *arguments: str, timeout_s: float = 300.0) -> subprocess.CompletedProcess[str]:
        """The package's command, by Debian's Python and nothing of this checkout."""
        environment = {"PATH": os.environ["PATH"], "LANG": "ja_JP.UTF-8", "HOME": "/root"}
        return subprocess.run(
            [*self.network.inside(self.network.box), PYTHON, "-P", "-m", "sensor_agent", *arguments],
            cwd="/",
            env=environment | {"PYTHONPATH": str(self.package / "usr/lib/otasuke-sensor")},
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )

    def unpack(self) -> None:
        """The Debian package, as `apt install` would lay it out."""
        built = deb.build(self.folder)
        subprocess.run(["dpkg-deb", "-x", str(built), str(self.package)], check=True)

    def sensor_stop(self) -> None:
        """End the agent, which ends guard and engine."""
        for process in self._agents():
            os.kill(process, signal.SIGTERM)
        until = time.monotonic() + 45
        while self._agents() and time.monotonic() < until:
            time.sleep(0.2)

    def report(self) -> Report:
        """What the guard says. Raises LookupError when it says nothing."""
        report = report_read(self.state_dir)
        if report is None:
            raise LookupError("the guard says nothing")
        return report

    def inspecting(self) -> Report:
        """What the guard says once traffic goes through the engine, or after 30 s."""
        until = time.monotonic() + 30
        while (report := self.report()).state != State.INSPECTING and time.monotonic() < until:
            time.sleep(0.1)
        return report

    def _agents(self) -> list[int]:
        agents = []
        for process in ip("netns", "pids", self.network.box, check=False).split():
            words = Path(f"/proc/{process}/cmdline")
            if words.exists() and words.read_bytes().endswith(b"\0run\0"):
                agents.append(int(process))
        return agents


class Trial:
    """The steps that are not the demo's."""

    def __init__(self, stack: Stack, box: SetUpBox, story: Story) -> None:
        self._stack, self._box, self._story = stack, box, story
        self._soc = story.visitor("soc")
        self._firm = story.firm.firm_id

    def set_up(self) -> str:
        """The one command, while somebody in the firm uses the internet."""
        began, done = time.monotonic(), threading.Event()

        def browse() -> None:
            while not done.is_set():
                self._box.act(self._box.network.lan, kind="http", address=WAN_WEB, path="/", timeout=1)

        someone = threading.Thread(target=browse, daemon=True)
        someone.start()
        try:
            platform = ("--code", activation_code(self._stack), "--platform", self._stack.url, "--allow-http")
            folders = ("--root", self._box.root, "--rules", RULES, "--signatures", self._box.folder / "signatures")
            setup = self._box.otasuke_sensor("setup", "--supervisor", *platform, *map(str, folders))
        finally:
            done.set()
            someone.join(10)
        require(setup.returncode == 0, f"{setup.stdout[-400:]} {setup.stderr[-400:]}")
        require(f"ルーター側: {WAN_PORT}  社内側: {LAN_PORT}" in setup.stdout, setup.stdout)
        return f"{setup.stdout.strip().splitlines()[-1]} ({time.monotonic() - began:.0f} s)"

    def listed_site(self) -> str:
        """The SOC blocks sites by name; the box says that it holds them."""
        began = time.monotonic()
        for name in WEBGUARD_NAMES:
            page = self._soc.post("/boxes/names/", {"name": name, "kind": "block", "reason": "試験"})
            require(page.status == 200 and name in page.text, f"status {page.status}")
        held = self._story.poll(
            lambda: self._soc.get("/boxes/names/").text.count("台中1台") == len(WEBGUARD_NAMES), ORDER_S
        )
        require(bool(held), "the box does not hold them")
        return f"held by the box after {time.monotonic() - began:.0f} s"

    def killed(self) -> str:
        """Packets keep passing when the engine dies."""
        before = self._box.inspecting()
        seen = self._stream(before.engine_pid, signal.SIGKILL, 5)
        require(seen["longest_silence_s"] < SHORT_S and not seen["doubled"], f"{seen}")
        require(self._box.inspecting().engine_pid != before.engine_pid, "the engine did not come back")
        return _counted(seen)

    def stopped(self) -> str:
        """Packets keep passing when the engine lives but forwards nothing."""
        before = self._box.inspecting()
        seen = self._stream(before.engine_pid, signal.SIGSTOP, 8)
        require(seen["longest_silence_s"] < HANG_S and not seen["doubled"], f"{seen}")
        after = self._box.inspecting()
        require(after.hangs == before.hangs + 1 and after.state == State.INSPECTING, f"{after}")
        return _counted(seen)

    def unprotected_time_shown(self) -> str:
        """The platform counts what was not inspected."""
        page = f"/boxes/{self._firm}/{self._number()}/"
        words = re.compile(r"<strong>(1分未満|[^<]*分[^<]*|[^<]*秒[^<]*)</strong>")
        shown = self._story.poll(
            lambda: words.findall(self._soc.get(page).text.split("検査していなかった時間")[-1]), 90
        )
        require(bool(shown), "the box's page shows no time without inspection")
        return f"the SOC reads: {shown[0]}"

    def suppressed(self) -> str:
        """An analyst lets the callback be for one machine; the box applies and counts it."""
        (group,) = self._stack.rows(
            "SELECT id FROM alerts_alertgroup WHERE tenant_id = %s AND function = 'ips' AND direction = 'outbound'"
            " ORDER BY last_at DESC LIMIT 1",
            self._firm,
        )
        path = f"/soc/alerts/{self._firm}/{group[0]}/suppress/"
        fields = {"source": LAN_CLIENT, "destination": WAN_CALLBACK, "device": "", "effect": "allow", "days": "7"}
        began = time.monotonic()
        page = self._soc.post(path, fields | {"reason": "試験の通信"})
        require(page.status == 200 and "試験の通信" in page.text, f"status {page.status}")
        require(bool(self._story.poll(lambda: "適用済み" in self._soc.get(path).text, ORDER_S)), "not applied")
        applied = time.monotonic() - began
        require(not scenario.callback(self._box, 2)["blocked"], "still blocked")
        hits = re.compile(r'class="num"><span>2<')
        require(bool(self._story.poll(lambda: hits.search(self._soc.get(path).text), ORDER_S)), "no hits on the page")
        return f"applied on the box after {applied:.0f} s, 2 hits on the page"

    def _number(self) -> int:
        sql = "SELECT id FROM sensors_sensor WHERE tenant_id = %s AND last_seen_at IS NOT NULL ORDER BY id DESC LIMIT 1"
        return int(self._stack.rows(sql, self._firm)[0][0])

    def _stream(self, engine: int, blow: signal.Signals, seconds: int) -> dict[str, float]:
        """A stream of numbered packets through the box, in whose first second the engine is struck."""
        network, python = self._box.network, [sys.executable, "-m", "lab.stream"]
        with subprocess.Popen(
            [*network.inside(network.wan), *python, "hear", "5999"], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
        ) as ear:
            assert ear.stdout is not None
            require(ear.stdout.readline() == "ready\n", "nobody listens")
            send = [*python, "send", WAN_WEB, "5999", str(seconds), str(RATE)]
            mouth = subprocess.Popen([*network.inside(network.lan), *send], cwd=CHECKOUT)
            time.sleep(0.7)
            os.kill(engine, blow)
            mouth.wait(60)
            seen: dict[str, float] = json.loads(ear.stdout.readline())
        return seen


def _counted(seen: dict[str, float]) -> str:
    silence = seen["longest_silence_s"]
    return f"{seen['lost']:.0f} of {seen['sent']:.0f} packets lost, 0 doubled, longest silence {silence:.2f} s"


def main() -> int:
    """Set up, play, report."""
    if reason := check.problem():
        print(f"sensor-trial needs real packets: {reason}", file=sys.stderr)
        return 2
    began = time.monotonic()
    number = os.getpid() % 250
    here, there = f"10.214.{number}.1", f"10.214.{number}.2"
    folder = DIRECTORY / "sensor"
    shutil.rmtree(folder, ignore_errors=True)
    with SetUpBox(folder, f"tr{os.getpid() % 10000}") as box:
        box.unpack()
        box.network.own_port(here, there)
        with Stack(DIRECTORY, host=here, fresh=True) as stack:
            print(table_head(), flush=True)
            lines = _play(stack, box)
    summary = {"ok": all(line.ok for line in lines), "seconds": round(time.monotonic() - began, 1)}
    text = json.dumps(summary | {"lines": [asdict(line) for line in lines]}, ensure_ascii=False, indent=2)
    (DIRECTORY / "summary.json").write_text(text + "\n", encoding="utf-8")
    failed = sum(not line.ok for line in lines)
    print(f"sensor-trial: {len(lines) - failed} passed, {failed} failed in {summary['seconds']} s", flush=True)
    return 1 if failed else 0


def _play(stack: Stack, box: SetUpBox) -> list[Line]:
    story = Story(stack, box, lambda line: print(table_line(line), flush=True))
    trial = Trial(stack, box, story)
    story.do("a", "otasuke-sensor setup", "finds its ports, protects, says so", trial.set_up)
    story.do("b", "the SOC lists dangerous sites", "the box holds them", trial.listed_site)
    story.day()
    story.do("c", "the engine is killed", f"traffic within {SHORT_S:.0f} s, none doubled", trial.killed)
    story.do("d", "the engine forwards nothing (SIGSTOP)", f"traffic within {HANG_S:.0f} s", trial.stopped)
    story.do("e", "the platform is told", "time without inspection counted", trial.unprotected_time_shown)
    story.do("f", "the SOC lets a callback be", "applied, passes, hits shown", trial.suppressed)
    story.end()
    return story.lines


if __name__ == "__main__":
    sys.exit(errors_in_one_line("sensor-trial", main))
