"""Partners of the office's programme: who takes part, how far each is; joining and leaving."""

from __future__ import annotations

from typing import Any, Final

from allauth.core.ratelimit import consume_or_429
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from base.numbers import number_in
from incidents.dispatch.profiles import listing_end
from portal.consortium.entering import Entered, PartnerExists, partner_enter
from portal.consortium.lacks import lacks_of
from portal.consortium.plan import PARTS
from portal.consortium.reading import partner_read
from portal.consortium.stored import facts_of_programme
from portal.ui.founding_forms import ADDED, FirstPersonForm, LeavingForm
from tenants.founding import first_person_invite
from tenants.models import Membership, Organisation, Programme
from tenants.partners import (
    PartnerNotYours,
    Standing,
    WorkIsOpen,
    former_partners,
    open_work,
    partner_confirm,
    partner_leave,
    standing,
    standings,
)
from tenants.selectors import programmes_of_office
from tenants.ui.guard import ActingRequest, Kind, open_to
from web.refusals import RefusalWords, refusals_shown

WORK_WORDS: Final = {
    "job": gettext_lazy("訪問・遠隔の作業"),
    "claim": gettext_lazy("保険の請求"),
    "task": gettext_lazy("相談窓口の対応"),
}
REFUSALS: RefusalWords = {
    PartnerNotYours: gettext_lazy("この変更はできません。画面を読み直して、もう一度お試しください。"),
    PartnerExists: gettext_lazy(
        "この名前の組織は、ほかの事業で働いています。加えるには、運用の担当者に頼んでください。"
    ),
    WorkIsOpen: gettext_lazy("終わっていない仕事があります。引き継ぐか、残ることを確かめてチェックを入れてください。"),
}


def _programme(request: ActingRequest) -> Programme:
    """The office's programme: the chosen one of several."""
    own = programmes_of_office(office_id=request.acting.organisation.pk)
    chosen = request.GET.get("programme", "")
    programme = own.filter(pk=number_in(chosen) or 0).first() if chosen else own.first()
    if programme is None:
        raise Http404
    return programme


def _to(programme: Programme, page: str, *arguments: int) -> HttpResponse:
    """The page, of the same programme."""
    return redirect(f"{reverse(page, args=arguments)}?programme={programme.pk}")


def _owner(request: ActingRequest) -> bool:
    return request.acting.role == Membership.Role.OWNER


@require_safe
@open_to(Kind.OFFICE)
def partner_list(request: ActingRequest) -> HttpResponse:
    """Who takes part, how far each is, and what the programme is missing."""
    programme = _programme(request)
    rows = [_row(each) for each in standings(programme=programme) if each.part is not None]
    context = {
        "programme": programme,
        "others": programmes_of_office(office_id=request.acting.organisation.pk).exclude(pk=programme.pk),
        "rows": rows,
        "former": former_partners(programme=programme),
        "lacks": lacks_of(facts_of_programme(programme)),
        "parts": [(name, Kind(kind).label) for name, kind in PARTS.items()],
        "owner": _owner(request),
        "counted_at": min((row["standing"].counted_at for row in rows if row["by_contract"]), default=None),
    }
    return render(request, "portal/partners.html", context)


def _row(each: Standing) -> dict[str, Any]:
    now = timezone.now()
    invited = bool(each.invited and each.invited_until and each.invited_until > now)
    confirmed = each.part is not None and each.part.confirmed_at is not None
    if not confirmed:
        state, tone = gettext("事務局の確認待ち"), "attention"
    elif each.firms_next:
        state, tone = gettext("会社を開いています"), "info"
    elif each.people:
        state, tone = gettext("参加中"), "safe"
    elif invited:
        state, tone = gettext("招待中"), "info"
    else:
        state, tone = gettext("人がいません"), "attention"
    return {
        "standing": each,
        "state": state,
        "tone": tone,
        "invited": invited,
        "confirmed": confirmed,
        "by_contract": each.organisation.kind in (Kind.SOC, Kind.CALL_CENTRE),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.OFFICE, owner=True, proven=True)
