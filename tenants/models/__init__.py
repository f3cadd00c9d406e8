"""Who: organisations, programmes, enrolment, people, roles, grants, audit."""

from tenants.models.access import AccessGrant, AuditEvent, Membership
from tenants.models.organisation import Enrolment, Organisation, Programme, ProgrammePartner, ProgrammeSettings
from tenants.models.owned import TenantOwned
from tenants.models.user import User

__all__ = [
    "AccessGrant",
    "AuditEvent",
    "Enrolment",
    "Membership",
    "Organisation",
    "Programme",
    "ProgrammePartner",
    "ProgrammeSettings",
    "TenantOwned",
    "User",
]
