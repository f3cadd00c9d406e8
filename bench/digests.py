"""One hour's run of the digest for 10,000 firms: seconds until every mail is written, and until the mail server has it.

    python -m bench.digests [firms]

Every firm has three notices of the hour before, of messages made of the threat catalogue's own words, two machines of
which it named one, and in one firm of ten a second contact who reads English. The service that writes the digests runs
here as `run_due` runs it, the worker that sends mails and a mail server run beside it as an installation has them. The
baseline is the same mails handed to the same mail server over one connection by the standard library.
"""

from __future__ import annotations

import json
import shutil
import smtplib
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg2

from bench.ingest import DIRECTORY, platform_prepare
from bench.threats import signatures
from ops.processes import Supervisor, free_port, smtp_sink, worker
from otasuke.queues import LANES

FIRMS = 10_000
KINDS = 400  # different messages
GROUPS = 3  # of a firm
SWEEP_S = 5.0  # as beat wakes the sender
PATIENCE_S = 900.0
MAIL = next(lane for lane in LANES if lane.queue == "mail")
_MACHINES = """
INSERT INTO sensors_device (tenant_id, sensor_id, mac, last_ip, vendor, random_mac, given_name, owner, names_seen,
  whose, antivirus, first_seen_at, last_seen_at)
SELECT b.tenant_id, b.id, '02:00:5e:00:53:0' || n, ('192.168.1.' || 9 + n)::inet, 'Example Computer', false,
  CASE n WHEN 1 THEN '経理のパソコン' ELSE '' END, '', '{}', 'company', 'yes',
  %(now)s::timestamptz - interval '90 days', %(now)s
FROM box b, generate_series(1, 2) AS n
"""
_GROUPS = """
INSERT INTO alerts_alertgroup (tenant_id, sensor_id, hour, function, direction, family, asset_key, asset_ip, asset_mac,
  signature, signature_id, category, peer, grade, notify, rule, alert_count, blocked_count, first_at, last_at,
  digest_state, told_count, told_blocked, soc_state)
SELECT b.tenant_id, b.id, h.hour, 'ips', 'outbound', 'message:' || s.message, '192.168.1.' || 9 + m.n,
  ('192.168.1.' || 9 + m.n)::inet, '02:00:5e:00:53:0' || m.n, s.message, 2100000 + s.place, s.category,
  '203.0.113.' || s.place %% 250, 2, 'digest', 'outbound-malware', 1 + s.place %% 9, 0, h.hour + interval '3 minutes',
  h.hour + interval '50 minutes', 'unwritten', 0, 0, 'new'
FROM box b CROSS JOIN generate_series(0, %(groups)s - 1) AS g(n)
  JOIN unnest(%(messages)s::text[], %(categories)s::text[]) WITH ORDINALITY AS s(message, category, place)
    ON s.place = 1 + (b.place * 7 + g.n * 131) %% %(kinds)s,
  LATERAL (SELECT 1 + g.n %% 2 AS n) m,
  LATERAL (SELECT date_trunc('hour', %(now)s::timestamptz) - interval '1 hour' AS hour) h
ORDER BY b.place
"""
_ADDRESSES = """
UPDATE tenants_organisation o SET email = 'firm' || f.place || '@firm.invalid' FROM firm f WHERE f.id = o.id
"""
_CONTACTS = """
INSERT INTO notifications_noticecontact (tenant_id, name, carrier, address, secrets, language, is_main, state, serious,
  digest, course, monthly, code, code_tries, created_at, confirmed_at)
SELECT f.id, CASE n WHEN 0 THEN '' ELSE '工場長' END, 'mail',
  CASE n WHEN 0 THEN '' ELSE 'second' || f.place || '@firm.invalid' END, '', CASE n WHEN 0 THEN 'ja' ELSE 'en' END,
  n = 0, 'active', true, true, true, true, '', 0, %(now)s, %(now)s
FROM firm f, generate_series(0, 1) AS n WHERE f.place %% 10 = 0
"""