def partner_new(request: ActingRequest, part: str) -> HttpResponse:
    """Enter a partner and invite its first person. It sees no firm before it is confirmed."""
    if part not in ADDED:
        raise Http404
    programme = _programme(request)
    form = ADDED[part](request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if limited := consume_or_429(request, action="invite"):
            return limited  # type: ignore[no-any-return]
        plan, _problems = partner_read(part, form.section())
        entered = Entered(programme)
        known = {(each.organisation.kind, each.organisation.name): each for each in standings(programme=programme)}
        with refusals_shown(request, form=form, form_words=REFUSALS), transaction.atomic():
            organisation = partner_enter(entered, plan, known, by=request.user)
            for words in (*entered.made, *entered.differing):
                messages.success(request, words)
            return _to(programme, "portal:partner", organisation.pk)
    context = {"programme": programme, "form": form, "kind": Kind(PARTS[part]).label}
    return render(request, "portal/partner_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.OFFICE)
def partner(request: ActingRequest, organisation_id: int) -> HttpResponse:
    """One partner. Owners confirm it, invite its first person, and say that it leaves."""
    if request.method == "POST" and not _owner(request):
        raise Http404
    programme = _programme(request)
    each = standing(programme=programme, organisation_id=organisation_id)
    if each is None:
        raise Http404
    work = open_work(programme=programme, organisation=each.organisation)
    action = request.POST.get("action", "")
    leaving = LeavingForm(request.POST if action == "leave" else None, open_work=bool(work))
    person = FirstPersonForm(request.POST if action == "invite" else None)
    if request.method == "POST":
        answer = _change(request, programme, each.organisation, action, leaving, person)
        if answer is not None:
            return answer
    context = {
        "programme": programme,
        **_row(each),
        "work": [{"what": WORK_WORDS[row.kind], "firm": row.firm, "number": row.number} for row in work],
        "leaving": leaving,
        "person": person,
        "owner": _owner(request),
    }
    return render(request, "portal/partner.html", context, status=422 if leaving.errors or person.errors else 200)


def _change(
    request: ActingRequest,
    programme: Programme,
    organisation: Organisation,
    action: str,
    leaving: LeavingForm,
    person: FirstPersonForm,
) -> HttpResponse | None:
    """Do what was pressed; None when a form is to be mended."""
    if action == "confirm":
        with refusals_shown(request, REFUSALS):
            partner_confirm(programme=programme, organisation=organisation)
            messages.success(request, gettext("確かめました。同意した会社から順に開きます。"))
        return _to(programme, "portal:partner", organisation.pk)
    if action == "invite" and person.is_valid():
        if limited := consume_or_429(request, action="invite"):
            return limited  # type: ignore[no-any-return]
        fields = person.cleaned_data
        first_person_invite(programme=programme, organisation=organisation, **fields, again=True)
        messages.success(request, gettext("%(email)s に招待のメールを送ります。") % {"email": fields["email"]})
        return _to(programme, "portal:partner", organisation.pk)
    if action == "leave" and leaving.is_valid():
        fields = leaving.cleaned_data
        with refusals_shown(request, REFUSALS), transaction.atomic():
            if organisation.kind == Kind.VENDOR:
                listing_end(programme_id=programme.pk, organisation=organisation, by=request.user)
            firms = partner_leave(
                programme=programme,
                organisation=organisation,
                reason=fields["reason"],
                with_open_work=fields.get("with_open_work", False),
            )
            words = gettext("%(name)sは離れました。%(firms)d社は、いまから見られません。")
            messages.success(request, words % {"name": organisation.name, "firms": firms})
            return _to(programme, "portal:partners")
        return _to(programme, "portal:partner", organisation.pk)
    return None
