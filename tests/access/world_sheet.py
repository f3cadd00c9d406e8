"""One row of every table of a job's sheet, marked, for the world of tests/access."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[[str, tuple[Any, ...]], Any]
SHA = hashlib.sha256(b"sheet").hexdigest()


def sheet_make(thing: dict[str, Any], firm: int, mark: str, vendor: int, run: Run) -> None:
    """Store them for the firm's job; `thing` learns their numbers."""
    job, by = thing["job"], thing["owner"]

    def row(table: str, **values: Any) -> int:
        values = {"tenant_id": firm, "job_id": job} | values
        names, marks = ", ".join(f'"{name}"' for name in values), ", ".join(["%s"] * len(values))
        sql = f"INSERT INTO incidents_{table} ({names}) VALUES ({marks}) RETURNING id"
        made: int = run(sql, tuple(values.values()))
        return made

    def own() -> dict[str, Any]:
        return {"key": str(uuid.uuid4()), "by_id": by, "entered_at": "2026-10-02 17:00+09"}

    span = {"started_at": "2026-10-02 17:00+09", "stopped_at": "2026-10-02 17:40+09", "minutes": 40}
    row("workentry", **own(), kind="hearing", way="remote", source="hand", note=mark, reason="", **span)
    step = json.dumps({"doer": "firm", "what": mark})
    record = row("sheetrecord", **own(), kind="step", at="2026-10-02 17:00+09", data=step, reason="", void=False)
    report = row("jobreport", **own(), version=1, content=json.dumps(_content(mark)), sha256=SHA)
    row("signoff", **own(), report_id=report, report_sha256=SHA, place="portal", name=mark, strokes="[]", remark="")
    thing["upload"] = str(uuid.uuid4())
    sent = {"name": mark, "caption": "", "size": 9, "received": 0, "state": "receiving", "problem": "", "attempts": 0}
    row("upload", **(own() | {"key": thing["upload"]}), **sent)
    thing["evidence"] = row(
        "evidence",
        **own(),
        kind="file",
        name=f"{mark}.txt",
        caption=mark,
        media_type="text/plain",
        size=len(mark),
        sha256=_stored(firm, mark),
        original_sha256=SHA,
        checked="clean",
    )
    lines = json.dumps([{"words": mark, "quantity": 1, "unit": "式", "unit_price_yen": 48000, "rate": 10}])
    thing["invoice"] = row(
        "invoice",
        **own(),
        job_number=31,
        vendor_id=vendor,
        number=mark,
        registration_number="",
        tax_included=True,
        rounding="down",
        lines=lines,
        total_yen=48000,
        tax_yen=0,
        minutes=235,
        on_site=True,
        issued_at="2026-10-05 10:00+09",
        state="issued",
        state_at="2026-10-05 10:00+09",
        state_by_id=by,
        state_reason="",
    )
    row(
        "watch",
        incident_id=thing["incident"],
        scan_id=record,
        asset_key="x",
        family=mark,
        rating="strong",
        opened_at="2026-10-02 17:00+09",
        until="2026-10-09 17:00+09",
        state="running",
    )


def _content(mark: str) -> dict[str, Any]:
    """A report as incidents.jobsheet.reporting freezes it."""
    alert: dict[str, Any] = {"functions": [], "signatures": [], "devices": []}
    alert |= dict.fromkeys(("at", "last_at", "days_after_installation"))
    lists = ("entries", "corrections", "records", "checklist", "evidence")
    return {
        "version": 1,
        "made_at": "2026-10-02T17:00:00+09:00",
        "made_by": mark,
        "firm": mark,
        "alert": alert,
        "job": {"number": 31, "kind": "first_response", "way": "remote", "incident": 31},
        "ways": ["remote"],
        "began_at": None,
        "days_after_alert": None,
        "summary": mark,
        "result": mark,
        "advice": "",
        "minutes": dict.fromkeys(("travel", "hearing", "preparation", "work", "waiting", "report", "other"), 0),
    } | {name: [] for name in lists}


def _stored(firm: int, mark: str) -> str:
    """A file in the store, as an upload leaves it."""
    from django.conf import settings

    sha256 = hashlib.sha256(mark.encode()).hexdigest()
    path = Path(settings.PRIVATE_MEDIA_ROOT) / "evidence" / str(firm) / sha256[:2] / sha256
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(mark.encode())
    return sha256
