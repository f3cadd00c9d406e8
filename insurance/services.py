"""Named writes of claims. All need an open scope that sees the claim's firm; the database checks who moves what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.timezone import localdate
from django.utils.translation import gettext

from base.about import about_row
from base.moves import MoveRefused, Party
from base.refusals import Refusal
from incidents.core.course import attention_settle
from incidents.doors import lock_numbers
from incidents.jobsheet.billing import invoice_move
from incidents.jobsheet.selectors import invoice_of_job
from incidents.models import Incident, Job
from incidents.states.invoice import INVOICE_MOVES, InvoiceState
from insurance.claim_rules import HOLDING, LIVE, ClaimFigures, ClaimState, claim_step, free_slot
from insurance.doors import claim_accounts
from insurance.evidence import evidence_freeze
from insurance.mails import account_mail_put, claim_mail_put, vendor_mail_put
from insurance.models import Claim, ClaimMessage
from insurance.rules import Verdict, split
from insurance.selectors import cover_of_job, policy_of
from notifications.models import Attention
from notifications.services import attention_open
from tenants.audit.record import audit_record
from tenants.models import User
from tenants.tenancy.scope import current_scope, tenant_scope


class ClaimRefused(Refusal):
    """The cover does not pay for this job; `verdict` says why."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.value)
        self.verdict = verdict


class NothingBilled(Refusal):
    """There is no invoice for the job yet."""


class ClaimExists(Refusal):
    """The job has a claim already."""


@dataclass(frozen=True)
class Bill:
    """What the vendor asks for, tax included."""

    number: str
    on: date
    total_yen: int
    tax_yen: int


def bill_of(job: Job) -> Bill | None:
    """The job's invoice in force; None: none was issued."""
    invoice = invoice_of_job(job.pk)
    if invoice is None:
        return None
    return Bill(invoice.number, localdate(invoice.issued_at), invoice.total_yen, invoice.tax_yen)


def claim_make(*, job: Job, by: User | None, now: datetime, bill: Bill | None = None) -> Claim:
    """A draft claim for the job's invoice, split into what the insurer is asked and what the firm pays.

    `bill` stands for the invoice where it came on paper. Raises NothingBilled, ClaimExists, ClaimRefused.
    """
    lock_numbers(job.tenant_id)
    bill = bill or bill_of(job)
    if bill is None:
        raise NothingBilled(f"job {job.number} has no invoice")
    if Claim.objects.filter(tenant_id=job.tenant_id, job_id=job.pk, state__in=LIVE).exists():
        raise ClaimExists(f"job {job.number} has a claim")
    cover = cover_of_job(job=job)
    verdict = cover.verdict if cover and cover.verdict else Verdict.NOT_HIGH
    if cover is None or verdict is not Verdict.ELIGIBLE:
        raise ClaimRefused(verdict)
    assert cover.entitlement.terms is not None
    assert cover.entitlement.year is not None
    shares = split(bill.total_yen, bill.tax_yen, terms=cover.entitlement.terms)
    opened_at = Incident.objects.values_list("opened_at", flat=True).get(tenant_id=job.tenant_id, pk=job.incident_id)
    policy = policy_of(tenant_id=job.tenant_id, day=localdate(opened_at))
    assert policy is not None
    rows = Claim.objects.filter(tenant_id=job.tenant_id)
    claim: Claim = Claim.objects.create(
        tenant_id=job.tenant_id,
        number=(rows.aggregate(Max("number"))["number__max"] or 0) + 1,
        incident_id=job.incident_id,
        job=job,
        policy=policy,
        insurer_id=policy.insurer_id,
        vendor_id=job.vendor_id,
        limit_yen=policy.limit_yen,
        claims_per_year=policy.claims_per_year,
        year_first=cover.entitlement.year.first,
        year_last=cover.entitlement.year.last,
        claimed_yen=bill.total_yen,
        tax_yen=bill.tax_yen,
        asked_yen=shares.insurer_yen,
        own_yen=shares.own_yen,
        invoice_number=bill.number,
        invoice_on=bill.on,
        made_at=now,
        made_by=by,
    )
    _message_add(claim, ClaimMessage.Kind.MOVE, "", now, state=claim.state)
    audit_record(
        code="claim.made",
        subject=f"claim:{claim.number}",
        tenant_id=claim.tenant_id,
        job=job.number,
        asked_yen=claim.asked_yen,
        own_yen=claim.own_yen,
    )
    return claim


