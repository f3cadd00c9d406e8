"""One marked row of every table of how a vendor is found, for the world of tests/access."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Run = Callable[[str, tuple[Any, ...]], Any]


def dispatch_make(thing: dict[str, Any], firm: int, mark: str, vendor: int, run: Run) -> None:
    """Store them for the firm's job; `thing` learns their numbers. All are about `vendor`."""
    run(
        "INSERT INTO incidents_jobevent (tenant_id, job_id, at, code, party, actor_id, vendor_id, data)"
        " VALUES (%s, %s, now(), 'moved', 'vendor', %s, %s, jsonb_build_object('reason', %s::text))",
        (firm, thing["job"], thing["owner"], vendor, mark),
    )
    thing["vendor"] = vendor
    run(
        "INSERT INTO incidents_decision (tenant_id, job_id, incident_id, way, channel, said_by, at, by_id, shown,"
        " shown_sha256) VALUES (%s, %s, %s, 'remote', 'portal', %s, now(), %s, '{}', '')",
        (firm, thing["job"], thing["incident"], mark, thing["owner"]),
    )
    thing["appointment"] = run(
        "INSERT INTO incidents_appointment (tenant_id, job_id, vendor_id, way, starts_at, minutes, state, side,"
        " proposed_at, proposed_by_id, reason, uid, sequence)"
        " VALUES (%s, %s, %s, 'on_site', now() + interval '1 day', 60, 'agreed', 'firm', now(), %s, %s,"
        " gen_random_uuid(), 0) RETURNING id",
        (firm, thing["job"], vendor, thing["owner"], mark),
    )
    run(
        "INSERT INTO incidents_visitcheck (tenant_id, job_id, answers, note, at, by_id)"
        " VALUES (%s, %s, '{}', %s, now(), %s)",
        (firm, thing["job"], mark, thing["owner"]),
    )
