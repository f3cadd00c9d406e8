"""From a file Suricata stored to a verdict: scan it, learn its hash, tell the platform, remove it.

A `fileinfo` event in eve.json puts a file on the durable list of pending ones (kept with the position); its verdict
takes it off the list in the same step that stores the verdict's event. A file is thus judged once, kills included.
"""

import json
import logging
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sensor_agent.clamd import Clamd, NotThereError, TooSlowError, Verdict
from sensor_agent.moment import parse, stamp_now
from sensor_agent.shorten import text_cut
from sensor_agent.spool import write_durably
from sensor_agent.suricata import AV_DATASET, CommandSocket, SuricataError

MAX_PENDING = 500
MAX_TRIES = 3  # a file clamd fails at so often is set aside
MAX_SLOW_TRIES = 2
RETRY_S = 5.0  # a file is tried again after this, after twice this, …; the others go on
FAILED_FILES = 2  # so many set aside with none judged between them: antivirus is not working
REMEMBERED = 1_000  # verdicts, for a file that passed again after it was judged and removed
MOST_EVENTS_AN_HOUR = 100  # unexamined files with an event of their own; all are counted
TEMPORARY_S = 3600.0
_CLOCK_SLACK_S = 300.0
MAX_LEARNED = 20_000
STORE_BYTES = 256 * 1024 * 1024
WAIT_FOR_FILE_S = 3.0
log = logging.getLogger(__name__)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NETWORK_KEYS = (
    "src_ip",
    "src_port",
    "dest_ip",
    "dest_port",
    "proto",
    "app_proto",
    "flow_id",
    "in_iface",
    "ether",
    "vlan",
)


def pending_from_event(event: Mapping[str, Any]) -> dict[str, Any] | None:
    """The facts to keep of a `fileinfo` event whose file was stored, or None when there is nothing to scan."""
    info = event.get("fileinfo")
    if not isinstance(info, dict) or not info.get("stored") or not _SHA256.fullmatch(str(info.get("sha256"))):
        return None
    kept: dict[str, Any] = {key: event[key] for key in _NETWORK_KEYS if key in event}
    kept["timestamp"] = event.get("timestamp")
    kept["file"] = {key: info.get(key) for key in ("sha256", "size", "filename", "state", "file_id")}
    for section, keys in (("http", ("hostname", "url")), ("email", ("from", "to", "subject", "date"))):
        if isinstance(event.get(section), dict):
            kept[section] = {key: event[section][key] for key in keys if key in event[section]}
    return {key: _bounded(value) for key, value in kept.items()}


def _bounded(value: Any) -> Any:
    """Texts and lists at a length that many waiting files can have."""
    if isinstance(value, str):
        return text_cut(value, 2048)
    if isinstance(value, list):
        return [_bounded(each) if isinstance(each, str) else None for each in value[:20]]
    if isinstance(value, dict):
        return {key: _bounded(each) for key, each in list(value.items())[:20]}
    return value


def verdict_event(pending: Mapping[str, Any], signature: str, *, to_client: bool, learned: bool) -> dict[str, Any]:
    """Our `antivirus` event: the file was delivered, because clamd saw it after the engine let it pass."""
    judgement = {"engine": "clamd", "signature": signature, "action": "delivered", "learned": learned}
    return _file_event("antivirus", pending, judgement, to_client=to_client)


def unexamined_event(pending: Mapping[str, Any], reason: str, *, to_client: bool) -> dict[str, Any]:
    """Our `unexamined` event: the file was delivered and nobody can say whether it is clean."""
    return _file_event("unexamined", pending, {"engine": "clamd", "reason": reason}, to_client=to_client)


def _file_event(kind: str, pending: Mapping[str, Any], judgement: dict[str, Any], *, to_client: bool) -> dict[str, Any]:
    file = pending["file"]
    return {
        **{key: pending[key] for key in (*_NETWORK_KEYS, "http", "email") if key in pending},
        "timestamp": pending["timestamp"] if parse(pending["timestamp"]) else stamp_now(),
        "event_type": kind,
        kind: {
            **judgement,
            "sha256": file["sha256"],
            "size": file["size"],
            "filename": file["filename"],
            "direction": "to_client" if to_client else "to_server",
        },
    }


