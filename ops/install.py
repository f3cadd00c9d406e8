"""Install what this machine is missing: system packages, the virtual environment, compiled messages.

    python3 ops/install.py            everything but the browser
    python3 ops/install.py --e2e      the browser for the browser tests too

Standard library only: it runs before anything is installed. Nothing missing: a fraction of a second, no network.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(CHECKOUT))

from ops import packages  # noqa: E402 (as a script, the checkout is not on the path before)

VENV = CHECKOUT / ".venv"
LOCK = CHECKOUT / "requirements.lock"
LOG = CHECKOUT / "var" / "log" / "setup.log"
OLDEST_PYTHON = (3, 11)


class InstallError(Exception):
    """Something cannot be installed; the message is one line for a person."""


def run_step(title: str, command: list[str], *, seconds_between_lines: float = 15.0) -> None:
    """Run a long command with its output in the log, saying now and then that it is still working."""
    LOG.parent.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    print(f"setup: {title} …", flush=True)
    with LOG.open("a") as log:
        log.write(f"\n== {title}: {' '.join(command)}\n")
        log.flush()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=CHECKOUT)
        while True:
            try:
                status = process.wait(timeout=seconds_between_lines)
                break
            except subprocess.TimeoutExpired:
                print(f"setup: {title}: still working ({time.monotonic() - began:.0f} s)", flush=True)
    if status:
        tail = LOG.read_text(errors="replace").splitlines()[-15:]
        raise InstallError(f"{title} failed, the end of {LOG}:\n  " + "\n  ".join(tail))
    print(f"setup: {title}: done in {time.monotonic() - began:.0f} s", flush=True)


def install_packages(groups: list[str]) -> None:
    missing = packages.missing(groups)
    if not missing:
        return
    command = [sys.executable, "-m", "ops.packages", *groups]
    print(f"setup: missing: {' '.join(missing)}")
    run_step(f"{len(missing)} system packages", [*_become_root(missing), *command])
    left = packages.missing(groups)
    if left:
        raise InstallError(f"still missing after installation: {' '.join(left)}")


def _become_root(missing: list[str]) -> list[str]:
    if not shutil.which("apt-get"):
        raise InstallError(f"no apt-get here; install by hand: {' '.join(missing)}")
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        raise InstallError(f"root or sudo is needed to install: {' '.join(missing)}")
    ask = ["sudo", "-v"] if sys.stdin.isatty() else ["sudo", "-n", "-v"]
    if subprocess.run(ask, check=False, stderr=subprocess.DEVNULL).returncode:
        raise InstallError(f"sudo refuses; as root, install: {' '.join(missing)}")
    return ["sudo", "-n"]


def find_python() -> str:
    """The interpreter for the virtual environment, the system's own first."""
    names = ["/usr/bin/python3", "python3.13", "python3.12", "python3.11", "python3"]
    check = f"import sys, ensurepip, venv; sys.exit(sys.version_info[:2] < {OLDEST_PYTHON!r})"
    for name in names:
        path = shutil.which(name)
        if path and subprocess.run([path, "-c", check], check=False, stderr=subprocess.DEVNULL).returncode == 0:
            return path
    raise InstallError("Python 3.11 or newer with venv is needed")


def install_python() -> None:
    """Make `.venv` exactly what requirements.lock says; nothing to do while neither it nor Python changed."""
    base = find_python()
    version = subprocess.run([base, "-VV"], capture_output=True, check=True).stdout
    wanted = hashlib.sha256(LOCK.read_bytes() + version).hexdigest()
    stamp = VENV / ".installed"
    interpreter = VENV / "bin" / "python"
    if interpreter.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    if not _works(interpreter, version):
        run_step("virtual environment", [base, "-m", "venv", "--clear", str(VENV)])
    pip = [str(interpreter), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    count = sum(1 for line in LOCK.read_text().splitlines() if line[:1].isalnum())
    # Nothing is compiled here; suricata-update is published as pure Python source only.
    wheels = ["--only-binary", ":all:", "--no-binary", "suricata-update"]
    run_step(f"{count} Python packages", [*pip, "--require-hashes", *wheels, "-r", str(LOCK)])
    stamp.write_text(wanted)


def _works(interpreter: Path, version: bytes) -> bool:
    if not interpreter.exists():
        return False
    done = subprocess.run([str(interpreter), "-VV"], capture_output=True, check=False)
    return done.stdout == version and (VENV / "bin" / "pip").exists()


def compile_messages() -> None:
    """Compile every translation whose source is newer than its compiled form."""
    for source in CHECKOUT.glob("**/locale/*/LC_MESSAGES/*.po"):
        if VENV in source.parents:
            continue
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            run_step(f"translations {source.relative_to(CHECKOUT)}", ["msgfmt", "-o", str(target), str(source)])


def make_directories() -> None:
    """The static files' directory must exist when the web server or a test starts, even before they are collected."""
    (CHECKOUT / "var" / "static").mkdir(parents=True, exist_ok=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--e2e", action="store_true", help="the browser for the browser tests too")
    options = parser.parse_args()
    os.chdir(CHECKOUT)
    began = time.monotonic()
    try:
        install_packages(["base", "e2e"] if options.e2e else ["base"])
        install_python()
        compile_messages()
        make_directories()
    except InstallError as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    print(f"setup: ready ({time.monotonic() - began:.1f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
