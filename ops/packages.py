"""System packages of Debian and Ubuntu: what is missing, and its installation (as root).

    python3 -m ops.packages base [e2e] [bench]

The system's own services (PostgreSQL, Redis, ClamAV, Suricata, Dovecot) are not started by their installation, and
those already there are left as they are. Standard library only.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

OLDEST_POSTGRESQL = 15
OLDEST_SURICATA = 7


def _has_postgresql() -> bool:
    """A server of a version we know, with the contributed extensions."""
    for directory in Path("/usr/lib/postgresql").glob("*/bin/initdb"):
        version = directory.parent.parent.name
        extensions = Path("/usr/share/postgresql") / version / "extension" / "btree_gist.control"
        if version.isdigit() and int(version) >= OLDEST_POSTGRESQL and extensions.exists():
            return True
    return False


def _has_suricata() -> bool:
    program = shutil.which("suricata", path=_system_path())
    if not program:
        return False
    text = subprocess.run([program, "-V"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"version (\d+)\.", text)
    return bool(version and int(version[1]) >= OLDEST_SURICATA)


def _program(name: str) -> Callable[[], bool]:
    return lambda: shutil.which(name, path=_system_path()) is not None


def _package(name: str) -> Callable[[], bool]:
    return lambda: _installed(name)


def _installed(name: str) -> bool:
    command = ["dpkg-query", "-W", "-f", "${db:Status-Status}", name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode == 0 and done.stdout == "installed"


def _system_path() -> str:
    return "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


# Package → how to see that what it gives is there, by whatever way it came.
GROUPS: dict[str, dict[str, Callable[[], bool]]] = {
    "base": {
        "postgresql": _has_postgresql,
        "redis-server": _program("redis-server"),
        "suricata": _has_suricata,
        "clamav-daemon": _program("clamd"),
        "dovecot-imapd": _package("dovecot-imapd"),
        "systemd": _program("systemd-analyze"),
        "libpango-1.0-0": _package("libpango-1.0-0"),
        "libpangoft2-1.0-0": _package("libpangoft2-1.0-0"),
        "libharfbuzz-subset0": _package("libharfbuzz-subset0"),
        "fonts-noto-cjk": _package("fonts-noto-cjk"),
        "fonts-hanazono": _package("fonts-hanazono"),
        "fonts-symbola": _package("fonts-symbola"),
        "gettext": _program("msgfmt"),
        "python3-venv": _package("python3-venv"),
        "python3-cryptography": _package("python3-cryptography"),
        "python3-zstandard": _package("python3-zstandard"),
        "suricata-update": _package("suricata-update"),
        "iproute2": _program("ip"),
        "nftables": _program("nft"),
        "ethtool": _program("ethtool"),
        "openssl": _program("openssl"),
        "nginx-light": _program("nginx"),
        "poppler-utils": _program("pdftoppm"),
    },
    "e2e": {"chromium": _program("chromium")},
    "bench": {"iperf3": _program("iperf3"), "iputils-ping": _program("ping")},
}

# Service units of these packages are not wanted: our own instances are started by our own scripts.
UNITS = {
    "postgresql": ["postgresql"],
    "redis-server": ["redis-server"],
    "suricata": ["suricata"],
    "clamav-daemon": ["clamav-daemon", "clamav-freshclam"],
    "dovecot-imapd": ["dovecot", "dovecot.socket"],
    "nginx-light": ["nginx"],
}


def missing(groups: list[str]) -> list[str]:
    """Names of the packages of `groups` whose content this machine lacks."""
    return [name for group in groups for name, present in GROUPS[group].items() if not present()]


def install(names: list[str]) -> None:
    """Install `names` with apt; raises CalledProcessError when apt fails."""
    _apt("update")
    backports: list[str] = []
    if "suricata" in names and _candidate_major("suricata") < OLDEST_SURICATA:
        backports = _from_backports("suricata")
        names = [name for name in names if name != "suricata"]
    with _no_service_starts(), _no_postgresql_cluster():
        if names:
            _apt("install", *names)
        if backports:
            _apt("install", *backports)
    _disable_units(names + (["suricata"] if backports else []))


def _apt(*arguments: str) -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    options = ["-q", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3"]
    options += ["-o", "Dpkg::Options::=--force-confdef", "-o", "Dpkg::Options::=--force-confold"]
    subprocess.run(["apt-get", *options, *arguments], check=True, env=environment, stdin=subprocess.DEVNULL)


def _candidate_major(package: str) -> int:
    """Major version apt would install; 0 when there is none."""
    done = subprocess.run(
        ["apt-cache", "policy", package],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"LC_ALL": "C.UTF-8"},
    )
    version = re.search(r"Candidate: (?:\d+:)?(\d+)\.", done.stdout)
    return int(version[1]) if version else 0


def _codename() -> str:
    text = Path("/etc/os-release").read_text()
    codename = re.search(r"^VERSION_CODENAME=\"?(\w+)", text, re.MULTILINE)
    return codename[1] if codename else ""


def _from_backports(package: str) -> list[str]:
    """Arguments that install `package` from backports; the source is added when the machine has none.

    Address and key are those of the machine's own Debian source, so a local mirror stays in use.
    """
    suite = f"{_codename()}-backports"
    done = subprocess.run(["apt-cache", "policy"], capture_output=True, text=True, check=True)
    if f"n={suite}" not in done.stdout and f"a={suite}" not in done.stdout:
        source = backports_source(_codename(), list(_apt_sources()))
        Path("/etc/apt/sources.list.d/otasuke-backports.sources").write_text(source)
        _apt("update")
    return ["-t", suite, package]


def _apt_sources() -> Iterator[dict[str, str]]:
    """Every apt source of this machine as deb822 fields."""
    folder = Path("/etc/apt/sources.list.d")
    for path in sorted(folder.glob("*.sources")):
        yield from deb822_sources(path.read_text())
    for path in [Path("/etc/apt/sources.list"), *sorted(folder.glob("*.list"))]:
        if path.exists():
            yield from one_line_sources(path.read_text())


def deb822_sources(text: str) -> Iterator[dict[str, str]]:
    """Sources of a `.sources` file (sources.list(5)); comment lines are dropped."""
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for stanza in re.split(r"\n\s*\n", lines):
        fields: dict[str, str] = {}
        name = ""
        for line in stanza.splitlines():
            if line[:1].isspace():
                fields[name] += "\n" + line
            elif ":" in line:
                name, _, value = line.partition(":")
                fields[name] = value.strip()
        if fields:
            yield fields


def one_line_sources(text: str) -> Iterator[dict[str, str]]:
    """Sources of a one-line `.list` file, as deb822 fields."""
    for line in text.splitlines():
        entry = re.match(r"deb\s+(?:\[(?P<options>[^]]*)\]\s+)?(?P<uri>\S+)\s+(?P<suite>\S+)\s+(?P<rest>.+)", line)
        if not entry:
            continue
        fields = {"Types": "deb", "URIs": entry["uri"], "Suites": entry["suite"], "Components": entry["rest"].strip()}
        for option in (entry["options"] or "").split():
            name, _, value = option.partition("=")
            fields[name.title()] = value.replace(",", " ")
        yield fields


def backports_source(codename: str, sources: list[dict[str, str]]) -> str:
    """A deb822 source for backports, made from the first source of the suite `codename`. Raises LookupError."""
    for fields in sources:
        if codename in fields.get("Suites", "").split() and "deb" in fields.get("Types", "").split():
            made = {**fields, "Types": "deb", "Suites": f"{codename}-backports", "Components": "main"}
            return "".join(f"{name}: {value}\n" for name, value in made.items())
    raise LookupError(f"no apt source for {codename} to take the backports address from")


@contextmanager
def _no_service_starts() -> Iterator[None]:
    """Package scripts ask policy-rc.d before they start or restart a service; ours refuses while we install."""
    policy = Path("/usr/sbin/policy-rc.d")
    if policy.exists():
        yield
        return
    with _temporary_file(policy, "#!/bin/sh\nexit 101\n", 0o755):
        yield


@contextmanager
def _no_postgresql_cluster() -> Iterator[None]:
    """Debian's package would make and start a cluster of its own."""
    path = Path("/etc/postgresql-common/createcluster.d/otasuke.conf")
    path.parent.mkdir(parents=True, exist_ok=True)
    with _temporary_file(path, "create_main_cluster = false\n", 0o644):
        yield


@contextmanager
def _temporary_file(path: Path, text: str, mode: int) -> Iterator[None]:
    def leave(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, leave)
    path.write_text(text)
    path.chmod(mode)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        signal.signal(signal.SIGTERM, before)


def _disable_units(names: list[str]) -> None:
    """Keep what we have just installed from starting at the next boot."""
    if not Path("/run/systemd/system").exists():
        return
    for name in names:
        for unit in UNITS.get(name, []):
            subprocess.run(["systemctl", "disable", "--quiet", unit], check=False, stderr=subprocess.DEVNULL)


def main() -> int:
    names = missing(sys.argv[1:] or ["base"])
    if names:
        install(names)
    return 0


if __name__ == "__main__":
    sys.exit(main())
