"""Mails about a claim.

To the insurer that one waits, to the desk that it is asked, to the firm what was decided, to the vendor what it gets.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.utils.timezone import localdate

from base.about import about_row
from incidents.dispatch.mails import vendor_money_mail_put
from incidents.models import Job
from insurance.claim_rules import ClaimState
from insurance.doors import claim_accounts
from insurance.models import Claim, ClaimMessage
from notifications.links import page_url
from notifications.mail import Recipient, Written, mail_write
from notifications.notices import notice_put
from tenants.mailing import mail_ask
from tenants.models import Organisation, Programme
from tenants.selectors import programme_of
from tenants.tenancy.scope import tenant_scope

KIND: Final = "claim"
TO_INSURER = frozenset({ClaimState.SUBMITTED, ClaimState.RESUBMITTED})
TO_DESK = frozenset({ClaimState.RETURNED})
TO_FIRM = frozenset({ClaimState.APPROVED, ClaimState.REJECTED, ClaimState.PAID})

TO_VENDOR = {
    ClaimState.APPROVED: "insurer_approved",
    ClaimState.REJECTED: "insurer_rejected",
    ClaimState.PAID: "insurer_paid",
}


def claim_mail_put(*, claim: Claim, message: ClaimMessage) -> None:
    """Put the mails of this step into the firm's outbox; steps nobody waits for send none.

    The insurer's and the desk's mails carry neither the firm's name nor what happened, only that somebody waits.
    """
    state, key = ClaimState(claim.state), f"claim:{claim.number}:{message.pk}"
    facts = {
        "importance": None,
        "state": state.value,
        "to_firm": state in TO_FIRM,
        "number": claim.number,
        "claim": claim,
        "claim_reason": message.text,
        "claim_url": page_url("insurance:claim", claim.pk),
        "account_url": "",
    }
    if state in TO_FIRM:
        _to_firm(claim, key, facts)
    elif state in TO_INSURER:
        insurer = Organisation.objects.get(pk=claim.insurer_id)
        accounts = claim_accounts().get(claim.pk)
        if accounts is not None and not accounts.insurer:
            facts["account_url"] = page_url("insurance:account")
        _to_partner(claim, key, insurer.email, insurer.name, facts)
    elif state in TO_DESK:
        programme = _programme(claim)
        _to_partner(claim, key, programme.desk_email, programme.desk_name, facts)


def _to_firm(claim: Claim, key: str, facts: dict[str, Any]) -> None:
    def write(recipient: Recipient, _key: str) -> Written:
        return mail_write(
            name=KIND, recipient=recipient, context=facts | {"to_whom": recipient.name}, link=facts["claim_url"]
        )

    with tenant_scope(claim.tenant_id):
        notice_put(tenant_id=claim.tenant_id, key=key, kind=KIND, about=about_row(Claim, claim.pk), write=write)


def _to_partner(claim: Claim, key: str, to: str, name: str, facts: dict[str, Any]) -> None:
    if not to:
        return
    mail_ask(
        organisation_id=claim.tenant_id,
        key=key,
        name=KIND,
        about=about_row(Claim, claim.pk),
        to=to,
        language="ja",
        programme=_programme(claim),
        to_whom=name,
        **facts,
    )


def _programme(claim: Claim) -> Programme:
    with tenant_scope(claim.tenant_id):
        return programme_of(tenant_id=claim.tenant_id)


def vendor_mail_put(*, claim: Claim, message: ClaimMessage) -> None:
    """To the vendor, in its own outbox: what the insurer gives for its bill, and that it was paid."""
    news = TO_VENDOR.get(ClaimState(claim.state))
    if news is not None:
        _to_vendor(
            claim,
            f"claim:{claim.number}:{message.pk}",
            news,
            insurer_yen=claim.approved_yen,
            own_yen=claim.own_yen,
            paid_on=claim.paid_on,
        )


def account_mail_put(*, claim: Claim, now: datetime) -> None:
    """To the vendor: enter the bank account to be paid to. Once a day for a claim, however often it is asked."""
    _to_vendor(claim, f"claim:{claim.number}:account:{localdate(now).isoformat()}", "account_wanted")


def _to_vendor(claim: Claim, key: str, news: str, **facts: object) -> None:
    with tenant_scope(claim.tenant_id):
        job: Job = Job.objects.get(pk=claim.job_id)
    vendor = Organisation.objects.get(pk=claim.vendor_id)
    vendor_money_mail_put(job=job, vendor=vendor, key=key, news=news, **facts)
