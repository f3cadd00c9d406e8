"""Named reads of what firms and vendors were asked and answered."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from surveys.models import FeedbackRequest, JobHearing


def jobs_heard(job_ids: Collection[int]) -> set[int]:
    """Of these jobs those whose vendor has answered."""
    return set(JobHearing.objects.filter(job_id__in=job_ids).values_list("job_id", flat=True))


def requests() -> QuerySet[FeedbackRequest]:
    """What firms were asked about their vendors, with the vendors."""
    return FeedbackRequest.objects.select_related("vendor")
