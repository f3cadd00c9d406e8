"""What comes after the work, on the pages about a job: the report, the bill, who pays it."""

from __future__ import annotations

from typing import Any

from incidents.dispatch.selectors import REPORTED
from incidents.jobsheet.selectors import invoice_of_job
from incidents.models import Job
from insurance.selectors import job_is_covered, live_claim_of
from portal.ui.cover import entitlement_of_job
from tenants.ui.guard import Kind


def after_work(job: Job, kind: str) -> dict[str, Any]:
    """For the firm and its desk; the office mediates before the work and reads bills on its own list."""
    if kind not in (Kind.SME, Kind.CALL_CENTRE):
        return {}
    invoice = invoice_of_job(job.pk)
    claim = live_claim_of(job)
    return {
        "reported": job.state in REPORTED,
        "invoice": invoice,
        "claim": claim,
        "claimable": invoice is not None and claim is None and job_is_covered(job=job),
        "entitlement": entitlement_of_job(job),
    }
