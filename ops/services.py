"""Private PostgreSQL and Redis under `var/`, never the system's own.

    python -m ops.services start --dir var/dev       start both (again: uses the running ones)
    eval "$(python -m ops.services env --dir var/dev)"    start both and set the variables in this shell
    python -m ops.services status|stop|destroy --dir var/dev

`DATABASE_URL` with `OWNER_DATABASE_URL`, and `REDIS_URL`, given in the environment take the place of the private
servers: nothing is started for them.
"""

import argparse
import contextlib
import fcntl
import hashlib
import os
import shlex
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from ops.accounts import CHECKOUT, Account, give, give_to_owner, make_open, service_account
from ops.postgres import Postgres, ServiceError
from ops.redis_server import Redis

# sockaddr_un.sun_path is 108 bytes with its closing zero (unix(7)).
LONGEST_SOCKET_PATH = 107
SHORT_DIRECTORIES = Path("/var/tmp")  # noqa: S108 (_refuse_foreign)


@dataclass(frozen=True)
class Env:
    """Where the services are. `superuser_database_url` is None when the databases were given from outside."""

    database_url: str
    owner_database_url: str
    redis_url: str
    broker_url: str
    maintenance_database_url: str | None = None
    report_database_url: str | None = None
    superuser_database_url: str | None = None

    def variables(self) -> dict[str, str]:
        """The environment variables the settings read."""
        named = {
            "DATABASE_URL": self.database_url,
            "OWNER_DATABASE_URL": self.owner_database_url,
            "MAINTENANCE_DATABASE_URL": self.maintenance_database_url,
            "REPORT_DATABASE_URL": self.report_database_url,
            "SUPERUSER_DATABASE_URL": self.superuser_database_url,
            "REDIS_URL": self.redis_url,
            "CELERY_BROKER_URL": self.broker_url,
        }
        return {name: value for name, value in named.items() if value is not None}

    def for_database(self, name: str) -> "Env":
        """The same servers and roles with another database's name."""
        return replace(
            self,
            database_url=_renamed(self.database_url, name),
            owner_database_url=_renamed(self.owner_database_url, name),
            maintenance_database_url=_renamed_if_given(self.maintenance_database_url, name),
            report_database_url=_renamed_if_given(self.report_database_url, name),
            superuser_database_url=_renamed_if_given(self.superuser_database_url, name),
        )


def ensure(directory: Path | str, *, durable: bool = True) -> Env:
    """Start what is not running under `directory` and say where it is. Several processes may call at once.

    `durable=False` is for test databases only: PostgreSQL then never waits for the disk.
    Raises ServiceError with one line for a person.
    """
    with _locked(Path(directory)) as home:
        postgres, redis = _servers(home, durable=durable)
        database = _given_databases()
        if database is None:
            postgres.start()
            database = {
                "database_url": postgres.url("otasuke_app"),
                "owner_database_url": postgres.url("otasuke_owner"),
                "maintenance_database_url": postgres.url("otasuke_maintenance"),
                "report_database_url": postgres.url("otasuke_report"),
                "superuser_database_url": postgres.url("postgres"),
            }
        given_redis = os.environ.get("REDIS_URL")
        if given_redis:
            broker = os.environ.get("CELERY_BROKER_URL") or given_redis
            return Env(redis_url=given_redis, broker_url=broker, **database)
        redis.start()
        return Env(redis_url=redis.url, broker_url=redis.broker_url, **database)


def revive(directory: Path | str) -> list[str]:
    """Start those private servers under `directory` again that ended by themselves. → their names.

    Raises ServiceError while one cannot start (the disk is still full).
    """
    if _given_databases() is not None:
        return []
    postgres, redis = servers(directory)
    ended = [type(server).__name__.lower() for server in (postgres, redis) if not server.is_ready()]
    if ended:
        ensure(directory)
    return ended


def stop(directory: Path | str) -> None:
    """Stop both private servers under `directory`; nothing happens when none runs."""
    with _locked(Path(directory)) as home:
        for server in _servers(home):
            server.stop()


