"""A private PostgreSQL on a unix socket: make, start, recover, stop, and databases on it."""

import os
import re
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from ops.accounts import Account, give, identity

OLDEST_VERSION = 15
BOOTSTRAP = Path(__file__).with_name("bootstrap.sql")
DATABASE = "otasuke"

SETTINGS = """\
listen_addresses = ''
unix_socket_directories = '{socket}'
max_connections = 200
shared_buffers = 256MB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
checkpoint_timeout = 10min
wal_compression = on
random_page_cost = 1.1
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %u@%d '
lc_messages = 'C.UTF-8'
"""
# Only for databases that a test run makes again from nothing. Without autovacuum their rows lie, and their plans are
# made, the same way in every run.
FORGETFUL_SETTINGS = """\
autovacuum = off
fsync = off
synchronous_commit = off
full_page_writes = off
"""


class ServiceError(Exception):
    """A private service could not be made, started or stopped; the message is one line for a person."""


def programs_directory() -> Path:
    """Directory of the newest installed server's programs (initdb, pg_ctl, postgres). Raises ServiceError."""
    versions: list[tuple[int, Path]] = []
    for directory in Path("/usr/lib/postgresql").glob("*/bin"):
        if directory.parent.name.isdigit() and (directory / "initdb").exists():
            versions.append((int(directory.parent.name), directory))
    initdb = shutil.which("initdb")
    if not versions and initdb:
        text = subprocess.run([initdb, "--version"], capture_output=True, text=True, check=True).stdout
        version = re.search(r"(\d+)", text)
        versions.append((int(version[1]) if version else 0, Path(initdb).parent))
    if not versions or max(versions)[0] < OLDEST_VERSION:
        raise ServiceError(f"PostgreSQL {OLDEST_VERSION} or newer is not installed: run `make setup`")
    return max(versions)[1]


@dataclass(frozen=True)
class Postgres:
    """One private server. `home` holds its data, socket and log, and belongs to `account`.

    `durable=False` switches off every wait for the disk: only for tests.
    """

    home: Path
    account: Account
    durable: bool = True

    @property
    def data(self) -> Path:
        return self.home / "postgresql"

    @property
    def socket_directory(self) -> Path:
        return self.home / "run"

    @property
    def log(self) -> Path:
        return self.home / "postgresql.log"

    def url(self, role: str, database: str = DATABASE) -> str:
        """A URL libpq, psycopg2 and django-environ read alike."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.socket_directory))}"

    def is_ready(self) -> bool:
        command = [str(programs_directory() / "pg_isready"), "-q", "-t", "2", "-h", str(self.socket_directory)]
        return subprocess.run(command, check=False).returncode == 0

    def start(self) -> None:
        """Start and bootstrap; a running server with the same settings is used as it is."""
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._refuse_other_version()
        changed = self._write_settings()
        if self.is_ready():
            if not changed:
                return
            self.stop()
        self._clear_leftovers()
        self._run("pg_ctl", "start", "-s", "-w", "-t", "60", "-D", self.data, "-l", self.log)
        self.database_bootstrap(DATABASE)

    def stop(self) -> None:
        if not self._processes():
            return
        if (self.data / "postmaster.pid").exists():
            self._run("pg_ctl", "stop", "-s", "-w", "-t", "60", "-m", "fast", "-D", self.data)
        else:
            self._clear_leftovers()

    def database_bootstrap(self, name: str) -> None:
        """Roles, database `name`, its extensions, schema `sec` and default rights. Safe to run again."""
        self._psql("-v", f"db={name}", "-f", str(BOOTSTRAP))

    def database_create(self, name: str, *, template: str | None = None) -> None:
        """Make database `name` anew (an old one is dropped), empty and bootstrapped or as a copy of `template`.

        Nobody may be connected to `template` during the copy.
        """
        self.database_drop(name)
        if template:
            self._psql("-c", f'CREATE DATABASE "{name}" TEMPLATE "{template}" OWNER otasuke_owner')
        self.database_bootstrap(name)

    def database_drop(self, name: str) -> None:
        self._psql("-c", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _initialise(self) -> None:
        unfinished = self.data.exists()
        if unfinished:
            shutil.rmtree(self.data)
        give(self.data, self.account)
        self._run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")

    def _refuse_other_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        installed = programs_directory().parent.name
        if installed.isdigit() and made_by != installed:
            raise ServiceError(f"{self.data} was made by PostgreSQL {made_by}, this machine has {installed}: remove it")

    def _write_settings(self) -> bool:
        text = SETTINGS.format(socket=self.socket_directory) + ("" if self.durable else FORGETFUL_SETTINGS)
        target = self.data / "otasuke.conf"
        if target.exists() and target.read_text() == text:
            return False
        target.write_text(text)
        main = self.data / "postgresql.conf"
        line = "include 'otasuke.conf'\n"
        if not main.read_text().endswith(line):
            with main.open("a") as out:
                out.write(line)
        target.chmod(0o644)
        return True

    def _clear_leftovers(self) -> None:
        """After kill -9: end orphaned backends, then remove lock files whose number may be someone else's by now."""
        deadline = time.monotonic() + 15
        while processes := self._processes():
            if time.monotonic() > deadline:
                raise ServiceError(f"processes of {self.data} do not end: {processes}")
            if time.monotonic() > deadline - 12:
                for pid in processes:
                    _signal(pid, signal.SIGQUIT)
            time.sleep(0.05)
        for left in (self.data / "postmaster.pid", *self.socket_directory.glob(".s.PGSQL.*")):
            left.unlink(missing_ok=True)

    def _processes(self) -> list[int]:
        """Every process of this server: PostgreSQL's processes all work in the data directory."""
        return processes_in(self.data)

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(programs_directory() / program), *map(str, arguments)]
        # The server keeps the descriptors it is started with, so a pipe here would wait for it for ever.
        with (self.home / "commands.log").open("a+") as log:
            start = log.tell()
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.home,
                env=_clean_environment(),
                check=False,
                **identity(self.account),
            )
            if done.returncode:
                log.seek(start)
                words = " ".join(log.read().split())
                raise ServiceError(f"{program} failed: {words[-400:]}; see also {self.log}: {self._last_line()}")

    def _last_line(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        fatal = [line for line in lines if "FATAL" in line or "PANIC" in line]
        return (fatal or lines or [""])[-1]

    def _psql(self, *arguments: str) -> None:
        command = [str(programs_directory() / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", *arguments]
        command += ["-h", str(self.socket_directory), "-U", "postgres", "-d", "postgres"]
        environment = _clean_environment() | {"PGOPTIONS": "-c client_min_messages=warning"}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        if done.returncode:
            raise ServiceError(f"psql failed: {' '.join(done.stderr.split())[-400:]}")


def processes_in(directory: Path) -> list[int]:
    """Numbers of the processes whose working directory is `directory`."""
    wanted = str(directory.resolve())
    numbers = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                here = os.readlink(entry / "cwd")
            except OSError:
                continue
            if here == wanted:
                numbers.append(int(entry.name))
    return numbers


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _clean_environment() -> dict[str, str]:
    """No PG* variable of the caller may lead a command to another server; bootstrap passwords stay out too."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