def claim_submit(*, claim_id: int, party: Party, now: datetime, answer: str = "") -> Claim:
    """Hand the claim to the insurer with its evidence as it is now, or hand it back with the answer to its question.

    Takes one of the year's claims. Raises ClaimRefused(USED_UP) when another claim took the last one meanwhile,
    MoveRefused, ReasonMissing without an answer.
    """
    claim = _locked(claim_id)
    first = claim.state == ClaimState.DRAFT
    to = ClaimState.SUBMITTED if first else ClaimState.RESUBMITTED
    figures = claim_step(_figures(claim), to, party=party, reason=answer)
    slot = _slot(claim)
    number = claim.round + 1
    try:
        with transaction.atomic():
            head = evidence_freeze(claim=claim, round_number=number)
            submitted_at = claim.submitted_at or now
            _store(claim, figures, round=number, chain_sha256=head, slot=slot, submitted_at=submitted_at)
    except IntegrityError as error:
        if "claim_slot_once" in str(error):
            raise ClaimRefused(Verdict.USED_UP) from error
        raise
    _announce_move(claim, answer, now)
    _account_wanted(claim, now)
    return claim


def claim_decide(*, claim_id: int, to: str, now: datetime, reason: str = "", approved_yen: int | None = None) -> Claim:
    """The insurer returns the claim with a question, approves it (also less, with a reason) or rejects it.

    Raises MoveRefused, ReasonMissing, AmountWrong.
    """
    claim = _locked(claim_id)
    if to not in (ClaimState.RETURNED, ClaimState.APPROVED, ClaimState.REJECTED):
        raise MoveRefused(f"{to} is no decision")
    figures = claim_step(_figures(claim), to, party=Party.INSURER, reason=reason, approved_yen=approved_yen)
    _store(claim, figures, decided_at=None if to == ClaimState.RETURNED else now, exported_at=None, reason=reason[:500])
    _announce_move(claim, reason, now)
    if to == ClaimState.APPROVED:
        _account_wanted(claim, now)
    return claim


def account_ask(*, claim_id: int, now: datetime) -> bool:
    """Ask the claim's vendor by mail to enter its account. → False when it has one."""
    claim: Claim = Claim.objects.get(pk=claim_id)
    return _account_wanted(claim, now)


def claim_pay(*, claim_id: int, paid_on: date, now: datetime) -> Claim:
    """The insurer has paid. Raises MoveRefused; ValueError for a day that has not come."""
    if paid_on > localdate(now):
        raise ValueError("a payment of tomorrow is not paid")
    claim = _locked(claim_id)
    figures = claim_step(_figures(claim), ClaimState.PAID, party=Party.INSURER)
    _store(claim, figures, paid_on=paid_on)
    _announce_move(claim, "", now)
    if not claim.own_yen:
        _bill_settled(claim, now)
    return claim


def claim_withdraw(*, claim_id: int, party: Party, reason: str, now: datetime) -> Claim:
    """Take the claim back; its place in the year is free again. Raises MoveRefused, ReasonMissing."""
    claim = _locked(claim_id)
    _store(claim, claim_step(_figures(claim), ClaimState.WITHDRAWN, party=party, reason=reason), reason=reason[:500])
    _announce_move(claim, reason, now)
    return claim


def claim_ask(*, claim_id: int, party: Party, text: str, now: datetime) -> ClaimMessage:
    """A question of the insurer, or an answer to it, that moves nothing. Raises ValueError when nothing is said."""
    if not text.strip():
        raise ValueError("say something")
    claim: Claim = Claim.objects.get(pk=claim_id)
    kind = ClaimMessage.Kind.QUESTION if party == Party.INSURER else ClaimMessage.Kind.ANSWER
    message = _message_add(claim, kind, text, now)
    audit_record(code="claim.asked", subject=f"claim:{claim.number}", tenant_id=claim.tenant_id, kind=kind)
    return message


