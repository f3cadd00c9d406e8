"""What row-level security costs the pages people open: server time per page, with the wall and without it.

    python -m bench.pages [rounds]

Django's test client opens the pages in this process, through the whole middleware, as owners of many firms and as
partners, in a programme of 1,000 firms and 1,000,000 alerts (bench.pages_data). Every page is opened twice in a row, as
the application's role and as one that has the same rights but passes by row-level security; which comes first changes
every time. The application's own filters are in place both times, and both answers must be the same page.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import psycopg2

from ops import services

DIRECTORY = Path("var/bench")
DATABASE = "bench_pages"
ROLE = "otasuke_bench_no_wall"
WALL, NO_WALL = "default", "no_wall"
ROUNDS = 3
FIRMS = 57
BUSY = 10
PARTNER_VISITS = 10
# What differs between two answers to the same person: tokens of forms, and the clock.
_CHANGING = re.compile(rb"\b[A-Za-z0-9]{64}\b|\d{1,2}:\d\d")


@dataclass(frozen=True)
class Cost:
    """One page opened once: seconds by the clock, of this process, and of the PostgreSQL backend that served it."""

    wall: float
    python: float
    database: float


@dataclass(frozen=True)
class Visit:
    """One person's page."""

    page: str
    path: str
    client: Any


Costs = dict[str, dict[str, list[Cost]]]


def run(rounds: int = ROUNDS) -> dict[str, Any]:
    """Figures per page; `ratio` is (median with row-level security) ÷ (median without), goal ≤ 1.3 and p95 < 150 ms."""
    with _platform() as connections:
        from django.utils import timezone

        from bench import pages_data

        started = time.monotonic()
        world = pages_data.load("loader", timezone.now())
        loaded = time.monotonic() - started
        stored = _stored(connections)
        visits = _visits(world)
        swap = _Swap(connections)
        _check(swap, visits)
        costs: Costs = {}
        for number in range(rounds):
            for place, visit in enumerate(visits):
                for wall in (WALL, NO_WALL) if (number + place) % 2 else (NO_WALL, WALL):
                    cost, _body = swap.open(visit, wall)
                    costs.setdefault(visit.page, {WALL: [], NO_WALL: []})[wall].append(cost)
    return {**stored, "load_s": round(loaded, 1), "pages": {page: _figures(by) for page, by in costs.items()}}


@contextmanager
def _platform() -> Iterator[Any]:
    """Django on a new database; yields its connections, of which `loader` is the superuser's, `no_wall` the other's."""
    environment = services.ensure(DIRECTORY)
    postgres, _redis = services.servers(DIRECTORY)
    postgres.database_create(DATABASE)
    os.environ.update(
        environment.for_database(DATABASE).variables()
        | {
            "DEBUG": "0",
            "LOG_LEVEL": "ERROR",
            "SECRET_KEY": "bench-only",
            "STATICFILES_BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
            "DJANGO_SETTINGS_MODULE": "otasuke.settings",
        }
    )
    import django
    from django.core.management import call_command
    from django.db import connections

    django.setup()
    from otasuke.settled import settle

    settle()  # as every web process does
    call_command("migrate", database="owner", verbosity=0)
    for alias, role in (("loader", "postgres"), (NO_WALL, ROLE)):
        connections.settings[alias] = {**connections.settings[WALL], "USER": role}
    with connections["loader"].cursor() as cursor:
        cursor.execute(f"DROP ROLE IF EXISTS {ROLE}")
        cursor.execute(f"CREATE ROLE {ROLE} LOGIN BYPASSRLS IN ROLE otasuke_app")
    try:
        yield connections
    finally:
        connections.close_all()
        postgres.database_drop(DATABASE)
        superuser = psycopg2.connect(postgres.url("postgres"))
        with superuser, superuser.cursor() as cursor:
            cursor.execute(f"DROP ROLE IF EXISTS {ROLE}")
        superuser.close()


def _visits(world: Any) -> list[Visit]:
    """Every page of every chosen person; owners of busy firms have pages of their own name."""
    from django.test import Client
    from django.urls import reverse

    def logged_in(user: Any) -> Any:
        client = Client(SERVER_NAME="localhost")
        client.force_login(user)
        return client

    visits = []
    for firms, suffix in ((_spread(world.firms, FIRMS), ""), (_spread(world.busy, BUSY), ", busy firm")):
        for firm, owner in firms:
            client, alerts = logged_in(owner), reverse("portal:alerts")
            for page, path in (
                ("portal home", reverse("portal:home")),
                ("alert list", alerts),
                ("alert list, all", f"{alerts}?grade=all&page=3"),
                ("one alert", reverse("portal:alert", args=[world.newest[firm]])),
            ):
                visits.append(Visit(page + suffix, path, client))
    for page, name, user in (("desk queue", "staff:queue", world.agent), ("SOC alerts", "soc:alerts", world.analyst)):
        visits += [Visit(page, reverse(name), logged_in(user))] * PARTNER_VISITS
    return visits