def destroy(directory: Path | str) -> None:
    """Stop both and remove their data."""
    with _locked(Path(directory)) as home:
        for server in _servers(home):
            server.stop()
        shutil.rmtree(home)
        link = Path(directory).absolute() / "services"
        if link.is_symlink():
            link.unlink()


def servers(directory: Path | str, *, durable: bool = True) -> tuple[Postgres, Redis]:
    """The two private servers under `directory`, running or not, for tests that kill them or make databases."""
    with _locked(Path(directory)) as home:
        return _servers(home, durable=durable)


def _servers(home: Path, *, durable: bool = True) -> tuple[Postgres, Redis]:
    account = service_account()
    return Postgres(home, account, durable), Redis(home, account)


def _given_databases() -> dict[str, str] | None:
    url = os.environ.get("DATABASE_URL")
    if not url:
        return None
    owner = os.environ.get("OWNER_DATABASE_URL")
    if not owner:
        raise ServiceError("DATABASE_URL is set but OWNER_DATABASE_URL (the role that migrates) is not")
    given = {"database_url": url, "owner_database_url": owner}
    for field in ("maintenance_database_url", "report_database_url", "superuser_database_url"):
        if value := os.environ.get(field.upper()):
            given[field] = value
    return given


@contextlib.contextmanager
def _locked(directory: Path) -> Iterator[Path]:
    """Hold the directory's lock and yield the private home inside it, made when missing."""
    directory = directory.absolute()
    make_open(directory)
    with (directory / "services.lock").open("w") as lock:
        give_to_owner(Path(lock.name))
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield _home(directory, service_account())


def _home(directory: Path, account: Account) -> Path:
    """The directory for data and sockets: `<directory>/services`, or a short one linked from there.

    The short one is needed when the socket's path would be too long or the account cannot get there (/root).
    """
    wanted = directory.resolve() / "services"
    longest = len(os.fsencode(wanted / "run" / ".s.PGSQL.5432"))
    if wanted.is_dir() and not wanted.is_symlink() and not account.may_enter(wanted.parent):
        raise ServiceError(f"{wanted} was made when other users could enter {directory}: open it again or remove it")
    if longest <= LONGEST_SOCKET_PATH and account.may_enter(wanted.parent) and not wanted.is_symlink():
        home = wanted
    else:
        digest = hashlib.sha256(os.fsencode(wanted)).hexdigest()[:12]
        home = SHORT_DIRECTORIES / f"otasuke-{digest}"
        _refuse_foreign(home, account)
    give(home, account)
    give(home / "run", account)
    if home != wanted:
        wanted.unlink(missing_ok=True)
        wanted.symlink_to(home)
    return home


def _refuse_foreign(home: Path, account: Account) -> None:
    """The short directory lies where anyone may write: never adopt one that somebody else put there."""
    try:
        info = home.lstat()
    except FileNotFoundError:
        return
    if home.is_symlink() or info.st_uid != account.uid:
        raise ServiceError(f"{home} exists and belongs to another user: remove it")


def _renamed(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def _renamed_if_given(url: str | None, database: str) -> str | None:
    return _renamed(url, database) if url else None


def _print_status(directory: Path) -> None:
    for server in servers(directory):
        print(f"{type(server).__name__.lower():10} {'running' if server.is_ready() else 'stopped'}  {server.home}")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="ops.services", description="Private PostgreSQL and Redis")
    parser.add_argument("action", choices=["start", "stop", "status", "env", "destroy"])
    parser.add_argument("--dir", type=Path, default=CHECKOUT / "var" / "dev")
    parser.add_argument("--forgetful", action="store_true", help="never wait for the disk (test databases only)")
    options = parser.parse_args(arguments)
    try:
        if options.action in ("start", "env"):
            env = ensure(options.dir, durable=not options.forgetful)
            prefix = "export " if options.action == "env" else ""
            for name, value in env.variables().items():
                print(f"{prefix}{name}={shlex.quote(value)}")
        elif options.action == "status":
            _print_status(options.dir)
        else:
            (stop if options.action == "stop" else destroy)(options.dir)
    except ServiceError as error:
        print(f"services: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
