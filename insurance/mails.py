"""Mails about a claim: to the insurer that one waits, to the desk that it is asked, to the firm what was decided."""

from __future__ import annotations

from insurance.claim_rules import ClaimState
from insurance.models import Claim, ClaimMessage
from notifications.links import page_url
from notifications.mail import recipient_of
from tenants.mailing import mail_ask
from tenants.models import Organisation
from tenants.scope import tenant_scope

TO_INSURER = frozenset({ClaimState.SUBMITTED, ClaimState.RESUBMITTED})
TO_DESK = frozenset({ClaimState.RETURNED})
TO_FIRM = frozenset({ClaimState.APPROVED, ClaimState.REJECTED, ClaimState.PAID})


def claim_mail_put(*, claim: Claim, message: ClaimMessage) -> None:
    """Put the mail of this step into the firm's outbox; steps nobody waits for send none.

    The insurer's and the desk's mails carry neither the firm's name nor what happened, only that somebody waits.
    """
    state = ClaimState(claim.state)
    with tenant_scope(claim.tenant_id):
        firm = recipient_of(tenant_id=claim.tenant_id)
    programme, language = firm.programme, "ja"
    if state in TO_INSURER:
        insurer = Organisation.objects.get(pk=claim.insurer_id)
        to, name = insurer.email, insurer.name
    elif state in TO_DESK:
        to, name = programme.desk_email, programme.desk_name
    elif state in TO_FIRM:
        to, name, language = firm.address, firm.name, firm.language
    else:
        return
    if not to:
        return
    mail_ask(
        organisation_id=claim.tenant_id,
        key=f"claim:{claim.number}:{message.pk}",
        name="claim",
        to=to,
        language=language,
        programme=programme,
        to_whom=name,
        importance=None,
        state=state.value,
        told=state in TO_FIRM,
        number=claim.number,
        claim=claim,
        claim_reason=message.text,
        claim_url=page_url("insurance:claim", claim.pk),
    )
