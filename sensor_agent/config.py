"""The agent's one TOML file, read into plain typed records. Every path may be overridden; defaults suit a real box."""

import ipaddress
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any


class ConfigError(Exception):
    """The configuration cannot be used; the text says which key and why."""


@dataclass(frozen=True)
class SuricataConfig:
    """How Suricata is run. `command_prefix` puts its guard into a network namespace; `ports`: LAN, WAN side."""

    run: bool = True
    binary: str = "/usr/bin/suricata"
    command_prefix: tuple[str, ...] = ()
    ports: tuple[str, str] | None = None
    home_net: tuple[str, ...] = ("192.168.0.0/16", "10.0.0.0/8", "172.16.0.0/12")
    rule_files: tuple[Path, ...] = ()
    work_dir: Path = Path("/var/lib/otasuke-sensor/suricata")
    command_socket: Path = Path("/run/otasuke-sensor/suricata.sock")
    max_file_bytes: int = 10 * 1024 * 1024
    threads: int = 1
    rotate_bytes: int = 64 * 1024 * 1024
    logs_bytes: int = 512 * 1024 * 1024

    @property
    def eve_path(self) -> Path:
        return self.work_dir / "log" / "eve.json"

    @property
    def filestore_dir(self) -> Path:
        return self.work_dir / "filestore"


@dataclass(frozen=True)
class ClamdConfig:
    """How clamd is run. `database_dir` None means antivirus is off (a 2 GB box) and shown as off."""

    run: bool = True
    binary: str = "/usr/sbin/clamd"
    database_dir: Path | None = None
    socket: Path = Path("/run/otasuke-sensor/clamd.sock")
    user: str | None = None


@dataclass(frozen=True)
class SpoolConfig:
    max_bytes: int = 1024 * 1024 * 1024
    max_events: int = 500
    max_age_s: float = 1.0


@dataclass(frozen=True)
class Config:
    """All settings of the agent; see docs/sensor.md for the file. `source` is that file.

    `supervise`: start the guard and clamd ourselves (no init system does). `hang_after_s`: an engine that forwards
    nothing for so long is killed.
    """

    state_dir: Path = Path("/var/lib/otasuke-sensor")
    source: Path | None = None
    supervise: bool = True
    hang_after_s: float = 2.0
    platform_url: str | None = None
    heartbeat_s: float = 60.0
    aggregate_s: float = 3600.0
    orders_s: float = 30.0
    allow_http: bool = False
    proxy: str | None = None
    suricata: SuricataConfig = field(default_factory=SuricataConfig)
    clamd: ClamdConfig = field(default_factory=ClamdConfig)
    webguard_lists: tuple[Path, ...] = ()
    spool: SpoolConfig = field(default_factory=SpoolConfig)


def config_load(path: Path) -> Config:
    """Read the TOML file. Relative paths in it count from the file's folder. Raises ConfigError."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise ConfigError(f"{path}: {problem}") from problem
    return replace(config_from_mapping(data, path.resolve().parent), source=path.resolve())


def config_from_mapping(data: Mapping[str, Any], base: Path) -> Config:
    """Build the configuration from parsed TOML. Raises ConfigError on an unknown key or a wrong value."""
    read = _Reader(data, base)
    state = read.path("agent", "state_dir", Path("/var/lib/otasuke-sensor"))
    run_dir = read.path("agent", "run_dir", Path("/run/otasuke-sensor"))
    ports = read.strings("suricata", "ports", ())
    if len(ports) not in (0, 2):
        raise ConfigError("suricata.ports: two names are needed, the LAN side first")
    config = Config(
        state_dir=state,
        supervise=bool(read.take("agent", "supervise", True)),
        hang_after_s=float(read.take("suricata", "hang_after_s", 2.0)),
        platform_url=read.text("platform", "url"),
        proxy=read.text("platform", "proxy"),
        allow_http=bool(read.take("platform", "allow_http", False)),
        heartbeat_s=float(read.take("agent", "heartbeat_s", 60.0)),
        orders_s=float(read.take("agent", "orders_s", 30.0)),
        aggregate_s=float(read.take("agent", "aggregate_s", 3600.0)),
        suricata=SuricataConfig(
            run=bool(read.take("suricata", "run", True)),
            binary=str(read.take("suricata", "binary", "/usr/bin/suricata")),
            command_prefix=read.strings("suricata", "command_prefix", ()),
            ports=(ports[0], ports[1]) if ports else None,
            home_net=_networks(read.strings("suricata", "home_net", SuricataConfig.home_net)),
            rule_files=read.paths("suricata", "rule_files"),
            work_dir=read.path("suricata", "work_dir", state / "suricata"),
            command_socket=read.path("suricata", "command_socket", run_dir / "suricata.sock"),
            max_file_bytes=int(read.take("suricata", "max_file_bytes", SuricataConfig.max_file_bytes)),
            threads=int(read.take("suricata", "threads", 1)),
            rotate_bytes=int(read.take("suricata", "rotate_bytes", SuricataConfig.rotate_bytes)),
            logs_bytes=int(read.take("suricata", "logs_bytes", SuricataConfig.logs_bytes)),
        ),
        clamd=ClamdConfig(
            run=bool(read.take("clamd", "run", True)),
            binary=str(read.take("clamd", "binary", "/usr/sbin/clamd")),
            database_dir=read.path("clamd", "database_dir", None),
            socket=read.path("clamd", "socket", run_dir / "clamd.sock"),
            user=read.text("clamd", "user"),
        ),
        webguard_lists=read.paths("webguard", "lists"),
        spool=SpoolConfig(
            max_bytes=int(read.take("spool", "max_bytes", SpoolConfig.max_bytes)),
            max_events=int(read.take("spool", "max_events", SpoolConfig.max_events)),
            max_age_s=float(read.take("spool", "max_age_s", SpoolConfig.max_age_s)),
        ),
    )
    read.refuse_leftovers()
    return config


def _networks(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        try:
            ipaddress.ip_network(value)
        except ValueError as problem:
            raise ConfigError(f"suricata.home_net: {problem}") from problem
    return values


class _Reader:
    """Takes keys out of the parsed file so that what is left over is a spelling mistake."""

    def __init__(self, data: Mapping[str, Any], base: Path) -> None:
        self._left = {name: dict(table) if isinstance(table, Mapping) else table for name, table in data.items()}
        self._base = base

    def take(self, table: str, key: str, default: Any) -> Any:
        section = self._left.get(table, {})
        if not isinstance(section, dict):
            raise ConfigError(f"{table}: must be a table")
        return section.pop(key, default)

    def text(self, table: str, key: str) -> str | None:
        value = self.take(table, key, None)
        if value is not None and not isinstance(value, str):
            raise ConfigError(f"{table}.{key}: must be text")
        return value

    def strings(self, table: str, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        value = self.take(table, key, list(default))
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ConfigError(f"{table}.{key}: must be a list of texts")
        return tuple(value)

    def path(self, table: str, key: str, default: Path | None) -> Any:
        value = self.text(table, key)
        return default if value is None else self._base / value

    def paths(self, table: str, key: str) -> tuple[Path, ...]:
        return tuple(self._base / item for item in self.strings(table, key, ()))

    def refuse_leftovers(self) -> None:
        for table, section in self._left.items():
            if section:
                raise ConfigError(f"unknown setting: {table}.{next(iter(section))}")
