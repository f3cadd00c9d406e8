"""`make deb-trial`: on a machine to throw away, apt installs the box's package with what it depends on, and removes it.

Checked: the command runs by Debian's own Python and names what `setup` would change, systemd accepts the units as
installed, and nothing of ours is left after the removal. Exit 1 when one is not so. Changes this machine; needs root.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from ops import deb, packages

UNITS = Path("/usr/lib/otasuke-sensor/sensor_agent/units")
LEFT = (Path("/usr/bin/otasuke-sensor"), UNITS.parent / "guard.py")


def main() -> int:
    """Install, look, remove."""
    packages.install(["systemd", "suricata", "clamav-daemon"])  # Suricata 7 stands in backports on Debian 12
    with tempfile.TemporaryDirectory() as folder:
        package = deb.build(Path(folder), "https://platform.example")
        Path(folder).chmod(0o755)
        _ran("apt-get", "install", "-q", "-y", "--no-install-recommends", str(package))
    failed = sum(not _checked(what, holds) for what, holds in CHECKS.items())
    _ran("apt-get", "remove", "-q", "-y", "otasuke-sensor")
    failed += not _checked("nothing is left after its removal", lambda: not any(path.exists() for path in LEFT))
    print(f"deb-trial: {failed} failed")
    return 1 if failed else 0


def _ran(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {(done.stderr or done.stdout).strip()[-500:]}")
    return done.stdout


def _checked(what: str, holds: Callable[[], object]) -> bool:
    try:
        seen = holds()
        failure = ""
    except RuntimeError as problem:
        seen, failure = False, f": {problem}"
    print(f"{'ok ' if seen else 'NOT'} {what}{failure}", flush=True)
    return bool(seen)


def _shows_its_changes() -> bool:
    cards = ("--lan", "lan0", "--wan", "wan0")
    plan = _ran("otasuke-sensor", "setup", "--dry-run", *cards, "--code", "ABCD-EFGH-JKMN")
    return 'url = "https://platform.example"' in plan and "systemctl enable --now otasuke-guard.service" in plan


def _units_hold() -> bool:
    _ran("systemd-analyze", "verify", *map(str, UNITS.glob("otasuke-[gs]*.service")))
    return True


CHECKS: dict[str, Callable[[], object]] = {
    "it runs by Debian's Python": lambda: _ran("otasuke-sensor", "--version").strip(),
    "setup shows what it would change": _shows_its_changes,
    "systemd accepts the units": _units_hold,
    "the server's code is not there": lambda: not (UNITS.parents[1] / "otasuke").exists(),
}

if __name__ == "__main__":
    sys.exit(main())
