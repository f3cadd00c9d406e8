"""The whole platform on one machine: services, database, demo consortium, web, worker, scheduler, mail server.

    with Stack(Path("var/demo"), web_port=8000) as stack:
        stack.manage("run_due", "--at", "2026-11-21T10:00")

Entering starts everything in order and says each step; leaving stops it in reverse order.
"""

import fcntl
import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg2

from ops import services
from ops.accounts import CHECKOUT, give, make_open
from ops.postgres import ServiceError
from ops.processes import Supervisor, beat, free_port, port_is_free, smtp_sink, watch, web, worker
from otasuke.queues import LANES


@dataclass(frozen=True)
class Consortium:
    """What `load_demo --json` made: the demo firm and one login per role."""

    firm_id: int
    firm_name: str
    firm_email: str
    firms: int
    logins: dict[str, tuple[str, str]]


class Stack:
    """Runs the platform for one directory. `fresh` throws away what an earlier run left in the database; `year` plays a
    year of the demo firms' lives before anybody looks."""

    def __init__(
        self,
        directory: Path,
        *,
        host: str = "127.0.0.1",
        web_port: int | None = None,
        fresh: bool = False,
        year: bool = False,
    ) -> None:
        self.directory = directory.absolute()
        self.web_port = web_port or free_port()
        self.smtp_port = free_port()
        self._host = host
        self.url = f"http://{host}:{self.web_port}"
        self.mail = self.directory / "mail"
        self._fresh, self._year = fresh, year
        self.consortium: Consortium | None = None
        self._held = ExitStack()

    def __enter__(self) -> Self:
        self._claim()
        if self._fresh:
            services.destroy(self.directory)
            for name in ("mail", "log", "state", "cache"):
                shutil.rmtree(self.directory / name, ignore_errors=True)
        self._say("databases (private PostgreSQL and Redis)")
        self.env = services.ensure(self.directory)
        self.supervisor = Supervisor(self.directory, self._environment())
        give(self.directory / "state", self.supervisor.account, 0o700)
        try:
            self._start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.supervisor.stop_all()
        services.stop(self.directory)
        self._held.close()

    def _claim(self) -> None:
        """Refuse, before anything is touched, a directory that another run is using."""
        if os.environ.get("DATABASE_URL") and not os.environ.get("SUPERUSER_DATABASE_URL"):
            raise ServiceError("DATABASE_URL is set: SUPERUSER_DATABASE_URL is needed too, to look at what happened")
        make_open(self.directory)
        lock = self._held.enter_context((self.directory / "running.lock").open("w"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ServiceError(f"another run is using {self.directory}: stop it first") from None

    def _require_port(self, patience_s: float = 3.0) -> None:
        """Checks the port only after leftovers of a killed run have ended, which may have held it."""
        deadline = time.monotonic() + patience_s
        while not port_is_free(self.web_port):
            if time.monotonic() > deadline:
                raise ServiceError(f"port {self.web_port} is in use: PORT=8080 make demo takes another")
            time.sleep(0.1)

    def keep(self) -> None:
        """Start PostgreSQL or Redis again when one ended by itself, as after a full disk. Tries again the next time."""
        try:
            services.revive(self.directory)
        except ServiceError as problem:
            self._say(f"services: {problem}")

    def run_until_signal(self) -> None:
        """Stay, and start again what ends by itself."""
        self.supervisor.run_until_signal(self.keep)

    def manage(self, *arguments: str) -> str:
        """Run a management command and return what it printed. Raises CalledProcessError with its errors shown."""
        answer = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=CHECKOUT,
            env=os.environ | self.supervisor.environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return answer.stdout

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Look into the database as an observer who sees everything (the superuser of the private server)."""
        if self.env.superuser_database_url is None:
            raise ServiceError("the scenario looks into the database: set SUPERUSER_DATABASE_URL")
        connection = psycopg2.connect(self.env.superuser_database_url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(sql, values)
                return list(cursor.fetchall())
        finally:
            connection.close()

    def _start(self) -> None:
        self._require_port()
        self._say("database schema")
        self.manage("migrate", "--database", "owner", "-v", "0")
        self._say("static files")
        self.manage("collectstatic", "--noinput", "-v", "0")
        self._say("demo consortium" + (" and a year of its life (a minute or two)" if self._year else ""))
        self.consortium = self._load_consortium()
        self._say("mail server, web server, workers, scheduler")
        self.supervisor.start(smtp_sink(self.smtp_port, self.mail))
        self.supervisor.start(web((self._host, self.web_port)))
        for lane in LANES:
            self.supervisor.start(worker(lane))
        self.supervisor.start(beat(self.directory))
        self.supervisor.start(watch())

    def _load_consortium(self) -> Consortium:
        made = json.loads(self.manage("load_demo", "--json", *["--year"] * self._year).strip().splitlines()[-1])
        email = self.rows("SELECT email FROM tenants_organisation WHERE id = %s", made["firm_id"])[0][0]
        return Consortium(
            firm_id=made["firm_id"],
            firm_name=made["firm_name"],
            firm_email=email,
            firms=made["firm_count"],
            logins={login["role"]: (login["email"], login["password"]) for login in made["logins"]},
        )

    def _environment(self) -> dict[str, str]:
        state = self.directory / "state"
        return {
            **self.env.variables(),
            "SECRET_KEY": secrets.token_urlsafe(50),
            "DEBUG": "0",
            "DEMO_PASSWORD": secrets.token_urlsafe(9),
            "REQUIRE_SECOND_FACTOR": "0",  # the demo's logins are invented people without a phone
            "ALLOWED_HOSTS": f"127.0.0.1,localhost,{self._host}",
            "PORTAL_URL": self.url,
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(self.smtp_port),
            "PLATFORM_KEY_FILE": str(state / "platform.key"),
            "PRIVATE_MEDIA_ROOT": str(state / "private"),
            "STATIC_ROOT": str(self.directory / "static"),
        }

    def _say(self, what: str) -> None:
        print(f"{time.strftime('%H:%M:%S')}  {what}", flush=True)
