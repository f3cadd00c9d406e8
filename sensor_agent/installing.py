"""Commands for the person who installs a box: setup, doctor, activate, rotate-key, uninstall."""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from sensor_agent import __version__, doctor, health, setup
from sensor_agent.clock import Clock
from sensor_agent.config import Config, ConfigError, config_load
from sensor_agent.guard import State, report_read
from sensor_agent.identity import (
    Device,
    activation_order,
    device_store,
    identity_load,
    key_load_or_make,
    rotation_order,
)
from sensor_agent.placement import Ports
from sensor_agent.platform import Platform
from sensor_agent.words import say

READY_S = 180.0
PLATFORM_FILE = Path("/etc/otasuke-sensor/platform.url")  # comes with the package of a programme


def parsers_add(commands: Any) -> None:
    """Add the commands to the command line's parser."""
    order = commands.add_parser("setup", help="make this machine a sensor: find the ports, write everything, check it")
    order.add_argument("--code", help="activation code; asked for when it is not given")
    order.add_argument("--platform", help=f"address of the platform; default from {PLATFORM_FILE}")
    order.add_argument("--proxy", metavar="URL", help="HTTP proxy to the platform, as http://proxy.example:3128")
    order.add_argument("--lan", default="", help="name of the port of the firm's side; found out when it is not given")
    order.add_argument("--wan", default="", help="name of the router's port")
    order.add_argument("--rules", type=Path, action="append", default=[], help="rule file until the platform sends its")
    order.add_argument("--signatures", type=Path, help="folder of ClamAV signatures; default /var/lib/clamav")
    order.add_argument("--root", type=Path, default=Path("/"), help="put every file below this folder")
    order.add_argument("--supervisor", action="store_true", help="without systemd: run in the background")
    order.add_argument("--allow-http", action="store_true", help="for tests: a platform without TLS")
    order.add_argument("--dry-run", action="store_true", help="only show what would change")
    order.set_defaults(before_configuration=_setup)

    order = commands.add_parser("doctor", help="does it work, is it in the right place, what to do; 1 when not")
    order.add_argument("--listen", type=float, default=8.0, metavar="S", help="seconds to listen at the ports")
    order.set_defaults(command=_doctor)

    order = commands.add_parser("rotate-key", help="make a new key for this box; the old one ends when it is used")
    order.set_defaults(command=_rotate_key)

    order = commands.add_parser("uninstall", help="take the sensor away again")
    order.add_argument("--root", type=Path, default=Path("/"))
    order.add_argument("--dry-run", action="store_true", help="only show what would change")
    order.set_defaults(before_configuration=_uninstall)


def activate(config: Config, platform_url: str | None, code: str) -> int:
    """Register this box by its one-time code; 1 when the platform refuses. Raises ConfigError, UnreachableError."""
    url = platform_url or config.platform_url
    if not url:
        raise ConfigError("platform.url is missing: give --platform")
    folder = config.state_dir / "identity"
    key = key_load_or_make(folder)
    platform = Platform(url, allow_http=config.allow_http, proxy=config.proxy)
    order = activation_order(key, code.strip().upper(), health.hardware(), __version__)
    answer = platform.request("POST", "activations", json.dumps(order).encode(), {"Content-Type": "application/json"})
    if answer.status != 201:
        detail, reference = answer.data.get("detail", ""), answer.data.get("reference", "")
        print(f"not activated: {answer.status} {answer.error} {detail} (reference {reference})", file=sys.stderr)
        return 1
    fields = {name: answer.data[name] for name in ("device_id", "key_id", "platform_public_key")}
    device_store(folder, Device(**fields, platform_url=platform.url, settings=answer.data.get("settings") or {}))
    print(f"activated as {fields['device_id']}")
    return 0