@dataclass(frozen=True)
class Result:
    """What became of a file: `outcome` is judged, found or unexamined (as it is counted), `event` is to be sent."""

    outcome: str
    event: dict[str, Any] | None = None


class KnownFiles:
    """Hashes clamd condemned and when they went live; kept in a journal and in the dataset file Suricata loads."""

    def __init__(self, journal: Path, dataset_folder: Path, suricata: CommandSocket) -> None:
        self._journal = journal
        self._dataset = dataset_folder / f"{AV_DATASET}.lst"
        self._suricata = suricata
        self._known: dict[str, dict[str, str]] = {}
        self._ordered: dict[str, None] = {}
        with suppress(FileNotFoundError):
            for line in journal.read_text(encoding="utf-8", errors="replace").splitlines():
                with suppress(ValueError, KeyError, TypeError):  # one broken line costs that line
                    entry = {key: str(json.loads(line)[key]) for key in ("sha256", "signature", "live_at")}
                    self._known[entry["sha256"]] = entry

    def engine_began(self) -> None:
        """Suricata has started and read the list: give it what was learned while it started."""
        for entry in list(self._known.values()):
            if not entry["live_at"]:
                self.learn(entry["sha256"], entry["signature"])

    def store(self) -> None:
        """Write both files, newest hashes kept."""
        self._known = dict(list(self._known.items())[-MAX_LEARNED:])
        self._journal.parent.mkdir(parents=True, exist_ok=True)
        self._dataset.parent.mkdir(parents=True, exist_ok=True)
        lines = "".join(json.dumps(entry) + "\n" for entry in self._known.values())
        write_durably(self._journal, lines.encode())
        listed = dict.fromkeys([*self._ordered, *self._known])
        write_durably(self._dataset, "".join(f"{sha256}\n" for sha256 in listed).encode(), 0o644)

    def order(self, hashes: Iterable[str]) -> None:
        """Block these hashes, too, which other boxes reported. New ones take effect at once while the engine runs."""
        before, self._ordered = self._ordered, dict.fromkeys(hashes)
        self.store()
        for sha256 in self._ordered:
            if sha256 not in before and sha256 not in self._known:
                with suppress(OSError, SuricataError):
                    self._suricata.hash_add(sha256)

    def was_live(self, sha256: str, at: str | None) -> bool:
        """Whether the engine knew this hash when the file passed: then its end was dropped, not delivered."""
        entry = self._known.get(sha256)
        seen, live = parse(at or ""), parse(entry["live_at"]) if entry else None
        # A time of the future was written by a clock that has been put back since: it proves nothing.
        return bool(live and seen and live < seen and seen.timestamp() < time.time() + _CLOCK_SLACK_S)

    def learn(self, sha256: str, signature: str) -> bool:
        """Make the hash live. False when the engine did not take it (it is loaded at its next start)."""
        if sha256 in self._known and self._known[sha256]["live_at"]:
            return True
        try:
            self._suricata.hash_add(sha256)
            live_at = stamp_now()
        except (OSError, SuricataError):
            live_at = ""
        self._known[sha256] = {"sha256": sha256, "signature": signature, "live_at": live_at}
        self.store()
        return bool(live_at)


