"""Builds the Debian package of the sensor agent: `python -m ops.deb OUT_DIR [PLATFORM_URL]`. Needs dpkg-deb only."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from sensor_agent import __version__

ROOT = Path(__file__).resolve().parents[1]
CONTROL = """Package: otasuke-sensor
Version: {version}
Architecture: all
Maintainer: Otasuke <desk@otasuke.invalid>
Depends: python3 (>= 3.11), python3-cryptography, suricata (>= 1:7), suricata-update, iproute2, nftables,
 util-linux, adduser
Recommends: clamav-daemon, python3-zstandard
Section: net
Priority: optional
Description: sensor box of the Otasuke platform
 A bridge between router and LAN that inspects traffic with Suricata and ClamAV, keeps the line up when they do not,
 and reports to the platform. Run "otasuke-sensor setup" after the installation.
"""
WRAPPER = """#!/bin/sh
export PYTHONPATH=/usr/lib/otasuke-sensor
exec /usr/bin/python3 -P -m sensor_agent "$@"
"""
# What was installed from the main archive runs on its own; on the box, ours runs it.
POSTINST = """#!/bin/sh
set -e
if [ "$1" = configure ] && [ -d /run/systemd/system ]; then
  systemctl disable --now suricata.service clamav-daemon.service 2>/dev/null || true
fi
"""
PRERM = """#!/bin/sh
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
  systemctl disable --now otasuke-sensor.service otasuke-clamd.service otasuke-guard.service 2>/dev/null || true
fi
"""


def build(out: Path, platform_url: str = "") -> Path:
    """Write the package into `out`; → its path. `platform_url` spares the installer from typing it."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="otasuke-deb-") as folder:
        tree = Path(folder)
        tree.chmod(0o755)
        _fill(tree, platform_url)
        package = out / f"otasuke-sensor_{__version__}_all.deb"
        command = ["dpkg-deb", "--root-owner-group", "--build", str(tree), str(package)]
        subprocess.run(command, check=True, capture_output=True)
    return package


def _fill(tree: Path, platform_url: str) -> None:
    shutil.copytree(
        ROOT / "sensor_agent",
        tree / "usr/lib/otasuke-sensor/sensor_agent",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    for name in ("sensor.md", "sensor-data.md", "what-the-box-sees.md"):
        target = tree / "usr/share/doc/otasuke-sensor" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "docs" / name, target)
    _write(tree / "usr/bin/otasuke-sensor", WRAPPER, 0o755)
    _write(tree / "DEBIAN/control", CONTROL.format(version=__version__), 0o644)
    _write(tree / "DEBIAN/postinst", POSTINST, 0o755)
    _write(tree / "DEBIAN/prerm", PRERM, 0o755)
    if platform_url:
        _write(tree / "etc/otasuke-sensor/platform.url", platform_url + "\n", 0o644)


def _write(path: Path, text: str, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)


if __name__ == "__main__":
    print(build(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else ""))
