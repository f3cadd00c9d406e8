"""The scenario without root: an EVE file to be replayed, from captures read by the real Suricata, or the bundled one.

`python -m lab.offline FOLDER` prints the EVE file's path and how it was made.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lab.eicar import signatures_write
from lab.lab import RULES, WEBGUARD_NAMES
from lab.network import LAN_NET, LabError
from sensor_agent import clamd, protection, suricata, webguard
from sensor_agent.config import ClamdConfig, SuricataConfig
from sensor_agent.filestore import KnownFiles, Result, Scanner, pending_from_event

BUNDLED = Path(__file__).parent / "bundled" / "eve.json"


def eve_make(folder: Path) -> tuple[Path, str]:
    """(EVE file, how it was made in one line). Without Suricata or clamd it is the bundled file."""
    places = "/usr/sbin:/usr/bin:/sbin:/bin"
    missing = [name for name in ("suricata", "clamd") if shutil.which(name, path=places) is None]
    if missing:
        return BUNDLED, f"bundled recording ({' and '.join(missing)} not installed)"
    try:
        return record(folder), "captures read by the installed Suricata and clamd"
    except (LabError, OSError, subprocess.SubprocessError, suricata.SuricataError) as problem:
        return BUNDLED, f"bundled recording ({problem})"


def record(folder: Path) -> Path:
    """Read both captures as the box would, learning the infected file's hash in between. Returns eve.json."""
    from lab.make_pcaps import pcaps_write  # slow to load, needed here only

    folder.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder / "suricata", ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="otasuke-") as sockets:
        box = SuricataConfig(
            home_net=(LAN_NET,),
            work_dir=folder / "suricata",
            command_socket=Path(sockets) / "suricata.sock",
        )
        names = list(WEBGUARD_NAMES)
        files = {
            protection.IPS_RULES: RULES.read_text(encoding="utf-8"),
            suricata.AV_RULES: suricata.antivirus_rules(),
            f"{webguard.DATASET}.lst": webguard.dataset_text(names),
            suricata.WEBGUARD_RULES: webguard.rules_text(names),
        }
        suricata.files_write(box, files)
        first, second = pcaps_write(folder)
        _read(box, first)
        with _clamd(folder, Path(sockets)) as scanner:
            _judge(box, scanner, folder)
        _read(box, second)
    return box.eve_path


def _read(box: SuricataConfig, capture: Path) -> None:
    yaml, log = str(box.work_dir / "suricata.yaml"), str(box.work_dir / "log")
    command = [
        box.binary,
        "-c",
        yaml,
        "-l",
        log,
        "--runmode",
        "single",
        "--simulate-ips",
        "-k",
        "none",
        "-r",
        str(capture),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode != 0:
        raise LabError(f"suricata -r: {(done.stderr or done.stdout).strip()[-300:]}")


@contextmanager
def _clamd(folder: Path, sockets: Path) -> Iterator[clamd.Clamd]:
    signatures_write(folder / "signatures")
    config = ClamdConfig(database_dir=folder / "signatures", socket=sockets / "clamd.sock")
    configuration = folder / "clamd.conf"
    configuration.write_text(clamd.configuration_text(config, 10_000_000), encoding="utf-8")
    process = subprocess.Popen(clamd.command_line(config, configuration), stdout=subprocess.DEVNULL)
    try:
        scanner = clamd.Clamd(config.socket)
        until = time.monotonic() + 30
        while not scanner.ready():
            if process.poll() is not None or time.monotonic() > until:
                raise LabError("clamd did not start")
            time.sleep(0.05)
        yield scanner
    finally:
        process.kill()
        process.wait()


def _judge(box: SuricataConfig, scanner: clamd.Clamd, folder: Path) -> None:
    """Scan what Suricata stored, as the agent does; findings go into eve.json and into the hash list."""
    events: list[dict[str, Any]] = []

    def report(_: Mapping[str, Any], result: Result) -> None:
        if result.event is not None and result.outcome == "found":
            events.append(result.event)

    known = KnownFiles(
        folder / "known-files.ndjson", box.work_dir / "rules", suricata.CommandSocket(box.command_socket)
    )
    judge = Scanner(
        box.filestore_dir,
        scanner,
        known,
        lambda address: str(address).startswith("192.168."),
        report,
        max_file_bytes=box.max_file_bytes,
    )
    for line in box.eve_path.read_text(encoding="utf-8").splitlines():
        event = json.loads(line)
        pending = pending_from_event(event) if event["event_type"] == "fileinfo" else None
        if pending is not None:
            judge.judge(pending, threading.Event())
    with box.eve_path.open("a", encoding="utf-8") as eve:
        for event in events:
            # Read back from a file there is no live engine to teach; on the box the hash goes live at once.
            event["antivirus"]["learned"] = True
            eve.write(json.dumps(event) + "\n")


if __name__ == "__main__":
    path, how = eve_make(Path(sys.argv[1]))
    print(f"{path}\t{how}")
