"""Which side of a claim an organisation is, and what the firm of a claim is called."""

from __future__ import annotations

from base.moves import Party
from insurance.doors import claim_cards
from insurance.models import Claim
from tenants.models import Organisation

Kind = Organisation.Kind
PARTIES: dict[str, Party] = {Kind.SME: Party.FIRM, Kind.CALL_CENTRE: Party.DESK, Kind.INSURER: Party.INSURER}


def firm_of(claim: Claim) -> str:
    """The firm's name, also for the insurer, who cannot read the registry of firms. "" when nobody may tell."""
    name = Organisation.objects.filter(pk=claim.tenant_id).values_list("name", flat=True).first()
    if name is None:
        card = claim_cards().get(claim.pk)
        name = card.firm if card else ""
    return name
