"""The settings of a firm's programme that appear in words (how many times within how many minutes)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from tenants.selectors import enrolment_current, settings_at


def programme_figures(tenant_id: int) -> Mapping[str, Any] | None:
    """Values in force now; None while the defaults hold or the firm takes part in no programme."""
    enrolment = enrolment_current(tenant_id=tenant_id)
    version = settings_at(programme_id=enrolment.programme_id, at=timezone.now()) if enrolment else None
    return version.values if version else None
