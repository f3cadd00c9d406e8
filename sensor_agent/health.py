"""Facts of the machine for the heartbeat, from /proc alone."""

import os
import platform
import time
from pathlib import Path
from typing import Any


class CpuMeter:
    """Share of the machine's processor time used since the last call."""

    def __init__(self) -> None:
        self._last = self._read()

    @staticmethod
    def _read() -> tuple[int, int]:
        fields = [int(part) for part in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
        return sum(fields), fields[3] + fields[4]

    def percent(self) -> float:
        total, idle = self._read()
        whole, quiet = total - self._last[0], idle - self._last[1]
        self._last = (total, idle)
        return round(100.0 * (whole - quiet) / whole, 1) if whole > 0 else 0.0


def rss_mb(process: int | str = "self") -> float:
    """Resident memory of a process in MiB, 0 when it is gone."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except (OSError, IndexError, ValueError):
        return 0.0
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20, 1)


def disk_free_mb(folder: Path) -> int:
    status = os.statvfs(folder)
    return status.f_bavail * status.f_frsize // 2**20


def uptime_s() -> int:
    return int(time.clock_gettime(time.CLOCK_BOOTTIME))


def hardware() -> dict[str, Any]:
    """What the box reports at activation: kind of machine, processors, memory, network ports."""
    memory_kb = int(Path("/proc/meminfo").read_text().split()[1])
    ports = [
        {"name": entry.name, "mac": (entry / "address").read_text().strip()}
        for entry in sorted(Path("/sys/class/net").iterdir())
        if entry.name != "lo" and (entry / "address").exists()
    ]
    return {
        "architecture": platform.machine(),
        "system": platform.release(),
        "processors": os.cpu_count(),
        "memory_mb": memory_kb // 1024,
        "ports": ports[:16],
    }