def _account_wanted(claim: Claim, now: datetime) -> bool:
    """Ask the vendor for its account while nobody can pay it: when the claim is sent or decided, or on request."""
    accounts = claim_accounts().get(claim.pk)
    if accounts is None or accounts.vendor:
        return False
    account_mail_put(claim=claim, now=now)
    audit_record(code="claim.account_asked", subject=f"claim:{claim.number}", tenant_id=claim.tenant_id)
    return True


def _locked(claim_id: int) -> Claim:
    claim: Claim = Claim.objects.select_for_update(of=("self",)).get(pk=claim_id)
    return claim


def _figures(claim: Claim) -> ClaimFigures:
    return ClaimFigures(ClaimState(claim.state), claim.claimed_yen, claim.asked_yen, claim.own_yen, claim.approved_yen)


def _slot(claim: Claim) -> int:
    """The claim's place among the year's. The database refuses a place that another transaction takes meanwhile."""
    if claim.slot is not None:
        return claim.slot
    same_year = Claim.objects.filter(tenant_id=claim.tenant_id, year_first=claim.year_first, slot__isnull=False)
    slot = free_slot(set(same_year.values_list("slot", flat=True)), claim.claims_per_year)
    if slot is None:
        raise ClaimRefused(Verdict.USED_UP)
    return slot


def _store(claim: Claim, figures: ClaimFigures, **fields: Any) -> None:
    changes = {"state": figures.state.value, "approved_yen": figures.approved_yen, "own_yen": figures.own_yen, **fields}
    if figures.state not in HOLDING:
        changes["slot"] = None
    for name, value in changes.items():
        setattr(claim, name, value)
    claim.save(update_fields=list(changes))


def _announce_move(claim: Claim, reason: str, now: datetime) -> None:
    message = _message_add(claim, ClaimMessage.Kind.MOVE, reason, now, state=claim.state)
    claim_mail_put(claim=claim, message=message)
    vendor_mail_put(claim=claim, message=message)
    _answer_request_settle(claim, now)
    audit_record(
        code=f"claim.{claim.state}",
        subject=f"claim:{claim.number}",
        tenant_id=claim.tenant_id,
        asked_yen=claim.asked_yen,
        approved_yen=claim.approved_yen,
        own_yen=claim.own_yen,
    )


def _bill_settled(claim: Claim, now: datetime) -> None:
    """Settle the bill when the vendor has all its money: the office, which reads no claims, must not pay it again."""
    payer = User.objects.get(pk=current_scope().user_id or 0)
    with tenant_scope(claim.tenant_id):
        invoice = invoice_of_job(claim.job_id)
        if invoice is None or InvoiceState.SETTLED not in INVOICE_MOVES[InvoiceState(invoice.state)]:
            return
        why = gettext("保険会社が事業者へ支払いました。")
        invoice_move(invoice_id=invoice.pk, to=InvoiceState.SETTLED, party=Party.RULE, by=payer, now=now, reason=why)


def _answer_request_settle(claim: Claim, now: datetime) -> None:
    """The desk has a task as long as the insurer waits for an answer."""
    kind, row = Attention.Kind.CLAIM_RETURNED, about_row(Claim, claim.pk)
    with tenant_scope(claim.tenant_id):
        if claim.state == ClaimState.RETURNED:
            facts = {"claim": claim.pk, "number": claim.number, "yen": claim.asked_yen}
            attention_open(tenant_id=claim.tenant_id, kind=kind, about=row, facts=facts, now=now)
        else:
            attention_settle(tenant_id=claim.tenant_id, kind=kind, about=row, now=now)


def _message_add(claim: Claim, kind: str, text: str, now: datetime, state: str = "") -> ClaimMessage:
    message: ClaimMessage = ClaimMessage.objects.create(
        tenant_id=claim.tenant_id, claim=claim, kind=kind, state=state, text=text.strip()[:500], at=now
    )
    return message
