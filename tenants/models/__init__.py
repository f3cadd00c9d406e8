"""Who: organisations, programmes, enrolment, people, roles, grants, audit."""

from tenants.models.access import AccessGrant, AuditEvent, Membership
from tenants.models.audit import AuditAnchor, AuditSeal
from tenants.models.consent import Consent
from tenants.models.firm_list import FirmList
from tenants.models.founding import Founding
from tenants.models.joining import Application, Invitation
from tenants.models.organisation import (
    Enrolment,
    FormerPartner,
    Organisation,
    Programme,
    ProgrammePartner,
    ProgrammeSettings,
)
from tenants.models.token import ApiToken
from tenants.models.user import User
from tenants.tenancy.owned import TenantOwned

__all__ = [
    "AccessGrant",
    "ApiToken",
    "Application",
    "AuditAnchor",
    "AuditEvent",
    "AuditSeal",
    "Consent",
    "Enrolment",
    "FirmList",
    "FormerPartner",
    "Founding",
    "Invitation",
    "Membership",
    "Organisation",
    "Programme",
    "ProgrammePartner",
    "ProgrammeSettings",
    "TenantOwned",
    "User",
]
