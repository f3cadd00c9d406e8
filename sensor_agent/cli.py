"""Command line of the sensor agent: activate, run, status, replay."""

import argparse
import json
import logging
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from sensor_agent import __version__, installing
from sensor_agent.bridge import BridgeError
from sensor_agent.config import Config, ConfigError, config_load
from sensor_agent.guard import Guard, lock_take
from sensor_agent.identity import NotActivatedError, identity_load
from sensor_agent.platform import UnreachableError
from sensor_agent.replay import ReplayResult, replay
from sensor_agent.sensor import Sensor
from sensor_agent.setup import SetupError
from sensor_agent.spool import SpoolBusyError
from sensor_agent.suricata import SuricataError

DEFAULT_CONFIG = Path("/etc/otasuke-sensor/sensor.toml")
SILENT_AFTER_S = 300.0


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        if getattr(options, "before_configuration", None) is not None:
            return int(options.before_configuration(options))
        return int(options.command(config_load(options.config), options))
    except (
        BridgeError,
        ConfigError,
        NotActivatedError,
        SetupError,
        SpoolBusyError,
        SuricataError,
        UnreachableError,
        ValueError,
    ) as problem:
        print(f"otasuke-sensor: {problem}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="otasuke-sensor", description="The program on the Otasuke sensor box.")
    parser.add_argument("--config", type=Path, default=DEFAULT_CONFIG, help=f"default {DEFAULT_CONFIG}")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    order = commands.add_parser("activate", help="register this box with its one-time code")
    order.add_argument("--code", required=True)
    order.add_argument("--platform", help="address of the platform; default from the configuration")
    order.set_defaults(command=_activate)

    order = commands.add_parser("run", help="protect and report until stopped")
    order.set_defaults(command=_run)

    installing.parsers_add(commands)

    order = commands.add_parser("guard", help="only keep traffic flowing and the engine running, until stopped")
    order.set_defaults(command=_guard)

    order = commands.add_parser("status", help="what the running agent last said of itself; 1 when it is silent")
    order.add_argument("--json", action="store_true")
    order.set_defaults(command=_status)

    order = commands.add_parser("replay", help="ship a recorded EVE file; 1 when not all of it was stored")
    order.add_argument("file", type=Path)
    order.add_argument("--as-is", action="store_true", help="keep the recorded times instead of moving them to now")
    order.add_argument("--again", action="store_true", help="start over instead of going on after a kill")
    order.add_argument("--speed", type=float, default=0.0, metavar="N", help="lines a second; default unlimited")
    order.add_argument("--max", type=int, default=0, metavar="N", help="stop after N lines")
    order.add_argument("--timeout", type=float, default=600.0, metavar="S", help="wait so long for the platform")
    order.add_argument("--no-ship", action="store_true", help="only fill the spool")
    order.add_argument("--json", action="store_true", help="print the result as one JSON line")
    order.set_defaults(command=_replay)
    return parser


def _activate(config: Config, options: argparse.Namespace) -> int:
    return installing.activate(config, options.platform, options.code)


def _run(config: Config, options: argparse.Namespace) -> int:
    sensor = Sensor(config)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: sensor.stop.set())
    sensor.run()
    return 0


def _guard(config: Config, options: argparse.Namespace) -> int:
    lock = lock_take(config.state_dir)
    if lock is None:
        raise ConfigError("a guard is running already")
    with lock:
        Guard(config).run()
    return 0


def _status(config: Config, options: argparse.Namespace) -> int:
    try:
        status = json.loads((config.state_dir / "status.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        print("no status yet: the agent has not run or is not activated", file=sys.stderr)
        return 1
    age = time.time() - status["written_at"]
    if options.json:
        print(json.dumps({**status, "age_s": round(age, 1)}))
    else:
        functions = ", ".join(f"{name} {state}" for name, state in status["functions"].items())
        print(f"protection {status['protection']} ({functions}), told {age:.0f} s ago")
        print(f"waiting to be sent: {status['spool']['batches']} batches, {status['spool']['bytes']} bytes")
        if status["last_problem"]:
            print(f"last problem: {status['last_problem']}")
    return 0 if age < SILENT_AFTER_S else 1


def _replay(config: Config, options: argparse.Namespace) -> int:
    if not options.file.is_file():
        raise ConfigError(f"{options.file}: no such file")
    identity = None if options.no_ship else identity_load(config.state_dir / "identity")
    result = replay(
        config,
        identity,
        options.file,
        as_is=options.as_is,
        again=options.again,
        speed=options.speed,
        max_lines=options.max,
        timeout_s=options.timeout,
        progress=_Progress(),
    )
    print(json.dumps(asdict(result)) if options.json else _replay_text(result), flush=True)
    return 0 if result.complete or options.no_ship else 1


class _Progress:
    """A line on standard error about every second."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def __call__(self, result: ReplayResult) -> None:
        if time.monotonic() - self._last >= 1.0:
            self._last = time.monotonic()
            print(f"read {result.lines}, spooled {result.spooled}, waiting {result.waiting} batches", file=sys.stderr)


def _replay_text(result: ReplayResult) -> str:
    kinds = ", ".join(f"{name} {count}" for name, count in sorted(result.events.items()))
    text = (
        f"{result.lines} lines read in {result.seconds} s: {result.spooled} events spooled "
        f"(epoch {result.epoch}, {result.first_seq}–{result.last_seq}), {result.stored} stored, "
        f"{result.rejected} refused, {result.waiting} batches waiting ({kinds})"
    )
    return text + (f"; last problem: {result.last_problem}" if result.last_problem and not result.complete else "")