def run(firms: int = FIRMS) -> dict[str, Any]:
    """Seconds of the run; goal: under 60 until every mail is at the mail server. Raises RuntimeError when one lacks."""
    with _platform() as (port, mail, supervisor, count):
        from django.utils import timezone

        from alerts.digest import digest_send_due

        now = timezone.now().replace(minute=1)
        expected = firms + (firms + 9) // 10
        _load(firms, now)
        supervisor.start(worker(MAIL))
        began = time.monotonic()
        written = digest_send_due(now=now)
        queued = time.monotonic() - began
        _wait_sent(count, expected)
        handed = time.monotonic() - began
        again = digest_send_due(now=now)
        mails = sorted((mail / "new").glob("*.eml"))
        if (written, again, len(mails)) != (firms, 0, expected):
            raise RuntimeError(f"{written} digests written, {again} again, {len(mails)} of {expected} mails arrived")
        supervisor.stop(MAIL.program)
        bare = _bare_s(port, [path.read_bytes() for path in mails])
    return {
        "firms": firms,
        "mails": expected,
        "written_s": round(queued, 1),
        "handed_s": round(handed, 1),
        "bare_smtp_s": round(bare, 1),
        "ratio": round(handed / bare, 1),
        "ms_per_mail": round(handed / expected * 1000, 1),
    }


def _load(firms: int, now: datetime) -> None:
    from django.db import connections

    from bench import pages_data, scale_data

    few = scale_data.Amounts(groups=1, each=1, cases=1, cases_open=1, incidents=1, jobs=1, claims=1)
    connections.settings["loader"] = {**connections.settings["default"], "USER": "postgres"}
    scale_data.load("loader", firms, now - timedelta(days=1), few)
    chosen = signatures()
    chosen = chosen[:: len(chosen) // KINDS][:KINDS]
    numbers: dict[str, Any] = {
        "now": now,
        "groups": GROUPS,
        "kinds": KINDS,
        "messages": [message for message, _category in chosen],
        "categories": [category for _message, category in chosen],
    }
    with connections["loader"].cursor() as cursor:
        cursor.execute("DELETE FROM alerts_alertgroup")
        for statement in (_ADDRESSES, _MACHINES, _CONTACTS):
            cursor.execute(statement, numbers)
        for statement in pages_data.with_sums(_GROUPS):
            cursor.execute(statement, numbers)
        cursor.execute("VACUUM (ANALYZE)")
    connections["loader"].close()


def _wait_sent(count: Callable[[str], int], expected: int) -> None:
    """Until the server has taken all; meanwhile the sender is woken as beat does."""
    from tenants.tenancy.jobs import wake

    began = swept = time.monotonic()
    while count("SELECT count(*) FROM notifications_outboxmessage WHERE state = 'sent'") < expected:
        if time.monotonic() > began + PATIENCE_S:
            raise RuntimeError("not every mail was sent")
        if time.monotonic() > swept + SWEEP_S:
            swept = time.monotonic()
            wake("notifications.tasks.send_outbox")
        time.sleep(0.1)


def _bare_s(port: int, mails: list[bytes]) -> float:
    began = time.monotonic()
    with smtplib.SMTP("127.0.0.1", port) as server:
        for content in mails:
            server.sendmail("desk@otasuke.invalid", ["somebody@firm.invalid"], content)
    return time.monotonic() - began


@contextmanager
def _platform() -> Iterator[tuple[int, Path, Supervisor, Callable[[str], int]]]:
    """Database and mail server; (its port, its folder, the supervisor, how many rows a query counts)."""
    smtp, mail = free_port(), DIRECTORY / "digest-mail"
    shutil.rmtree(mail, ignore_errors=True)
    sending = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(smtp)}
    variables, _port = platform_prepare(sending)
    with (
        Supervisor(DIRECTORY, variables) as supervisor,
        closing(psycopg2.connect(variables["SUPERUSER_DATABASE_URL"])) as connection,
    ):
        connection.autocommit = True
        supervisor.start(smtp_sink(smtp, mail))

        def count(query: str) -> int:
            with connection.cursor() as cursor:
                cursor.execute(query)
                [(number,)] = cursor.fetchall()
                return int(number)

        yield smtp, mail, supervisor, count


if __name__ == "__main__":
    json.dump(run(int(sys.argv[1]) if len(sys.argv) > 1 else FIRMS), sys.stdout, indent=2)
    print()
