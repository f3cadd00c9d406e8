"""The running box: Suricata and clamd kept alive, eve.json read, files scanned, batches shipped, heartbeats sent."""

import contextlib
import json
import logging
import threading
import time
from dataclasses import asdict
from typing import Any

from sensor_agent import __version__, clamd, health, protection, suricata
from sensor_agent.aggregate import Aggregate
from sensor_agent.clock import Clock
from sensor_agent.collector import Collector
from sensor_agent.config import Config
from sensor_agent.filestore import KnownFiles, Scanner, store_bound
from sensor_agent.guard_keeper import GuardKeeper
from sensor_agent.heartbeat import Heart
from sensor_agent.identity import Identity, NotActivatedError, identity_load
from sensor_agent.isolation import Isolated, isolated_read
from sensor_agent.isolations import Isolations
from sensor_agent.neighbours import wire_facts_read
from sensor_agent.order import Order, OrderRefusedError, OrderStore
from sensor_agent.orders import Orders, Parts
from sensor_agent.platform import Platform
from sensor_agent.rotation import outputs_trim, taken_over_remove
from sensor_agent.ship import Shipper
from sensor_agent.spool import Spool, write_durably
from sensor_agent.supervisor import Child
from sensor_agent.suppress import counted
from sensor_agent.tail import Position, Tail

SOURCE = "eve"
POLL_S = 0.1
TIDY_S = 10.0
STUCK_S = 600.0  # a file that waits so long for its verdict shows that antivirus is not working
log = logging.getLogger(__name__)