def _spread(choices: Sequence[Any], count: int) -> Sequence[Any]:
    return choices[:: max(1, len(choices) // count)][:count]


class _Swap:
    """Opens pages with one or the other connection as the application's own."""

    def __init__(self, connections: Any) -> None:
        self._connections = connections
        self._by_wall = {wall: connections[wall] for wall in (WALL, NO_WALL)}
        self._loader = connections["loader"]

    def open(self, visit: Visit, wall: str) -> tuple[Cost, bytes]:
        """The page's cost and content. Raises RuntimeError for any status but 200 and 204."""
        connection = self._connections[WALL] = self._by_wall[wall]
        connection.ensure_connection()
        backend = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
        spent, python, began = _nanoseconds(backend), time.process_time(), time.perf_counter()
        answer = visit.client.get(visit.path)
        body = answer.getvalue()  # of a file that is sent part by part, this is when it is made
        wall_s, python_s = time.perf_counter() - began, time.process_time() - python
        if answer.status_code not in (200, 204):
            raise RuntimeError(f"{visit.page}: {answer.status_code} at {visit.path}")
        return Cost(wall_s, python_s, (_nanoseconds(backend) - spent) / 1e9), body

    def rows_read(self, visit: Visit) -> int:
        """Rows the database reads from its tables to show this page with the wall: scanned, or fetched by an index."""
        connection = self._by_wall[WALL]
        before = self._rows_counted(connection)
        self.open(visit, WALL)
        return self._rows_counted(connection) - before

    def _rows_counted(self, connection: Any) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_force_next_flush()")
        with self._loader.cursor() as cursor:
            cursor.execute("SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_user_tables")
            return int(cursor.fetchone()[0])

    def rows_seen(self, wall: str) -> int:
        """Groups this connection sees with no scope open."""
        with self._by_wall[wall].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM alerts_alertgroup")
            return int(cursor.fetchone()[0])


def _nanoseconds(schedstat: Path) -> int:
    """Time on a processor so far (Documentation/scheduler/sched-stats.rst)."""
    return int(schedstat.read_text().split()[0])


def _check(swap: _Swap, visits: Sequence[Visit]) -> None:
    """Warm everything, and refuse to compare what is not comparable."""
    seen = swap.rows_seen(WALL), swap.rows_seen(NO_WALL)
    if seen[0] or not seen[1]:
        raise RuntimeError(f"groups seen with and without the wall: {seen}")
    for visit in visits:
        bodies = {_CHANGING.sub(b"", swap.open(visit, wall)[1]) for wall in (WALL, NO_WALL)}
        if len(bodies) > 1:
            raise RuntimeError(f"{visit.page} at {visit.path} differs without the wall")


def _stored(connections: Any) -> dict[str, int]:
    counted = "SELECT (SELECT count(*) FROM tenants_organisation WHERE kind = 'sme'),"
    counted += " (SELECT count(*) FROM alerts_alertgroup), (SELECT count(*) FROM alerts_alert)"
    with connections["loader"].cursor() as cursor:
        cursor.execute(counted)
        return dict(zip(("firms", "groups", "alerts"), cursor.fetchone(), strict=True))


def _figures(by_wall: dict[str, list[Cost]]) -> dict[str, float]:
    """Milliseconds; medians but for p95. `cpu` is this process and the backend together."""
    made: dict[str, float] = {"visits": len(by_wall[WALL])}
    for wall, prefix in ((WALL, ""), (NO_WALL, "no_wall_")):
        costs = by_wall[wall]
        made |= {
            f"{prefix}median_ms": _ms([cost.wall for cost in costs]),
            f"{prefix}p95_ms": round(quantiles([cost.wall for cost in costs], n=20, method="inclusive")[-1] * 1000, 1),
            f"{prefix}cpu_ms": _ms([cost.python + cost.database for cost in costs]),
            f"{prefix}database_ms": _ms([cost.database for cost in costs]),
        }
    return made | {
        "ratio": round(made["median_ms"] / made["no_wall_median_ms"], 3),
        "cpu_ratio": round(made["cpu_ms"] / made["no_wall_cpu_ms"], 3),
        "database_ratio": round(made["database_ms"] / made["no_wall_database_ms"], 3),
    }


def _ms(seconds: list[float]) -> float:
    return round(median(seconds) * 1000, 2)


if __name__ == "__main__":
    json.dump(run(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS), sys.stdout, indent=2)
    print()
