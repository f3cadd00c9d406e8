"""Named reads of a job's sheet, in any scope that sees the job."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from incidents.isolation.services import machines_cut_off
from incidents.jobsheet.invoicing import Line, RateTotal, rate_totals
from incidents.jobsheet.worktime import Entry, totals
from incidents.models import Evidence, Invoice, Job, JobReport, SheetRecord, SignOff, Upload, Watch, WorkEntry
from incidents.states.invoice import InvoiceState, Rounding
from incidents.states.upload import UploadState


def entries_of(job_id: int) -> list[WorkEntry]:
    """Time that counts, oldest first: what was corrected is left out, and so is what was struck out."""
    corrected = WorkEntry.objects.filter(job_id=job_id, corrects__isnull=False).values("corrects_id")
    rows = WorkEntry.objects.filter(job_id=job_id).exclude(pk__in=corrected).exclude(minutes=0, reason__gt="")
    return list(rows.select_related("by").order_by("started_at", "pk"))


def corrections_of(job_id: int) -> list[WorkEntry]:
    """Corrections with what they replaced, oldest first."""
    rows = WorkEntry.objects.filter(job_id=job_id, corrects__isnull=False).select_related("corrects", "by")
    return list(rows.order_by("entered_at", "pk"))


def plain_entries(job_id: int) -> list[Entry]:
    """The same for the rules."""
    return [plain_entry(entry) for entry in entries_of(job_id)]


def plain_entry(entry: WorkEntry) -> Entry:
    """A stretch of time for the rules."""
    return Entry(entry.kind, entry.way, entry.started_at, entry.stopped_at, entry.minutes, entry.by_id)


def minutes_of(job_id: int) -> dict[str, int]:
    """Minutes by kind (incidents.states.sheet.WorkKind), every kind named."""
    return totals(plain_entries(job_id))


def records_of(job_id: int, *kinds: str) -> list[SheetRecord]:
    """Records that count, in the order of what happened."""
    corrected = SheetRecord.objects.filter(job_id=job_id, corrects__isnull=False).values("corrects_id")
    rows = SheetRecord.objects.filter(job_id=job_id, void=False).exclude(pk__in=corrected)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    return list(rows.select_related("by").order_by("at", "pk"))


def jobs() -> QuerySet[Job]:
    """Jobs in reach."""
    return Job.objects.all()


def evidence_rows(job_id: int) -> QuerySet[Evidence]:
    """The same as rows, to find one of them."""
    return Evidence.objects.filter(job_id=job_id)


def uploads_of(job_id: int) -> QuerySet[Upload]:
    """Files on their way in, and what became of them."""
    return Upload.objects.filter(job_id=job_id)


def evidence_of(job_id: int) -> list[Evidence]:
    """Photos and files, oldest first."""
    return list(evidence_rows(job_id).select_related("by"))


def incoming_of(job_id: int, now: datetime) -> list[Upload]:
    """Files that have arrived and are not evidence yet, and those refused within the last day, newest first."""
    lately = Q(state=UploadState.REFUSED, arrived_at__gte=now - timedelta(days=1))
    return list(
        Upload.objects.filter(Q(state=UploadState.ARRIVED) | lately, job_id=job_id).order_by("-arrived_at", "-pk")
    )


def report_of(job_id: int) -> JobReport | None:
    """The newest version of the report."""
    report: JobReport | None = JobReport.objects.filter(job_id=job_id).order_by("-version").first()
    return report


def signoff_of(report: JobReport | None) -> SignOff | None:
    """The firm's mark under this version."""
    if report is None:
        return None
    signoff: SignOff | None = SignOff.objects.filter(job_id=report.job_id, report_id=report.pk).first()
    return signoff


def invoices() -> QuerySet[Invoice]:
    """Every invoice in reach, also withdrawn ones."""
    return Invoice.objects.all()


def standing_invoices() -> QuerySet[Invoice]:
    """Invoices in reach that were not withdrawn, with their vendors; not all who read one see its firm."""
    return Invoice.objects.exclude(state=InvoiceState.VOID).select_related("vendor")


def invoices_to_settle() -> QuerySet[Invoice]:
    """Invoices the office has not settled yet."""
    return Invoice.objects.filter(state=InvoiceState.ISSUED)


def last_invoice_of(*, vendor_id: int) -> Invoice | None:
    """The newest invoice of a vendor: the next begins like it."""
    return Invoice.objects.filter(vendor_id=vendor_id).order_by("-pk").first()


def invoice_of_job(job_id: int) -> Invoice | None:
    """The invoice that stands."""
    invoice: Invoice | None = Invoice.objects.filter(job_id=job_id).exclude(state="void").first()
    return invoice


def lines_of(invoice: Invoice) -> list[Line]:
    """The lines of an invoice for the rules."""
    return [Line(**line) for line in invoice.lines]


def totals_of(invoice: Invoice) -> list[RateTotal]:
    """One total per rate; none for a vendor that is exempt."""
    if not invoice.registration_number:
        return []
    return rate_totals(lines_of(invoice), tax_included=invoice.tax_included, rounding=Rounding(invoice.rounding))


def watch_of(job_id: int) -> Watch | None:
    """The watch after the job."""
    watch: Watch | None = Watch.objects.filter(job_id=job_id).first()
    return watch


def was_on_site(job: Job, entries: list[Entry]) -> bool:
    """Whether somebody went there: the present way, or any time of a visit."""
    return job.way == Job.Way.ON_SITE or any(entry.way == Job.Way.ON_SITE for entry in entries)


def proof_of(job: Job) -> dict[str, Any]:
    """What an insurer's evidence chain names: report, mark, invoice and files with their hashes."""
    report = report_of(job.pk)
    mark = signoff_of(report)
    return {
        "minutes": minutes_of(job.pk),
        "report": None if report is None else {"version": report.version, "sha256": report.sha256},
        "signed_by": None if mark is None else mark.name,
        "signed_at": None if mark is None else mark.entered_at,
        "files": [{"name": file.name, "sha256": file.sha256, "size": file.size} for file in evidence_of(job.pk)],
    }


def isolated_machines(job: Job) -> list[str]:
    """Addresses of the job's machines that the box keeps off the internet."""
    if job.incident_id is None:
        return []
    return machines_cut_off(tenant_id=job.tenant_id, incident_id=job.incident_id)