class Sensor:
    """`run` blocks until `stop` is set. Protection does not wait for activation; shipping begins once it is there."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self.stop = threading.Event()
        self._wake = threading.Event()
        self._begun = time.monotonic()
        self._spool = Spool(config.state_dir / "spool", config.spool.max_bytes)
        self._clock = Clock()
        self._cpu = health.CpuMeter()
        self._commands = suricata.CommandSocket(config.suricata.command_socket)
        self._store = OrderStore(config.state_dir)
        self._order = self._store.current()
        self._known = KnownFiles(
            config.state_dir / "known-files.ndjson", config.suricata.work_dir / "rules", self._commands
        )
        state = self._spool.state
        self._aggregate = Aggregate(
            config.suricata.home_net, state.aggregate or None, names=lambda: wire_facts_read(config.state_dir).names
        )
        record = state.sources.get(SOURCE)
        self._tail = Tail(config.suricata.eve_path, Position.from_record(record) if record else None)
        self._collector = Collector(
            self._spool,
            SOURCE,
            self._tail,
            self._aggregate,
            max_events=config.spool.max_events,
            max_age_s=config.spool.max_age_s,
            aggregate_s=config.aggregate_s,
            scan_files=lambda: self._antivirus and self._on("av"),
            suppressed=lambda event: counted(event, self._order.suppressions if self._order is not None else ()),
        )
        self._known.order(self._ordered_hashes())
        self._clamd = clamd.Clamd(config.clamd.socket)
        self._children: list[Child] = []
        guarded = config.suricata.run and config.suricata.ports is not None
        self._guard = GuardKeeper(config) if guarded else None
        self._engine_started_at = 0.0
        self._home_net = config.suricata.home_net
        self._heart: Heart | None = None
        self._shipper: Shipper | None = None
        self._suricata_version = ""
        self._scanner = Scanner(
            config.suricata.filestore_dir,
            self._clamd,
            self._known,
            self._aggregate.inside,
            self._collector.report,
            max_file_bytes=config.suricata.max_file_bytes,
        )
        self._waiting_since: dict[str, float] = {}  # pending file's key → when it was first seen waiting
        self._tidy_at = 0.0

    def _on(self, function: str) -> bool:
        return self._order is None or self._order.on(function)

    def _ordered_hashes(self) -> list[str]:
        try:
            return protection.ordered_hashes(self._order, self._store)
        except OrderRefusedError as problem:
            log.warning("hashes of other boxes: %s", problem)
            return []

    def _in_force(self, order: Order | None) -> None:
        self._order = order

    @property
    def _antivirus(self) -> bool:
        return self._config.clamd.database_dir is not None

    def run(self) -> None:
        self._prepare()
        threads = [threading.Thread(target=self._talk, name="talk", daemon=True)]
        if self._antivirus:
            threads.append(threading.Thread(target=self._scan, name="scan", daemon=True))
        for thread in threads:
            thread.start()
        try:
            self._read_until_stopped()
        finally:
            self.stop.set()
            self._wake.set()
            if self._guard is not None:
                self._guard.stop()
            for child in self._children:
                child.stop()
            self._read_last()
            for thread in threads:
                thread.join(10)
            self._spool.close()

    # -- protection -------------------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        config = self._config
        if config.platform_url:
            Platform(
                config.platform_url, allow_http=config.allow_http, proxy=config.proxy
            )  # refuse a wrong address now, not in a thread
        log_dir = config.state_dir / "log"
        if self._antivirus:
            configuration = config.state_dir / "clamd.conf"
            config.clamd.socket.parent.mkdir(parents=True, exist_ok=True)
            write_durably(
                configuration, clamd.configuration_text(config.clamd, config.suricata.max_file_bytes).encode(), 0o644
            )
            if config.clamd.run:
                command = clamd.command_line(config.clamd, configuration)
                self._children.append(Child("clamd", command, log_dir / "clamd.log"))

    def _look_at_guard(self) -> None:
        """What the guard says goes to the platform at once; a new engine gets what was learned meanwhile."""
        if self._guard is None or not self._guard.look():
            return
        report = self._guard.report
        if report is not None and self._guard.inspecting and report.engine_started_at != self._engine_started_at:
            self._engine_started_at = report.engine_started_at
            self._known.engine_began()
        self._learn_networks()
        if self._heart is not None:
            self._heart.soon()

    def _learn_networks(self) -> None:
        """IPv6 networks the router announces are the firm's own: the engine must take them for inside."""
        home_net = protection.home_net(self._config)
        if home_net == self._home_net:
            return
        self._home_net = home_net
        self._aggregate.networks(home_net)
        try:
            protection.write(self._config, self._order, self._store)
            suricata.CommandSocket(self._config.suricata.command_socket, 180.0).rules_reload()
            log.info("the firm's networks: %s", ", ".join(home_net))
        except (OSError, ValueError, OrderRefusedError, suricata.SuricataError) as problem:
            log.info("the engine reads the networks at its next start: %s", problem)

    def _protecting(self) -> bool:
        """The guard sends frames through the engine and knows; without one an engine that answers protects."""
        if self._guard is not None and not self._guard.inspecting:
            return False
        answers = self._engine_answers()
        return answers or self._guard is not None

    def _engine_answers(self) -> bool:
        try:
            version = self._commands.version()
        except (OSError, suricata.SuricataError):
            return False
        self._suricata_version = version.split()[0]
        return True

    # -- reading ----------------------------------------------------------------------------------------------------

    def _read_until_stopped(self) -> None:
        while not self.stop.is_set():
            for child in self._children:
                child.keep()
            self._look_at_guard()
            self._tidy()
            if not self._read_once():
                self.stop.wait(POLL_S)

    def _tidy(self) -> None:
        """Logs that are stored for sending, what programs printed and files nobody waits for make room."""
        if time.monotonic() < self._tidy_at:
            return
        self._tidy_at = time.monotonic() + TIDY_S
        try:
            self._collector.flush()
            taken_over_remove(self._config.suricata.eve_path, self._tail.taken_over())
            outputs_trim(self._config.state_dir / "log")
            waiting = {str(item["file"]["sha256"]) for item in self._collector.pending()}
            store_bound(self._config.suricata.filestore_dir, waiting)
        except OSError as problem:
            log.error("making room: %s", problem)

    def _read_once(self) -> int:
        stored = self._spool.state.next_seq
        try:
            taken = self._collector.step()
        except OSError as problem:
            log.error("cannot store: %s", problem)
            self.stop.wait(5.0)
            return 0
        if self._spool.state.next_seq != stored:
            self._wake.set()
        return taken

    def _read_last(self) -> None:
        """What Suricata wrote while it stopped, stored for the next start."""
        try:
            while self._collector.step():
                continue
            self._collector.flush()
        except OSError as problem:
            log.error("cannot store: %s", problem)

    # -- antivirus --------------------------------------------------------------------------------------------------

    def _scan(self) -> None:
        judged: dict[str, str] = {}  # pending file's key -> sha256, until the verdict is durable
        while not self.stop.is_set():
            try:
                self._scan_waiting(judged)
            except OSError as problem:
                log.error("antivirus cannot use the disk: %s", problem)
                self.stop.wait(5.0)
            self.stop.wait(POLL_S)

    def _scan_waiting(self, judged: dict[str, str]) -> None:
        scanner = self._scanner
        waiting = {json.dumps(item, sort_keys=True): item for item in self._collector.pending()}
        now = time.monotonic()
        self._waiting_since = {key: self._waiting_since.get(key, now) for key in waiting}
        for key in [key for key in judged if key not in waiting]:
            sha256 = judged.pop(key)
            if all(item["file"]["sha256"] != sha256 for item in waiting.values()):
                scanner.remove(sha256)
        for key, item in waiting.items():
            if key in judged or self.stop.is_set():
                continue
            if scanner.judge(item, self.stop):
                judged[key] = item["file"]["sha256"]
            elif not scanner.there:
                self.stop.wait(1.0)
                break

    def _judges_files(self) -> bool:
        """Files get their verdicts: clamd answers, the last ones were judged, none waits for long."""
        oldest = min(self._waiting_since.values(), default=time.monotonic())
        return self._clamd.ready() and self._scanner.judging and time.monotonic() - oldest < STUCK_S

    # -- talking to the platform ------------------------------------------------------------------------------------

    def _talk(self) -> None:
        identity = self._wait_for_identity()
        if identity is None:
            return
        url = self._config.platform_url or identity.device.platform_url
        self._shipper = Shipper(
            self._spool,
            self._platform(url),
            identity,
            self._clock,
        )
        heart = Heart(
            self._platform(url),
            identity,
            self._clock,
            self.facts,
            self._config.heartbeat_s,
        )
        self._heart = heart
        beating = threading.Thread(target=heart.run, args=(self.stop,), name="heart", daemon=True)
        beating.start()
        orders = Orders(
            self._config,
            self._platform(url),
            identity,
            self._clock,
            Parts(
                self._known,
                self._guard,
                heart,
                self._aggregate.suppressed,
                self._in_force,
                Isolations(self._config, self._clock, url),
            ),
        )
        ordered = threading.Thread(target=orders.run, args=(self.stop,), name="orders", daemon=True)
        ordered.start()
        self._shipper.run(self.stop, self._wake)
        beating.join(5)
        ordered.join(5)

    def _platform(self, url: str) -> Platform:
        return Platform(url, allow_http=self._config.allow_http, proxy=self._config.proxy)

    def _wait_for_identity(self) -> Identity | None:
        while not self.stop.is_set():
            try:
                return identity_load(self._config.state_dir / "identity")
            except NotActivatedError:
                self.stop.wait(1.0)
        return None

    def facts(self) -> dict[str, Any]:
        """The heartbeat's body, also written to status.json for `status`."""
        protecting, spool = self._protecting(), self._spool
        antivirus = ("on" if protecting and self._judges_files() else "unavailable") if self._antivirus else "off"
        record = self._spool.state.sources.get(SOURCE)
        position = Position.from_record(record) if record else Position()
        facts: dict[str, Any] = {
            "agent_version": __version__,
            "suricata_version": self._suricata_version,
            "rules_version": suricata.rules_fingerprint(self._config.suricata),
            "uptime_s": int(time.monotonic() - self._begun),
            "functions": {
                "ips": self._function("ips", protecting),
                "av": antivirus if self._on("av") else "off",
                "wg": self._function("wg", protecting) if self._guards_web() else "off",
            },
            "order": self._order.version if self._order is not None else 0,
            "protection": "on" if protecting else "off",
            "bypass": self._bypass_facts(),
            "isolation": self._isolation_facts(),
            "spool": {
                "bytes": spool.bytes_waiting(),
                "batches": spool.batches_waiting(),
                "dropped_low": spool.state.dropped_low,
                "dropped": spool.state.dropped,
                "rejected": spool.state.rejected,
            },
            "clock": {"offset_ms": self._clock.offset_ms},
            "health": {
                "cpu_pct": self._cpu.percent(),
                "rss_mb": health.rss_mb(),
                "disk_free_mb": health.disk_free_mb(self._config.state_dir),
                "kernel_drops": self._collector.kernel_drops,
            },
            "home_net": list(self._home_net),
            **self._wire(),
            "eve": {
                "inode": position.inode,
                "position": position.offset,
                **{name: spool.state.log.get(name, 0) for name in ("gaps", "lost_bytes", "unreadable")},
            },
            "files": {
                "waiting": len(spool.state.pending_files),
                **{name: spool.state.files.get(name, 0) for name in ("judged", "found", "unexamined")},
            },
        }
        self._status_write(facts)
        return facts

    def _wire(self) -> dict[str, Any]:
        """The connection, and where the box sits once the wire has told."""
        wire = wire_facts_read(self._config.state_dir)
        placement, routers = wire.placement(time.time()), wire.routers_at(time.time())
        return {"line": wire.line, "routers": routers, **({"placement": placement} if placement else {})}

    def _function(self, name: str, protecting: bool) -> str:
        if not self._on(name):
            return "off"
        return "on" if protecting else "unavailable"

    def _guards_web(self) -> bool:
        ordered = self._order is not None and self._order.files.get("web_guard")
        return bool(self._config.webguard_lists or ordered)

    def _bypass_facts(self) -> dict[str, Any]:
        """Since when and how long in all traffic went around the engine, and why."""
        report = self._guard.report if self._guard is not None else None
        if report is None:
            return {}
        facts = asdict(report)
        return {name: facts[name] for name in ("state", "since", "off_s", "starts", "deaths", "hangs", "reason")}

    def _isolation_facts(self) -> dict[str, Any]:
        """Whether machines can be cut off by this box, and how many are now."""
        isolated = isolated_read(self._config.state_dir) if self._guard is not None else Isolated()
        return {"able": isolated.able, "machines": isolated.machines}

    def _status_write(self, facts: dict[str, Any]) -> None:
        problem = self._shipper.last_problem if self._shipper else "not activated"
        status = {**facts, "written_at": time.time(), "last_problem": problem, "read": dict(self._collector.kinds)}
        path = self._config.state_dir / "status.json"
        temporary = path.with_suffix(".tmp")
        with contextlib.suppress(OSError):  # a full disk must not silence the box
            temporary.write_text(json.dumps(status, indent=2), encoding="utf-8")
            temporary.rename(path)
