"""Named writes: asking, reminding once, taking the answer. All need an open scope that sees the firm."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Any

from base.about import About, about_row
from base.refusals import Refusal
from base.sealing import seal, unseal
from incidents.models import Job
from notifications.links import page_url
from notifications.mail import Recipient, mail_write
from notifications.notices import recipients_of
from notifications.services import outbox_put
from surveys import rules
from surveys.models import FeedbackAnswer, FeedbackRequest, JobHearing
from tenants.audit.record import audit_record
from tenants.models import Organisation, User

MAIL = "feedback"


class Answered(Refusal):
    """Somebody answered already, or the time is over."""


def token_hash(token: str) -> bytes:
    """The hash a link is looked up by; the secret's 256 random bits cannot be guessed from it."""
    return hashlib.sha256(token.encode()).digest()


def feedback_ask(
    *,
    tenant_id: int,
    kind: str,
    about: About,
    number: int,
    ended_at: datetime,
    now: datetime,
    vendor: Organisation | None = None,
    to: str = "",
) -> FeedbackRequest | None:
    """Ask a firm about one thing, once; `to` empty: the firm's address. → None: asked before, or too often lately."""
    earlier = FeedbackRequest.objects.filter(tenant_id=tenant_id)
    last = earlier.order_by("-asked_at").first()
    known = earlier.filter(kind=kind, about_type=about.type, about_id=about.id)
    if known.exists() or not rules.may_ask(last_asked_at=last.asked_at if last else None, now=now):
        return None
    token = secrets.token_urlsafe(32)
    request: FeedbackRequest = FeedbackRequest.objects.create(
        tenant_id=tenant_id,
        kind=kind,
        about_type=about.type,
        about_id=about.id,
        number=number,
        vendor=vendor,
        ended_at=ended_at,
        to=to or _recipient(tenant_id).address,
        token_hash=token_hash(token),
        token_sealed=seal(token),
        asked_at=now,
        expires_at=now + rules.OPEN_FOR,
    )
    _mail(request, token, again=False)
    ended = f"{about.type}:{about.id}"
    audit_record(code="feedback.asked", subject=f"feedback:{request.pk}", tenant_id=tenant_id, about=ended)
    return request


def feedback_remind(*, request_id: int, now: datetime) -> bool:
    """Remind the firm once, with the same link. → False when it was answered, is over or was reminded before."""
    waiting = FeedbackRequest.objects.filter(
        pk=request_id, answered_at__isnull=True, reminded_at__isnull=True, expires_at__gt=now
    )
    if not waiting.update(reminded_at=now):
        return False
    request = FeedbackRequest.objects.get(pk=request_id)
    _mail(request, unseal(request.token_sealed), again=True)
    return True


def feedback_take(
    *, request_id: int, verdict: str, reason: str, words: str, now: datetime, **more: str | list[str]
) -> FeedbackAnswer:
    """Store the answer; `more`: the other answers, by question. Raises Answered (once, and in time)."""
    request = FeedbackRequest.objects.select_for_update(of=("self",)).get(pk=request_id)
    if request.answered_at is not None or request.expires_at <= now:
        raise Answered
    request.answered_at = now
    request.save(update_fields=["answered_at"])
    answer: FeedbackAnswer = FeedbackAnswer.objects.create(
        tenant_id=request.tenant_id,
        request=request,
        given_at=now,
        verdict=verdict,
        reason=reason,
        words=words[:1000],
        more={question: given for question, given in more.items() if given},
    )
    audit_record(code="feedback.answered", subject=f"feedback:{request.pk}", tenant_id=request.tenant_id)
    return answer


def _mail(request: FeedbackRequest, token: str, *, again: bool) -> None:
    recipient = _recipient(request.tenant_id, request.to)
    context: dict[str, Any] = {
        "request": request,
        "vendor": request.vendor.name if request.vendor else "",
        "again": again,
        "answer_url": page_url("surveys:feedback", token),
    }
    written = mail_write(name=MAIL, recipient=recipient, context=context)
    outbox_put(
        tenant_id=request.tenant_id,
        key=f"{MAIL}:{request.pk}" + (":again" if again else ""),
        kind=MAIL,
        about=about_row(FeedbackRequest, request.pk),
        to=request.to,
        subject=written.subject,
        text=written.text,
        html=written.html,
        contact_id=recipient.contact_id if recipient.address == request.to else None,
    )


def _recipient(tenant_id: int, address: str = "") -> Recipient:
    """The contact with this address, else the first: a question goes to one, because it is answered once."""
    recipients = recipients_of(tenant_id=tenant_id, kind=MAIL)
    return next((recipient for recipient in recipients if recipient.address == address), recipients[0])


def hearing_put(*, job: Job, vendor_id: int, answers: dict[str, Any], by: User, now: datetime) -> JobHearing:
    """Store a vendor's answers about its job, once. Raises Answered."""
    hearing: JobHearing
    hearing, made = JobHearing.objects.get_or_create(
        tenant_id=job.tenant_id,
        job=job,
        defaults={"vendor_id": vendor_id, "given_by": by, "given_at": now, "answers": answers},
    )
    if not made:
        raise Answered
    audit_record(code="hearing.given", subject=f"job:{job.number}", tenant_id=job.tenant_id)
    return hearing
