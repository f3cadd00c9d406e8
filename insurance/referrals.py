"""A firm asks to be called by an insurance agent: consent and mail, in one transaction."""

from __future__ import annotations

from datetime import datetime

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from base.about import about_row
from base.refusals import Refusal
from insurance.models import PolicyVersion, Referral
from insurance.selectors import policy_of
from tenants.audit.record import audit_record
from tenants.mailing import mail_ask
from tenants.models import Organisation, User


class NoAgent(Refusal):
    """The programme names no agent."""


def agent_of(*, tenant_id: int, now: datetime) -> PolicyVersion | None:
    """The policy version that names an agent for the firm; None: nobody to refer to."""
    policy = policy_of(tenant_id=tenant_id, day=localdate(now))
    return policy if policy is not None and policy.agent_email else None


def shared_facts(firm: Organisation, by: User) -> list[tuple[str, str]]:
    """Exactly what is handed over: shown before the firm agrees, stored, and written in the mail."""
    return [
        (_("会社名"), firm.name),
        (_("担当者"), str(by)),
        (_("電話番号"), firm.phone),
        (_("メール"), by.email),
    ]


def consent_words(agent: str) -> str:
    """What the firm agrees to."""
    return _("下の4つを%(agent)sへ渡し、上乗せ保険について連絡をもらうことに同意します。検知の内容は渡しません。") % {
        "agent": agent
    }


def referral_give(*, firm: Organisation, by: User, now: datetime) -> Referral:
    """Store the consent and put the mail to the agent into the outbox. Raises NoAgent."""
    policy = agent_of(tenant_id=firm.pk, now=now)
    if policy is None:
        raise NoAgent
    facts = shared_facts(firm, by)
    referral: Referral = Referral.objects.create(
        tenant_id=firm.pk,
        agent_name=policy.agent_name,
        agent_email=policy.agent_email,
        words=consent_words(policy.agent_name),
        shared=[list(fact) for fact in facts],
        given_at=now,
        given_by=by,
    )
    _mail_agent(referral, firm, policy, facts)
    audit_record(code="referral.given", subject=f"referral:{referral.pk}", tenant_id=firm.pk, agent=policy.agent_name)
    return referral


def _mail_agent(referral: Referral, firm: Organisation, policy: PolicyVersion, facts: list[tuple[str, str]]) -> None:
    mail_ask(
        organisation_id=firm.pk,
        key=f"referral:{referral.pk}",
        name="referral",
        about=about_row(Referral, referral.pk),
        to=referral.agent_email,
        language="ja",
        programme=policy.programme,
        addressee=_("%(agent)s 御中") % {"agent": referral.agent_name},
        importance=None,
        firm=firm.name,
        facts=facts,
        words=referral.words,
    )
