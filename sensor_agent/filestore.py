"""From a file Suricata stored to a verdict: scan it, learn its hash, tell the platform, remove it.

A `fileinfo` event in eve.json puts a file on the durable list of pending ones (kept with the position); its verdict
takes it off the list in the same step that stores the verdict's event. A file is thus judged once, kills included.
"""

import json
import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from sensor_agent.clamd import Clamd, ScanError
from sensor_agent.moment import parse, stamp_now
from sensor_agent.spool import write_durably
from sensor_agent.suricata import AV_DATASET, CommandSocket, SuricataError

MAX_PENDING = 500
MAX_LEARNED = 20_000
STORE_BYTES = 256 * 1024 * 1024
WAIT_FOR_FILE_S = 3.0
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
    return kept


def verdict_event(pending: Mapping[str, Any], signature: str, *, to_client: bool, learned: bool) -> dict[str, Any]:
    """Our `antivirus` event: the file was delivered, because clamd saw it after the engine let it pass."""
    file = pending["file"]
    event = {key: pending[key] for key in (*_NETWORK_KEYS, "http", "email") if key in pending}
    return {
        **event,
        "timestamp": pending["timestamp"] or stamp_now(),
        "event_type": "antivirus",
        "antivirus": {
            "engine": "clamd",
            "signature": signature,
            "action": "delivered",
            "sha256": file["sha256"],
            "size": file["size"],
            "filename": file["filename"],
            "direction": "to_client" if to_client else "to_server",
            "learned": learned,
        },
    }


class KnownFiles:
    """Hashes clamd condemned and when they went live; kept in a journal and in the dataset file Suricata loads."""

    def __init__(self, journal: Path, dataset_folder: Path, suricata: CommandSocket) -> None:
        self._journal = journal
        self._dataset = dataset_folder / f"{AV_DATASET}.lst"
        self._suricata = suricata
        self._known: dict[str, dict[str, str]] = {}
        self._ordered: dict[str, None] = {}
        with suppress(FileNotFoundError):
            for line in journal.read_text(encoding="utf-8").splitlines():
                entry = json.loads(line)
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
        """Stop these as well: other boxes found them. New ones go live at once when the engine runs."""
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
        return bool(live and seen and seen > live)

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
    """Scans pending files on its own thread and hands each result to `report(pending, event or None)`."""

    def __init__(
        self,
        folder: Path,
        clamd: Clamd,
        known: KnownFiles,
        inside: Callable[[Any], bool],
        report: Callable[[Mapping[str, Any], dict[str, Any] | None], None],
    ) -> None:
        self._folder = folder
        self._clamd = clamd
        self._known = known
        self._inside = inside
        self._report = report
        self.scanned = 0
        self.found = 0

    def path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    def judge(self, pending: Mapping[str, Any], stop: threading.Event) -> bool:
        """Scan one file to its end; False when clamd is not able now (try again later)."""
        sha256 = pending["file"]["sha256"]
        try:
            signature = self._scan(self.path(sha256), stop)
        except ScanError:
            return False
        except FileNotFoundError:
            self._report(pending, None)
            return True
        self.scanned += 1
        if signature is None or self._known.was_live(sha256, pending.get("timestamp")):
            self._report(pending, None)
            return True
        self.found += 1
        learned = self._known.learn(sha256, signature)
        to_client = self._inside(pending.get("dest_ip"))
        self._report(pending, verdict_event(pending, signature, to_client=to_client, learned=learned))
        return True

    def _scan(self, path: Path, stop: threading.Event) -> str | None:
        """The event may be written just before the file gets its name: wait a moment for it."""
        until = time.monotonic() + WAIT_FOR_FILE_S
        while not path.exists() and time.monotonic() < until and not stop.is_set():
            time.sleep(0.02)
        return self._clamd.scan(path)

    def remove(self, sha256: str) -> None:
        self.path(sha256).unlink(missing_ok=True)

    def bound(self, wanted: set[str], limit: int = STORE_BYTES) -> int:
        """Keep the store under its limit, oldest first, files that wait for a scan last. Returns files removed."""
        files = []
        for path in self._folder.glob("??/*"):
            with suppress(FileNotFoundError):
                status = path.stat()
                files.append((path.name in wanted, status.st_mtime, status.st_size, path))
        total, removed = sum(size for _, _, size, _ in files), 0
        for _, _, size, path in sorted(files):
            if total <= limit:
                break
            path.unlink(missing_ok=True)
            total -= size
            removed += 1
        return removed
