"""The vendor's report: frozen when it is given, with a hash; the firm puts its mark under exactly that version."""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import date, datetime
from typing import Any

from django.utils.timezone import localtime

from base.moves import Party, ReasonMissing
from base.refusals import Refusal
from incidents.dispatch.doors import job_card
from incidents.dispatch.mails import report_answer_mail_put, report_mail_put
from incidents.dispatch.services import job_move
from incidents.isolation.services import machines_signed_off
from incidents.jobsheet import checklists, doors, proof, selectors
from incidents.jobsheet.records import scan_of
from incidents.jobsheet.services import KeyTaken, SheetClosed, job_locked, open_job
from incidents.models import Job, JobReport, SignOff, WorkEntry
from incidents.states.job import JobState
from tenants.audit.record import audit_record
from tenants.models import User

MOST_POINTS = 4000  # of a drawn mark


class TimerRuns(Refusal):
    """A timer still runs; a report would miss its time."""


class VersionOld(Refusal):
    """The report was given anew meanwhile; the mark would stand under something else than was read."""


class MarkWrong(Refusal):
    """A mark needs a name, and lines that are lines."""


def content_sha256(content: dict[str, Any]) -> str:
    """SHA-256 of the content as JSON with sorted keys, no spaces, UTF-8: anybody can compute it again."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def report_give(
    *,
    job_id: int,
    key: uuid.UUID,
    summary: str,
    result: str,
    advice: str,
    by: User,
    now: datetime,
    keep_isolated: bool = False,
) -> JobReport:
    """Freeze the sheet as a report, hand it to the firm and announce it by mail.

    It signs the work off: machines of the incident that the box cut off get their way back, unless `keep_isolated`.

    Raises TimerRuns, SheetClosed, ReasonMissing (no words).
    """
    known: JobReport | None = JobReport.objects.filter(job_id=job_id, key=key).first()
    if known is not None:
        return known
    job = open_job(job_id)
    if not summary.strip() or not result.strip():
        raise ReasonMissing("nothing was written")
    if WorkEntry.objects.filter(job=job, stopped_at__isnull=True).exists():
        raise TimerRuns
    newest = selectors.report_of(job.pk)
    words = {"summary": summary.strip()[:2000], "result": result.strip()[:300], "advice": advice.strip()[:2000]}
    version = 1 if newest is None else newest.version + 1
    content = report_content(job, words, version, by, now)
    report: JobReport = JobReport.objects.create(
        tenant_id=job.tenant_id,
        job=job,
        key=key,
        by=by,
        entered_at=now,
        version=version,
        content=content,
        sha256=content_sha256(content),
    )
    if job.state != JobState.WORKING:
        job_move(job=job, to=JobState.WORKING, by=Party.VENDOR, user=by, now=now)
    job_move(job=job, to=JobState.REPORTED, by=Party.VENDOR, user=by, now=now)
    report_mail_put(job=job, version=version)
    if job.incident_id is not None and not keep_isolated:
        machines_signed_off(tenant_id=job.tenant_id, incident_id=job.incident_id, by=by, now=now)
    audit_record(
        code="job.reported", subject=f"job:{job.number}", tenant_id=job.tenant_id, version=version, sha256=report.sha256
    )
    return report


def report_reopen(*, job_id: int, party: Party, reason: str, by: User, now: datetime) -> Job:
    """Back to work: the vendor found something to mend, or the firm asks for more. Raises job_move's refusals."""
    job = job_locked(job_id)
    newest = selectors.report_of(job.pk)
    job_move(job=job, to=JobState.WORKING, by=party, user=by, now=now, reason=reason.strip()[:300])
    if party == Party.FIRM and newest is not None:
        report_answer_mail_put(job=job, version=newest.version, news="sent_back")
    return job


def report_sign(
    *,
    job_id: int,
    key: uuid.UUID,
    sha256: str,
    name: str,
    strokes: object,
    remark: str,
    place: str,
    by: User,
    now: datetime,
) -> SignOff:
    """The firm's mark under the version with this hash. It is evidence of having seen it, no electronic signature.

    Raises VersionOld, MarkWrong, SheetClosed.
    """
    job = job_locked(job_id)
    report = selectors.report_of(job_id)
    if report is None:
        raise SheetClosed(job.state)
    known = selectors.signoff_of(report)
    if known is not None and known.key == key:
        return known
    if SignOff.objects.filter(tenant_id=job.tenant_id, key=key).exists():
        raise KeyTaken(str(key))
    if job.state != JobState.REPORTED:
        raise SheetClosed(job.state)
    if report.sha256 != sha256:
        raise VersionOld
    if not name.strip():
        raise MarkWrong("name")
    mark: SignOff = SignOff.objects.create(
        tenant_id=job.tenant_id,
        job=job,
        key=key,
        by=by,
        entered_at=now,
        report=report,
        report_sha256=sha256,
        place=place,
        name=name.strip()[:100],
        strokes=strokes_read(strokes),
        remark=remark.strip()[:500],
    )
    job_move(job=job, to=JobState.SIGNED, by=Party.FIRM, user=by, now=now)
    if place == SignOff.Place.PORTAL:
        report_answer_mail_put(job=job, version=report.version, news="signed")
    audit_record(
        code="job.signed",
        subject=f"job:{job.number}",
        tenant_id=job.tenant_id,
        name=mark.name,
        place=place,
        sha256=sha256,
    )
    return mark