class Scanner:
    """Scans pending files on its own thread and hands each result to `report`.

    A verdict always comes: a file clamd fails at is tried some times, while others go on, then reported as unexamined.
    """

    def __init__(
        self,
        folder: Path,
        clamd: Clamd,
        known: KnownFiles,
        inside: Callable[[Any], bool],
        report: Callable[[Mapping[str, Any], Result], None],
        *,
        max_file_bytes: int,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._clamd = clamd
        self._known = known
        self._inside = inside
        self._report = report
        self._max_file_bytes = max_file_bytes
        self._now = now
        self._tries: dict[str, tuple[int, float]] = {}  # sha256 → (tries, not before)
        self._verdicts: OrderedDict[str, Verdict] = OrderedDict()
        self._event_times: list[float] = []
        self._failed = 0  # files set aside since one was judged
        self.there = True  # whether clamd was there at the last try

    @property
    def judging(self) -> bool:
        """Whether files are being judged, as far as the last ones tell."""
        return self.there and self._failed < FAILED_FILES

    def path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    def judge(self, pending: Mapping[str, Any], stop: threading.Event) -> bool:
        """Scan one file to its end; False when it has to be tried again later."""
        sha256 = pending["file"]["sha256"]
        tries, not_before = self._tries.get(sha256, (0, 0.0))
        if self._now() < not_before:
            return False
        try:
            verdict = self._scan(self.path(sha256), stop)
            self.there, self._failed = True, 0
        except NotThereError:
            self.there = False
            return False
        except FileNotFoundError:
            verdict = self._verdicts.get(sha256, Verdict(unexamined="gone"))
        except Exception as problem:
            log.warning("%s is not judged: %s: %s", sha256, type(problem).__name__, problem)
            self.there = True
            slow = isinstance(problem, TooSlowError)
            if tries + 1 < (MAX_SLOW_TRIES if slow else MAX_TRIES):
                self._tries[sha256] = (tries + 1, self._now() + RETRY_S * (tries + 1))
                return False
            self._failed += 1
            verdict = Verdict(unexamined="too_slow" if slow else "scanner_error")
        self._tries.pop(sha256, None)
        self._remember(sha256, verdict)
        self._record(pending, verdict)
        return True

    def _record(self, pending: Mapping[str, Any], verdict: Verdict) -> None:
        sha256 = pending["file"]["sha256"]
        to_client = self._inside(pending.get("dest_ip"))
        reason = verdict.unexamined or _part_only(pending, self._max_file_bytes)
        result = Result("judged")
        if self._known.was_live(sha256, pending.get("timestamp")):
            pass  # its end was dropped: nothing was delivered
        elif verdict.signature is not None:
            learned = self._known.learn(sha256, verdict.signature)
            result = Result("found", verdict_event(pending, verdict.signature, to_client=to_client, learned=learned))
        elif reason is not None:
            event = unexamined_event(pending, reason, to_client=to_client)
            result = Result("unexamined", event if self._event_allowed() else None)
        self._report(pending, result)

    def _event_allowed(self) -> bool:
        self._event_times = [at for at in self._event_times if at > self._now() - 3600.0]
        if len(self._event_times) >= MOST_EVENTS_AN_HOUR:
            return False
        self._event_times.append(self._now())
        return True

    def _remember(self, sha256: str, verdict: Verdict) -> None:
        self._verdicts[sha256] = verdict
        self._verdicts.move_to_end(sha256)
        if len(self._verdicts) > REMEMBERED:
            self._verdicts.popitem(last=False)

    def _scan(self, path: Path, stop: threading.Event) -> Verdict:
        """The event may be written just before the file gets its name: wait a moment for it."""
        until = time.monotonic() + WAIT_FOR_FILE_S
        while not path.exists() and time.monotonic() < until and not stop.is_set():
            time.sleep(0.02)
        return self._clamd.scan(path)

    def remove(self, sha256: str) -> None:
        self.path(sha256).unlink(missing_ok=True)


def store_bound(folder: Path, wanted: set[str], limit: int = STORE_BYTES) -> int:
    """Keep the engine's file store under its limit, oldest first, files that wait for a scan last; what an engine that
    was killed left half stored goes as well. Returns files removed.
    """
    files, removed = [], 0
    for path in folder.glob("*/*"):
        with suppress(FileNotFoundError):
            status = path.stat()
            if len(path.parent.name) != 2 and status.st_mtime < time.time() - TEMPORARY_S:
                path.unlink()
                removed += 1
                continue
            files.append((path.name in wanted, status.st_mtime, status.st_size, path))
    total = sum(size for _, _, size, _ in files)
    for _, _, size, path in sorted(files):
        if total <= limit:
            break
        path.unlink(missing_ok=True)
        total -= size
        removed += 1
    return removed


def _part_only(pending: Mapping[str, Any], max_file_bytes: int) -> str | None:
    """Why clamd saw only a part of the file, when it did."""
    file = pending["file"]
    if file.get("state") != "TRUNCATED":
        return None
    size = file.get("size")
    return "too_large" if isinstance(size, int) and size >= max_file_bytes else "incomplete"
