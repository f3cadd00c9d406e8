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
