"""The desk's pages at full size: 1,000 firms, 100,000 cases with their calls, of which 2,000 are open, and 20,000.

    python -m bench.desk [rounds]

As bench.pages: Django's test client in this process, through the whole middleware, as the application's role behind
row-level security. One agent of a desk that serves all 1,000 firms opens what an agent opens.
"""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from bench.pages import WALL, _nanoseconds, _platform

ROUNDS = 20
CASES = 100_000
OPEN, OPEN_FLOODED = 2_000, 20_000
FILL = """
INSERT INTO incidents_case (tenant_id, number, title, category, topic, channel, solved_by, state, importance,
  opened_at, due_at, answered_at, closed_at, version)
SELECT f.id, n / %(firms)s + 1, 'プリンターが印刷できない ' || n, 'other', 'printer', 'phone',
  CASE WHEN n < %(open)s THEN '' ELSE 'phone' END, CASE WHEN n < %(open)s THEN 'new' ELSE 'solved' END, n %% 3,
  %(now)s::timestamptz - n * interval '3 minutes', %(now)s::timestamptz + (n %% 977 - 400) * interval '3 minutes',
  NULL, CASE WHEN n < %(open)s THEN NULL ELSE %(now)s::timestamptz END, 1
FROM generate_series(0, %(cases)s - 1) AS n
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM tenants_organisation WHERE kind = 'sme') f
  ON f.place = n %% %(firms)s
"""
CALLS = """
INSERT INTO incidents_contact (tenant_id, channel, direction, number_raw, number_e164, call_key, offered_at,
  answered_at, ended_at, case_id)
SELECT c.tenant_id, 'phone', 'in', '06-6000-0000', '+81660000000', '', c.opened_at, c.opened_at,
  c.opened_at + interval '4 minutes', c.id FROM incidents_case c
"""
FLOOD = """
UPDATE incidents_case SET state = 'new', closed_at = NULL, solved_by = ''
WHERE id IN (SELECT id FROM incidents_case WHERE state = 'solved' ORDER BY id LIMIT %(more)s)
"""


def run(rounds: int = ROUNDS) -> dict[str, Any]:
    """Milliseconds per page, with 2,000 open cases and with 20,000; goal: the queue under 200 ms."""
    with _platform() as connections:
        from django.test import Client
        from django.utils import timezone

        from bench import pages_data

        now = timezone.now()
        with connections["loader"].cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("SET synchronous_commit = off")
            firms, partners, people = pages_data.programme_full("loader", now)
            numbers = {"firms": len(firms), "cases": CASES, "open": OPEN, "now": now}
            cursor.execute(FILL, numbers)
            cursor.execute(CALLS)
            cursor.execute("VACUUM (ANALYZE)")
        client = Client(SERVER_NAME="localhost")
        client.force_login(people[partners["desk"].pk])
        connections[WALL].ensure_connection()
        usual = _measured(client, rounds)
        with connections["loader"].cursor() as cursor:
            cursor.execute(FLOOD, {"more": OPEN_FLOODED - OPEN})
            cursor.execute("VACUUM (ANALYZE)")
        flooded = _measured(client, rounds)
    return {"firms": len(firms), "cases": CASES, "open": OPEN, "pages": usual, "flooded": flooded}


def _measured(client: Any, rounds: int) -> dict[str, dict[str, float]]:
    first = client.get("/desk/").content.decode()
    seen, case = _first_match(r"seen=(\w+)", first), _first_match(r'href="(/desk/cases/[^"]+)"', first)
    behind = _first_match(r'href="(\?[^"]*after=[^"]+)"', first).replace("&amp;", "&")
    pages = {
        "queue": "/desk/",
        "queue, second page": f"/desk/{behind}",
        "queue, late ones": "/desk/?show=late",
        "queue, firm's name": "/desk/?q=計測用 0500",
        "queue, firm's number": "/desk/?q=06-6000-0500",
        "stamp": f"/desk/stamp/?seen={seen}",
        "call pop": "/desk/call/?number=%2B81660000500",
        "case": case,
    }
    figures = {}
    for name, path in pages.items():
        client.get(path)
        costs = [_timed(client, path) for _ in range(rounds)]
        times = [wall for wall, _cpu in costs]
        figures[name] = {
            "median_ms": round(median(times) * 1000, 1),
            "p95_ms": round(quantiles(times, n=20, method="inclusive")[-1] * 1000, 1),
            "cpu_ms": round(median([cpu for _wall, cpu in costs]) * 1000, 1),
        }
    return figures


def _first_match(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if match is None:
        raise RuntimeError(f"the queue shows no {pattern}")
    return match[1]


def _timed(client: Any, path: str) -> tuple[float, float]:
    """Seconds by the clock, and of the processors: this process and its PostgreSQL backend."""
    from django.db import connection

    backend = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    spent, python, began = _nanoseconds(backend), time.process_time(), time.perf_counter()
    answer = client.get(path)
    taken = time.perf_counter() - began
    cpu = time.process_time() - python + (_nanoseconds(backend) - spent) / 1e9
    if answer.status_code not in (200, 204):
        raise RuntimeError(f"{answer.status_code} at {path}")
    return taken, cpu


if __name__ == "__main__":
    json.dump(run(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS), sys.stdout, indent=2, ensure_ascii=False)
    print()
