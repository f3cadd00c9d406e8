"""A firm's consent to be seen by name by its programme's office."""

from __future__ import annotations

from django.utils import timezone

from tenants.audit.record import audit_record
from tenants.models import Consent, User
from tenants.models.consent import CONSENT_VERSION


def consent_give(*, tenant_id: int, field_group: str, by: User) -> Consent:
    """Agree to the words of today for one group of fields; agreeing again changes nothing."""
    consent: Consent
    consent, made = Consent.objects.get_or_create(
        tenant_id=tenant_id,
        field_group=Consent.FieldGroup(field_group),
        revoked_at=None,
        defaults={"version": CONSENT_VERSION, "given_by": by},
    )
    if made:
        audit_record(
            code="consent.given", subject=f"consent:{field_group}", tenant_id=tenant_id, version=consent.version
        )
    return consent


def consent_revoke(*, tenant_id: int, field_group: str, by: User) -> bool:
    """Take it back: the fields are empty from the next look on. → whether there was one."""
    given = Consent.objects.filter(tenant_id=tenant_id, field_group=field_group, revoked_at=None)
    revoked = given.update(revoked_at=timezone.now(), revoked_by=by) > 0
    if revoked:
        audit_record(code="consent.revoked", subject=f"consent:{field_group}", tenant_id=tenant_id)
    return revoked