def _setup(options: argparse.Namespace) -> int:
    missing = setup.missing_programs()
    if missing:
        raise setup.SetupError(
            say("足りないものがあります。先に実行してください: ", "first: ") + f"apt install {' '.join(missing)}"
        )
    answers = setup.Answers(
        platform=options.platform or _platform_default(),
        code=options.code or "",
        lan=options.lan,
        wan=options.wan,
        rules=[path.resolve() for path in options.rules],
        signatures=options.signatures.resolve() if options.signatures else None,
        root=options.root.resolve(),
        supervisor=options.supervisor,
        allow_http=options.allow_http,
        proxy=options.proxy,
    )
    _addresses_check(answers)
    ports = setup.ports_choose(answers)
    _ports_say(ports)
    plan = setup.plan_make(answers, ports)
    if options.dry_run:
        print(plan.shown())
        return 0
    code = answers.code or input(say("利用開始コード: ", "activation code: "))
    plan.carry_out(setup.command_run)
    config = config_load(setup.Places(answers.root).config)
    if not (config.state_dir / "identity" / "device.json").exists() and activate(config, None, code):
        return 1
    if answers.supervisor:
        assert config.source is not None
        setup.supervisor_start(config.source, config.state_dir / "log" / "agent.log")
    return _checked(config)


def _addresses_check(answers: setup.Answers) -> None:
    """Before anything is written. Raises SetupError."""
    try:
        if answers.platform:
            Platform(answers.platform, allow_http=answers.allow_http, proxy=answers.proxy)
    except ValueError as problem:
        raise setup.SetupError(
            say(f"アドレスを確かめてください: {problem}", f"look at the address: {problem}")
        ) from None


def _ports_say(ports: Ports) -> None:
    print(say(f"ルーター側: {ports.wan}  社内側: {ports.lan}", f"router: {ports.wan}  office: {ports.lan}"))
    if ports.above_router:
        print(
            say(
                "注意: このセンサーはルーターより回線側にあるようです。ルーターと社内のハブの間につないでください。",
                "look: the box seems to sit between the router and the line; put it between router and hub",
            )
        )


def _checked(config: Config) -> int:
    """Wait until it protects, then say what the doctor finds."""
    until = time.monotonic() + READY_S
    while time.monotonic() < until:
        report = report_read(config.state_dir)
        if report is not None and report.state == State.INSPECTING and (config.state_dir / "status.json").exists():
            break
        time.sleep(0.5)
    return _print_findings(config, 0.0)


def _print_findings(config: Config, listen_s: float) -> int:
    findings = list(doctor.examine(config, listen_s=listen_s))
    for finding in findings:
        print(finding, flush=True)
    well = all(finding.ok for finding in findings)
    print(say("すべて正常です。", "all is well.") if well else say("上の「要確認」を見てください。", "see LOOK above."))
    return 0 if well else 1


def _doctor(config: Config, options: argparse.Namespace) -> int:
    return _print_findings(config, options.listen)


def _rotate_key(config: Config, options: argparse.Namespace) -> int:
    folder = config.state_dir / "identity"
    identity = identity_load(folder)
    device = identity.device
    name = f"key-{int(time.time())}.pem"
    key = key_load_or_make(folder, name)
    platform = Platform(config.platform_url or device.platform_url, allow_http=config.allow_http, proxy=config.proxy)
    clock = Clock()
    clock.measure(platform, identity)
    body = json.dumps(rotation_order(key, device.device_id)).encode()
    headers = identity.headers("POST", platform.path("keys"), body, clock.now(), clock.offset_ms)
    answer = platform.request("POST", "keys", body, {**headers, "Content-Type": "application/json"})
    if answer.status != 201:
        (folder / name).unlink(missing_ok=True)
        print(f"not changed: {answer.status} {answer.error} {answer.data.get('detail', '')}", file=sys.stderr)
        return 1
    device_store(
        folder,
        Device(
            device.device_id,
            str(answer.data["key_id"]),
            device.platform_public_key,
            device.platform_url,
            device.settings,
            name,
        ),
    )
    print(say("新しい鍵になりました。", "the key is new.") + " systemctl restart otasuke-sensor")
    return 0


def _uninstall(options: argparse.Namespace) -> int:
    plan = setup.plan_undo(options.root.resolve())
    if options.dry_run:
        print(plan.shown())
        return 0
    for command in plan.commands:
        try:
            setup.command_run(command)
        except setup.SetupError as problem:
            print(problem, file=sys.stderr)
    return 0


def _platform_default() -> str:
    try:
        return PLATFORM_FILE.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise setup.SetupError(f"{PLATFORM_FILE} is missing: give --platform") from None