def strokes_read(drawn: object) -> list[list[list[int]]]:
    """Lines as lists of [x, y], 0–1000 across and 0–400 down. Raises MarkWrong."""
    if not isinstance(drawn, list):
        raise MarkWrong("strokes")
    lines, points = [], 0
    for line in drawn:
        if not isinstance(line, list) or not all(_is_point(point) for point in line):
            raise MarkWrong("strokes")
        points += len(line)
        lines.append([[int(x), int(y)] for x, y in line])
    if points > MOST_POINTS:
        raise MarkWrong("strokes")
    return [line for line in lines if len(line) > 1]


def _is_point(point: object) -> bool:
    if not isinstance(point, list) or len(point) != 2:
        return False
    across, down = point
    return all(isinstance(value, int | float) for value in point) and 0 <= across <= 1000 and 0 <= down <= 400


def report_content(job: Job, words: dict[str, str], version: int, by: User, now: datetime) -> dict[str, Any]:
    """Everything the report says (the shape of OSK 表4-32 and 4-33), as JSON."""
    card = job_card(job.pk) or {}
    sites, alerts = doors.job_sites(job.pk), doors.job_findings(job.pk)
    entries = selectors.entries_of(job.pk)
    installed = min((site["activated_at"] for site in sites if site["activated_at"]), default=None)
    alert_at = min((alert["first_at"] for alert in alerts), default=None)
    began = entries[0].started_at if entries else None
    return {
        "version": version,
        "made_at": _iso(now),
        "made_by": by.full_name,
        "firm": card.get("firm") or "",
        "vendor": job.vendor.name if job.vendor else "",
        "job": {"number": job.number, "kind": job.kind, "way": job.way, "incident": card.get("incident_number")},
        "ways": list(dict.fromkeys(entry.way for entry in entries)) or [job.way],
        "alert": {
            "functions": list(dict.fromkeys(alert["function"] for alert in alerts)),
            "signatures": list(dict.fromkeys(alert["signature"] for alert in alerts))[:10],
            "devices": list(dict.fromkeys(_device(alert) for alert in alerts))[:10],
            "at": _iso(alert_at),
            "last_at": _iso(max((alert["last_at"] for alert in alerts), default=None)),
            "days_after_installation": _days(installed, alert_at),
        },
        "began_at": _iso(began),
        "days_after_alert": _days(alert_at, began),
        **words,
        "minutes": selectors.minutes_of(job.pk),
        "entries": [
            {
                "kind": entry.kind,
                "way": entry.way,
                "source": entry.source,
                "started_at": _iso(entry.started_at),
                "stopped_at": _iso(entry.stopped_at),
                "minutes": entry.minutes,
                "note": entry.note,
                "reason": entry.reason,
                "by": entry.by.full_name,
            }
            for entry in entries
        ],
        "corrections": [
            {
                "kind": correction.corrects.kind if correction.corrects else correction.kind,
                "before": correction.corrects.minutes if correction.corrects else None,
                "after": correction.minutes,
                "kind_after": correction.kind,
                "reason": correction.reason,
                "at": _iso(correction.entered_at),
            }
            for correction in selectors.corrections_of(job.pk)
        ],
        "records": [_record(correction, correction.kind) for correction in selectors.records_of(job.pk)],
        "checklist": _checklist(job),
        "evidence": [
            {
                "name": file.name,
                "caption": file.caption,
                "kind": file.kind,
                "size": file.size,
                "sha256": file.sha256,
                "original_sha256": file.original_sha256,
                "at": _iso(file.entered_at),
                "checked": file.checked,
            }
            for file in selectors.evidence_of(job.pk)
        ],
    }


def _record(row: Any, kind: str) -> dict[str, Any]:
    entry = {"kind": kind, "at": _iso(row.at), **row.data, "reason": row.reason}
    if kind == "scan":
        scan = scan_of(row)
        entry |= {"rating": proof.rating(scan), "doubts": list(proof.weaknesses(scan))}
    return entry


def _checklist(job: Job) -> list[dict[str, str]]:
    ticked = {row.data["item"]: row.data for row in selectors.records_of(job.pk, "check")}
    items = checklists.checklist(job.kind, job.way)
    return [
        {
            "item": item.code,
            "ticked": ticked.get(item.code, {}).get("ticked", ""),
            "note": ticked.get(item.code, {}).get("note", ""),
        }
        for item in items
    ]


def _device(alert: dict[str, Any]) -> str:
    return " ".join(part for part in (alert["asset_ip"], alert["asset_mac"]) if part)


def _iso(value: datetime | date | None) -> str | None:
    return None if value is None else value.isoformat()


def _days(first: datetime | None, then: datetime | None) -> int | None:
    """Whole days between two days of Japan's calendar."""
    if first is None or then is None:
        return None
    return (localtime(then).date() - localtime(first).date()).days
