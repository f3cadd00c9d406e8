"""A firm's talks with the desk: read, answer, ask, be called."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from base.moves import MoveRefused, ReasonMissing
from incidents.core.selectors import cases_of
from incidents.desk import firm_side
from incidents.desk.selectors import rows_of_case
from incidents.models import CustomerMessage
from incidents.states.case import CaseState
from tenants.selectors import organisation as organisation_of
from tenants.ui.guard import ActingRequest, Kind, open_to
from web.refusals import RefusalWords, refusals_shown

LATEST = 100


@require_safe
@open_to(Kind.SME)
def talks(request: ActingRequest) -> HttpResponse:
    """The firm's cases, the newest first."""
    rows = cases_of(request.acting.organisation.pk).exclude(state=CaseState.MERGED)
    return render(request, "desk/talks.html", {"rows": rows.order_by("-opened_at")[:LATEST]})


MESSAGE_REFUSALS: RefusalWords = {
    ReasonMissing: gettext_lazy("メッセージを書いてください。"),
    MoveRefused: gettext_lazy("この相談は、ほかの相談にまとめられました。"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.SME)
def talk(request: ActingRequest, number: int) -> HttpResponse:
    """One case: the messages of both sides, nothing of what the desk keeps to itself."""
    tenant_id = request.acting.organisation.pk
    case = get_object_or_404(cases_of(tenant_id).select_related("merged_into"), number=number)
    if case.merged_into is not None:
        return redirect("desk:talk", case.merged_into.number)
    typed = ""
    if request.method == "POST":
        typed = request.POST.get("body", "")
        with refusals_shown(request, MESSAGE_REFUSALS):
            firm_side.firm_says(
                tenant_id=tenant_id, case_id=case.pk, body=typed, by=request.acting.user, now=timezone.now()
            )
            messages.success(request, gettext("相談窓口に送りました。"))
            return redirect("desk:talk", number)
    talk_messages = rows_of_case(case, CustomerMessage).select_related("author")
    context = {
        "case": case,
        "talk_messages": talk_messages,
        "typed": typed,
        "over": case.state == CaseState.SOLVED,
        "waits": case.state == CaseState.WAITING,
        "may_write": request.acting.may_write,
    }
    return render(request, "desk/talk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.SME)
def talk_new(request: ActingRequest) -> HttpResponse:
    """Ask the desk something."""
    title, body = request.POST.get("title", ""), request.POST.get("body", "")
    if request.method == "POST":
        organisation, user = request.acting.organisation, request.acting.user
        with refusals_shown(request, {ReasonMissing: gettext("件名と内容を書いてください。")}):
            made = firm_side.firm_asks(tenant_id=organisation.pk, title=title, body=body, by=user, now=timezone.now())
            messages.success(request, gettext("相談窓口に送りました。返事が届くと、メールでお知らせします。"))
            return redirect("desk:talk", made.number)
    context = {"title": title, "body": body, "may_write": request.acting.may_write}
    return render(request, "desk/talk_new.html", context)


@require_POST
@open_to(Kind.SME)
def call_me(request: ActingRequest) -> HttpResponse:
    """The firm wants to be called: a task for the desk."""
    organisation, user = request.acting.organisation, request.acting.user
    fresh = organisation_of(organisation.pk) or organisation
    number = request.POST.get("number", "").strip() or fresh.phone
    if not number:
        messages.error(request, gettext("折り返しの電話番号を入れてください。"))
        return redirect("desk:talks")
    made = firm_side.call_me(
        tenant_id=organisation.pk,
        who=str(user),
        number=number,
        about=request.POST.get("about", ""),
        when=request.POST.get("when", ""),
        now=timezone.now(),
    )
    sentence = (
        gettext("相談窓口から電話します。受付時間の外のときは、次の受付時間にお電話します。")
        if made
        else gettext("電話のご希望は、すでにうけたまわっています。")
    )
    messages.success(request, sentence)
    return redirect("desk:talks")
