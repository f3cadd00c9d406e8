"""A vendor's own report and invoice of a finished job, which stay with it after its sight of the firm has ended."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import models

from incidents.jobsheet.doors import own_paper_lines, own_paper_rows
from incidents.models import Invoice, JobReport, SignOff

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class PaperLine:
    """One finished job in the vendor's list. `invoice_number` None: it billed nothing in the platform."""

    job_id: int
    job_number: int
    kind: str
    firm: str
    reported_at: datetime
    closed_at: datetime | None
    invoice_number: str | None
    total_yen: int | None
    invoice_state: str | None


@dataclass(frozen=True)
class OwnPaper:
    """What there is of one job: rows as they are stored, read through a door and not to be saved."""

    report: JobReport
    mark: SignOff | None
    invoice: Invoice | None


def own_papers() -> list[PaperLine]:
    """Finished jobs of the acting vendor, newest first, as long as books are kept."""
    return [PaperLine(**line) for line in own_paper_lines()]


def own_paper(job_id: int) -> OwnPaper | None:
    """Report, mark and invoice of one of them; None for a job that was not the acting vendor's, or is not over."""
    rows = own_paper_rows(job_id)
    if rows is None:
        return None
    return OwnPaper(
        _row(JobReport, rows["report"]),
        _row(SignOff, rows["mark"]) if rows["mark"] else None,
        _row(Invoice, rows["invoice"]) if rows["invoice"] else None,
    )


def _row(model: type[Row], stored: Any) -> Row:
    values = json.loads(stored) if isinstance(stored, str) else stored
    return model(**{field.attname: field.to_python(values[field.column]) for field in model._meta.concrete_fields})
