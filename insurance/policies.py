"""Terms of a programme's bundled cover: agreed from a day on, never changed afterwards."""

from __future__ import annotations

from datetime import date
from typing import Any

from insurance.models import PolicyVersion
from tenants.audit.record import audit_record
from tenants.models import Organisation, Programme


def policy_agree(*, programme: Programme, insurer: Organisation, valid_from: date, **terms: Any) -> PolicyVersion:
    """Terms of the cover from a day on.

    PostgreSQL refuses (ProgrammingError) anybody but whoever founds the programme, an owner of its office (from today
    on, with an insurer of the programme) and administrators.
    """
    policy: PolicyVersion = PolicyVersion.objects.create(
        programme=programme, insurer=insurer, valid_from=valid_from, **terms
    )
    audit_record(
        code="cover.agreed",
        subject=f"programme:{programme.pk}",
        insurer=insurer.pk,
        since=valid_from.isoformat(),
        terms=terms,
    )
    return policy
