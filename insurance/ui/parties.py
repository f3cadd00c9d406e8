"""Which side of a claim an organisation is, and what the firm of a claim is called."""

from __future__ import annotations

from base.moves import Party
from insurance.doors import claim_cards
from insurance.models import Claim
from tenants.models import Organisation
from tenants.selectors import organisation_name

Kind = Organisation.Kind
PARTIES: dict[str, Party] = {Kind.SME: Party.FIRM, Kind.CALL_CENTRE: Party.DESK, Kind.INSURER: Party.INSURER}


def firm_of(claim: Claim) -> str:
    """The firm's name, also for the insurer, who cannot read the registry of firms. "" when nobody may tell."""
    name = organisation_name(claim.tenant_id)
    if name is None:
        card = claim_cards([claim.pk]).get(claim.pk)
        name = card.firm if card else ""
    return name
