"""One command from a bare Debian to a protecting box: what is to be changed is a list first, then it is done."""

import json
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sensor_agent import placement
from sensor_agent.isolation_rules import REMOVE
from sensor_agent.words import say

UNITS = Path(__file__).parent / "units"
SERVICES = ("otasuke-guard.service", "otasuke-clamd.service", "otasuke-sensor.service")
USER = "otasuke-sensor"
LEAST_MEMORY_MB = 3_000  # ClamAV's official signatures need 1.2 GiB and twice that while they are read anew
PROGRAMS = {
    "suricata": "suricata",
    "suricata-update": "suricata-update",
    "clamd": "clamav-daemon",
    "ip": "iproute2",
    "nft": "nftables",
}


class SetupError(Exception):
    """Setting up cannot go on; the text says what is missing and what to do."""


@dataclass(frozen=True)
class Answers:
    """What the installer answered. `root` puts every file below another folder, `supervisor` does without systemd."""

    platform: str
    code: str
    lan: str = ""
    wan: str = ""
    rules: Sequence[Path] = ()
    signatures: Path | None = None
    root: Path = Path("/")
    supervisor: bool = False
    allow_http: bool = False
    proxy: str | None = None


@dataclass
class Plan:
    """What will change: files with their content, then commands."""

    files: dict[Path, str] = field(default_factory=dict)
    commands: list[list[str]] = field(default_factory=list)

    def shown(self) -> str:
        """Every change, for `--dry-run`."""
        lines = []
        for path, text in self.files.items():
            same = path.exists() and path.read_text(encoding="utf-8") == text
            lines.append(f"{say('変更なし', 'unchanged') if same else say('書く', 'write')}  {path}")
            lines += [] if same else [f"    {line}" for line in text.splitlines()]
        return "\n".join([*lines, *(f"{say('実行', 'run')}  {' '.join(command)}" for command in self.commands)])

    def carry_out(self, run: Callable[[Sequence[str]], None]) -> None:
        """Write and run. Raises OSError, SetupError."""
        for path, text in self.files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        for command in self.commands:
            run(command)


def missing_programs() -> list[str]:
    """Debian packages of programs that are not installed; a machine too small for antivirus needs no ClamAV."""
    wanted = {name: package for name, package in PROGRAMS.items() if name != "clamd" or antivirus_fits()}
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
    return [package for program, package in wanted.items() if not shutil.which(program, path=path)]


def memory_mb() -> int:
    """Memory of this machine in MiB."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20


def antivirus_fits() -> bool:
    """Whether this machine has the memory for antivirus."""
    return memory_mb() >= LEAST_MEMORY_MB


def ports_choose(answers: Answers) -> placement.Ports:
    """The ports that were given, else those that listening shows. Raises SetupError with what to do."""
    if answers.lan and answers.wan:
        return placement.Ports(answers.lan, answers.wan, {})
    ports = placement.candidates()
    try:
        pair = placement.pair_of(ports)
        both = " / ".join(pair)
        print(say(f"{both} の向きを調べています…", f"{both}: finding out which leads to the router…"))
        return placement.ports_recognise(pair)
    except placement.UndecidedError as problem:
        raise SetupError(
            say(
                f"ルーター側の口がわかりません(見つかった口: {problem})。両方のLANケーブルをさして、"
                "パソコンの電源が入った状態でもう一度実行するか、--lan 口の名前 --wan 口の名前 を付けてください。",
                f"cannot tell which port leads to the router (found: {problem}). Plug both cables in, switch "
                "a PC on and try again, or give --lan NAME --wan NAME.",
            )
        ) from None


def plan_make(answers: Answers, ports: placement.Ports) -> Plan:
    """What setting up will change."""
    plan = Plan()
    at = Places(answers.root)
    antivirus = antivirus_fits()
    plan.files[at.config] = _configuration(answers, ports, at, antivirus)
    if answers.supervisor:
        return plan
    if not _user_exists():
        plan.commands.append(["adduser", "--system", "--group", "--home", str(at.state), "--no-create-home", USER])
    for name in SERVICES:
        if name != "otasuke-clamd.service" or antivirus:
            plan.files[at.units / name] = (UNITS / name).read_text(encoding="utf-8")
    plan.files[at.network] = _network()
    plan.commands.append(["install", "-d", "-o", USER, "-g", USER, "-m", "0750", str(at.state)])
    plan.commands.append(["systemctl", "daemon-reload"])
    plan.commands += [["systemctl", "enable", "--now", name] for name in SERVICES if at.units / name in plan.files]
    return plan


def plan_undo(root: Path) -> Plan:
    """What taking the sensor away runs; the ports are joined by the kernel's bridge until the next start."""
    at = Places(root)
    plan = Plan()
    plan.commands = [["systemctl", "disable", "--now", name] for name in reversed(SERVICES)]
    plan.commands.append(["nft", "; ".join(REMOVE.splitlines())])  # nobody is left to end an isolation early
    plan.commands += [["rm", "-f", str(at.units / name)] for name in SERVICES]
    plan.commands += [["rm", "-f", str(at.network)], ["rm", "-rf", str(at.config.parent), str(at.state)]]
    plan.commands.append(["systemctl", "daemon-reload"])
    return plan


class Places:
    """Where things are, below `root`."""

    def __init__(self, root: Path) -> None:
        self.config = root / "etc" / "otasuke-sensor" / "sensor.toml"
        self.units = root / "etc" / "systemd" / "system"
        self.network = root / "etc" / "network" / "interfaces.d" / "otasuke-sensor"
        self.state = root / "var" / "lib" / "otasuke-sensor"
        self.run = root / "run" / "otasuke-sensor"


def command_run(command: Sequence[str]) -> None:
    """Run one command of a plan. Raises SetupError with its complaint."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    if done.returncode != 0:
        raise SetupError(f"{' '.join(command)}: {(done.stderr or done.stdout).strip()}")


def supervisor_start(config: Path, log: Path) -> int:
    """Start the agent in the background where there is no systemd; → its process id."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        agent = subprocess.Popen(
            [sys.executable, "-m", "sensor_agent", "--config", str(config), "run"],
            cwd=Path(__file__).resolve().parent.parent,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    return agent.pid


def _user_exists() -> bool:
    try:
        pwd.getpwnam(USER)
    except KeyError:
        return False
    return True


def _configuration(answers: Answers, ports: placement.Ports, at: Places, antivirus: bool) -> str:
    rules = [str(path) for path in answers.rules]
    lines = [
        "# Written by `otasuke-sensor setup`.",
        "[agent]",
        f'state_dir = "{at.state}"',
        f'run_dir = "{at.run}"',
        f"supervise = {'true' if answers.supervisor else 'false'}",
        "[platform]",
        f'url = "{answers.platform}"',
        *(["allow_http = true"] if answers.allow_http else []),
        *([f"proxy = {json.dumps(answers.proxy)}"] if answers.proxy else []),
        "[suricata]",
        f'ports = ["{ports.lan}", "{ports.wan}"]',
        f"rule_files = [{', '.join(repr(path) for path in rules)}]".replace("'", '"'),
    ]
    if antivirus:
        signatures = answers.signatures or Path("/var/lib/clamav")
        lines += ["[clamd]", f"run = {'true' if answers.supervisor else 'false'}", f'database_dir = "{signatures}"']
    return "\n".join(lines) + "\n"


def _network() -> str:
    """The box's own address: asked from the router, on the bridge that always holds the WAN port."""
    return "allow-hotplug otwan\niface otwan inet dhcp\n"
