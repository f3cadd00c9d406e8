"""A proposed change of grading tried on 90 days of one signature over 1,000 firms.

    python -m bench.replay [firms]

Each firm met the signature every third day, ten detections an hour's group, every group in a digest of its own; beside
them lie 300,000 groups of other signatures. Tried as the application's role behind row-level security, in the sight of
an analyst who watches all firms. The baseline is one query that counts the same detections without a wall.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from bench.pages import _platform

FIRMS = 1_000
EVERY_DAYS, EACH = 3, 10
OTHERS = 300_000
FAMILY, NUMBER = "message:replayed sample", 2_999_999
PARTITIONS = "SELECT sec.ensure_partitions((%s::timestamptz - interval '4 months')::date, %s::date)"
FILL = """
INSERT INTO alerts_alertgroup (tenant_id, sensor_id, hour, function, direction, family, asset_key, asset_ip, asset_mac,
  signature, signature_id, category, peer, grade, notify, rule, alert_count, blocked_count, first_at, last_at,
  digest_state, digest_id, triaged_at, told_count, told_blocked, soc_state)
SELECT s.tenant_id, s.id, h.hour, 'ips', 'outbound', %(family)s, '192.168.1.9', '192.168.1.9', '', 'Replayed sample',
  %(number)s, 'A Network Trojan was detected', '203.0.113.9', 2, 'digest', 'outbound-malware', %(each)s, 0,
  h.hour + interval '3 minutes', h.hour + interval '33 minutes', 'written', s.id * 1000 + h.place, h.hour, 0, 0,
  'judged'
FROM generate_series(0, 89 / %(every)s) AS place,
  LATERAL (
    SELECT place, date_trunc('hour', %(now)s::timestamptz) - (place * %(every)s + 1) * interval '1 day' AS hour
  ) h,
  sensors_sensor s
ORDER BY h.hour
"""
EVENTS = """
INSERT INTO alerts_alert (tenant_id, event_time, sensor_id, epoch, seq, batch_id, group_id, time_trusted, function,
  direction, grade, notify, blocked, rule, rule_set, signature_id, gid, rev, signature, category, severity, flow_id,
  src_ip, src_port, dest_ip, dest_port, proto, app_proto, asset_ip, asset_mac, host, url, file_name, file_sha256,
  mail_subject)
SELECT g.tenant_id, g.first_at + n * interval '3 minutes', g.sensor_id, 2, g.id * %(each)s + n,
  sec.uuid7_floor(g.hour), g.id, true, g.function, g.direction, g.grade, g.notify, false, g.rule, '1',
  g.signature_id, 1, 1, g.signature, g.category, 2, n, g.asset_ip, 40000 + n, g.peer::inet, 443, 'TCP', 'http',
  g.asset_ip, '', 'www' || n %% 3 || '.example.com', '/', '', '', ''
FROM alerts_alertgroup g, generate_series(0, %(each)s - 1) AS n WHERE g.family = %(family)s
ORDER BY g.id
"""
COUNT = """
SELECT count(*), count(DISTINCT g.tenant_id) FROM alerts_alertgroup g
  JOIN alerts_alert a ON a.tenant_id = g.tenant_id AND a.group_id = g.id
 WHERE g.family = %(family)s AND g.grade >= 1 AND g.last_at >= %(now)s::timestamptz - interval '90 days'
   AND a.signature_id = %(number)s
"""


def fill(cursor: Any, now: Any) -> None:
    """The signature's groups and detections, of every box there is."""
    numbers = {"now": now, "family": FAMILY, "number": NUMBER, "each": EACH, "every": EVERY_DAYS}
    for statement in (FILL, EVENTS):
        cursor.execute(statement, numbers)


def run(firms: int = FIRMS) -> dict[str, Any]:
    """Seconds of a trial; goal: under 10."""
    with _platform() as connections:
        from django.utils import timezone

        from bench import scale_data

        now = timezone.now()
        with connections["loader"].cursor() as cursor:
            cursor.execute(PARTITIONS, [now, now])
        amounts = scale_data.Amounts(groups=OTHERS, each=1, cases=100, cases_open=10, incidents=100, jobs=10, claims=5)
        country = scale_data.load("loader", firms, now, amounts)
        with connections["loader"].cursor() as cursor:
            fill(cursor, now)
            cursor.execute("VACUUM (ANALYZE)")
        seconds, replay = _tried(country.people["soc"], now)
        with connections["loader"].cursor() as cursor:
            started = time.monotonic()
            cursor.execute(COUNT, {"family": FAMILY, "number": NUMBER, "now": now})
            events, touched = cursor.fetchone()
            bare = time.monotonic() - started
    assert (replay["alerts"], replay["firms"]) == (events, touched)
    return {"firms": firms, "detections": events, "groups": replay["groups"], "replay_s": seconds, "count_s": bare}


def _tried(analyst: Any, now: Any) -> tuple[float, dict[str, Any]]:
    from alerts.models import AlertGroup, Tuning
    from alerts.models.judgement import Basis
    from alerts.models.tuning import TunedGrade
    from alerts.tuning.rules import Pattern
    from alerts.tuning.services import tuning_propose
    from alerts.tuning.trying import tunings_replay
    from tenants.selectors import memberships_now
    from tenants.tenancy.scope import person_scope

    place = memberships_now(user_id=analyst.pk)[0].organisation_id
    with person_scope(analyst.pk, place):
        tuning = tuning_propose(
            group=AlertGroup.objects.filter(family=FAMILY).order_by("-last_at")[0],
            everywhere=True,
            pattern=Pattern(NUMBER, "outbound"),
            grade=TunedGrade.NONE,
            basis=Basis.WIDE_RULE,
            reason="",
            days=90,
            by=analyst,
            organisation_id=place,
            now=now,
        )
    started = time.monotonic()
    assert tunings_replay(now=now) == 1
    seconds = time.monotonic() - started
    with person_scope(analyst.pk, place):
        return seconds, Tuning.objects.get(pk=tuning.pk).replay


if __name__ == "__main__":
    json.dump(run(int(sys.argv[1]) if len(sys.argv) > 1 else FIRMS), sys.stdout, indent=2)
    print()
