"""Mails to the desk: those kept aside, one in full, and the files the scanner found clean."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from base.moves import MoveRefused
from incidents.mail_intake import store
from incidents.mail_intake.apart import TooMuch, attachment_of, mail_read
from incidents.mail_intake.rules import LARGEST_MAIL
from incidents.mail_intake.selectors import contact_of, mail_files, mails, mails_aside
from incidents.mail_intake.services import mail_settle
from incidents.models import DeskMail
from incidents.states.mail import HANDED_OUT, MailState
from tenants.ui.guard import ActingRequest, Kind, open_to
from tenants.ui.reach import partner_read
from web.refusals import refusals_shown

PER_PAGE = 50
REASONS = {
    "no sender": gettext_lazy("差出人が読み取れません"),
    "automatic": gettext_lazy("機械が自動で送ったメールです(不在の返信、配達できない知らせ、広告など)"),
    "too large": gettext_lazy("大きすぎるため、見出しだけを取り込みました"),
    "too many parts": gettext_lazy("部品が多すぎて読み取れません"),
    "not understood": gettext_lazy("読み取りに何度も失敗しました"),
}


@require_safe
@open_to(Kind.CALL_CENTRE)
def mail_list(request: ActingRequest) -> HttpResponse:
    """What was kept aside and nobody has looked at."""
    rows = mails_aside()
    context = {"mails": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")), "reasons": REASONS}
    return render(request, "desk_mail/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.CALL_CENTRE)
def mail(request: ActingRequest, mail_id: int) -> HttpResponse:
    """One mail in full, as words; a person marks one that was kept aside as looked at."""
    mail = get_object_or_404(mails(), pk=mail_id)
    if request.method == "POST":
        with refusals_shown(request, {MoveRefused: gettext("すでに確認済みです。")}):
            mail_settle(mail=mail, by=request.acting.user)
            messages.success(request, gettext("確認済みにしました。"))
        return redirect("desk_mail:list")
    partner_read(request, code="desk_mail.viewed", subject=f"desk_mail:{mail_id}", tenant_ids=_firm_ids(mail))
    contact = contact_of(mail)
    context = {
        "mail": mail,
        "reason": REASONS.get(mail.reason, mail.reason),
        "text": _text(mail),
        "files": mail.files.all(),
        "contact": contact,
        "handed_out": HANDED_OUT,
    }
    return render(request, "desk_mail/mail.html", context)


@require_safe
@open_to(Kind.CALL_CENTRE)
def mail_file(request: ActingRequest, mail_id: int, part: int) -> HttpResponse:
    """A file to save, never to show: what the scanner found something in stays here."""
    file = get_object_or_404(mail_files(), mail_id=mail_id, part=part)
    if file.verdict not in HANDED_OUT:
        raise Http404
    partner_read(
        request, code="desk_mail.file", subject=f"desk_mail:{mail_id}", tenant_ids=_firm_ids(file.mail), part=part
    )
    try:
        content = attachment_of(store.kept(file.mail.sha256), part)
    except (store.Tampered, LookupError, TooMuch) as problem:
        raise Http404 from problem
    response = HttpResponse(content, content_type="application/octet-stream")
    response.headers["Content-Security-Policy"] = "sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Disposition"] = _saved_as(file.name)
    return response


def _saved_as(name: str) -> str:
    return content_disposition_header(as_attachment=True, filename=name) or "attachment"


def _text(mail: DeskMail) -> str:
    """The words as a worker read them. A mail of before they were kept is read now, in a process of its own."""
    if mail.text or mail.read_in_part or mail.size > LARGEST_MAIL or mail.state == MailState.WAITING:
        return mail.text
    try:
        return mail_read(store.kept(mail.sha256)).text
    except (TooMuch, store.Tampered):
        return ""


def _firm_ids(mail: DeskMail) -> list[int]:
    return [mail.firm_id] if mail.firm_id else []
