"""The vendor's job sheet, made for a phone."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from incidents.dispatch.appointments import answers_of, visit_check_of
from incidents.dispatch.doors import job_card
from incidents.dispatch.wording import question_rows
from incidents.jobsheet import doors, proof, selectors, wording
from incidents.jobsheet.checklists import checklist
from incidents.jobsheet.network import network_of
from incidents.jobsheet.records import from_data
from incidents.jobsheet.services import OPEN
from incidents.jobsheet.ui.forms import CorrectForm, FindingForm, InstallForm, KeyedForm, ScanForm, StepForm, TimeForm
from incidents.jobsheet.worktime import DEFAULT_SPAN, default_start, overlapping
from incidents.models import WORK_KINDS, Job, SheetRecord, Upload, WorkEntry
from tenants.audit.record import audit_record_for
from tenants.models import Organisation
from tenants.ui.guard import ActingRequest, open_to

KIND_WORDS = dict(WORK_KINDS)


@require_safe
@open_to(Organisation.Kind.VENDOR)
def sheet(request: ActingRequest, job_id: int) -> HttpResponse:
    """Everything about one job that its vendor took."""
    return sheet_page(request, job_id)


def sheet_page(request: ActingRequest, job_id: int, typed: KeyedForm | None = None, status: int = 200) -> HttpResponse:
    """The page; `typed`: a form that could not be taken, shown again with what was typed. Raises Http404."""
    job = get_object_or_404(selectors.jobs(), pk=job_id)
    card = job_card(job.pk)
    if card is None:
        raise Http404
    audit_record_for([job.tenant_id], code="job.sheet_viewed", subject=f"job:{job.number}")
    alerts, sites = doors.job_findings(job.pk), doors.job_sites(job.pk)
    entries = selectors.entries_of(job.pk)
    running = next((e for e in entries if e.stopped_at is None and e.by_id == request.user.pk), None)
    minutes = selectors.minutes_of(job.pk)
    context: dict[str, Any] = {
        "job": job,
        "card": card,
        "may_write": job.state in OPEN and request.acting.may_write,
        "running": running,
        "isolated": selectors.isolated_machines(job),
        "kinds": WORK_KINDS,
        "entries": [entry_row(entry) for entry in entries],
        "overlapping": overlapping(selectors.plain_entry(entry) for entry in entries),
        "minutes": [(label, minutes[kind]) for kind, label in WORK_KINDS],
        "total": sum(minutes.values()),
        "items": check_rows(job),
        "rows": [record_row(record) for record in selectors.records_of(job.pk) if record.kind != "check"],
        "evidence": selectors.evidence_of(job.pk),
        "incoming": [incoming_row(upload) for upload in selectors.incoming_of(job.pk, timezone.now())],
        "alerts": alerts,
        "sites": sites,
        "network": network_of(sites, doors.job_devices(job.pk), alerts),
        "functions": wording.FUNCTIONS,
        "report": selectors.report_of(job.pk),
        "invoice": selectors.invoice_of_job(job.pk),
        "watch": selectors.watch_of(job.pk),
        "check": visit_check_of(job),
        "questions": question_rows(job.kind, answers_of(job), on_site=job.way == Job.Way.ON_SITE),
        "about_box": job.kind != Job.Kind.FIRST_RESPONSE,
        "upload_key": uuid.uuid4(),
        "typed": typed,
        **_forms(job, typed),
    }
    return render(request, "jobsheet/sheet.html", context, status=status)


def _forms(job: Job, typed: KeyedForm | None) -> dict[str, KeyedForm]:
    started_at = default_start(timezone.localtime())
    minutes = int(DEFAULT_SPAN.total_seconds()) // 60
    fresh: list[KeyedForm] = [
        TimeForm(initial={"way": job.way, "started_at": started_at, "minutes": minutes, "kind": "work"}),
        CorrectForm(),
        StepForm(),
        FindingForm(),
        ScanForm(),
        InstallForm(),
    ]
    return {f"{form.what}_form": typed if typed is not None and typed.what == form.what else form for form in fresh}


def entry_row(entry: WorkEntry) -> dict[str, Any]:
    """A stretch of time for a table."""
    return {"entry": entry, "label": KIND_WORDS[entry.kind], "way": entry.get_way_display()}


def incoming_row(upload: Upload) -> dict[str, Any]:
    """A file on its way in, with the reason in words when it was refused."""
    return {
        "name": upload.name,
        "state": upload.get_state_display(),
        "problem": wording.UPLOAD_PROBLEMS.get(upload.problem, ""),
    }


def check_rows(job: Job) -> list[dict[str, Any]]:
    """The checklist with what was ticked last, those before setting out first."""
    ticked = {row.data["item"]: row for row in selectors.records_of(job.pk, "check")}
    return [
        {
            "item": item,
            "row": ticked.get(item.code),
            "word": wording.TICKED[ticked[item.code].data["ticked"]] if item.code in ticked else "",
            "key": uuid.uuid4(),
        }
        for item in sorted(checklist(job.kind, job.way), key=lambda item: not item.before)
    ]


def record_row(row: SheetRecord) -> dict[str, Any]:
    """A record in words."""
    record: Any = from_data(row.kind, row.data)
    words: dict[str, Any] = {"row": row, "kind": row.kind, "record": record, "key": uuid.uuid4()}
    match row.kind:
        case "step":
            words["doer"] = wording.DOERS[record.doer]
        case "finding":
            words |= {"severity": wording.SEVERITIES[record.severity], "done": wording.DONE[record.done]}
        case "scan":
            scan = record.scan(row.at)
            worth = proof.rating(scan)
            words |= {
                "extent": wording.EXTENTS[record.extent],
                "supported": wording.SUPPORTED[record.os_supported],
                "rating": wording.RATINGS[worth],
                "tone": wording.RATING_TONES[worth],
                "doubts": [wording.DOUBTS[code] for code in proof.weaknesses(scan)],
                "days": proof.watch_span(scan).days,
            }
        case "install":
            words |= {
                "outcome": wording.OUTCOMES[record.outcome],
                "ease": wording.EASE.get(record.ease) if record.ease else "",
                "reason": wording.DOOR_REASONS.get(record.reason) if record.reason else "",
            }
    return words
