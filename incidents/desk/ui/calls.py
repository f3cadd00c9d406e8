"""The telephone at the desk: who may be calling, one click to log it, and what became of the call."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from base.moves import MoveRefused, ReasonMissing
from base.phone_numbers import is_hidden, number_of
from incidents.core.selectors import open_incidents
from incidents.desk import calls
from incidents.desk.lookup import desk_offices, firms_by_name, firms_by_number, strangers_by_number
from incidents.desk.rules import CaseIncomplete
from incidents.desk.selectors import callers_of, calls_ringing, contacts, contacts_of, open_cases
from incidents.desk.ui import call_case, case_words
from incidents.desk.ui.firm_card import firm_card
from incidents.desk.ui.ringing import firms_rung, rings
from incidents.desk.ui.running import running_at
from incidents.models import Caller, Contact
from tenants.models import Organisation
from tenants.ui.guard import ActingRequest, Kind, open_to
from tenants.ui.reach import firm_in_reach, partner_read
from web.addresses import published
from web.refusals import refusals_shown

MOST = 20


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.CALL_CENTRE)
def call(request: ActingRequest) -> HttpResponse:
    """Shows the firms a telephone number, typed or from the address, may belong to. POST starts the log."""
    if request.method == "POST":
        return _start(request)
    number = request.GET.get("number", "").strip()[:60]
    name = request.GET.get("name", "").strip()[:80]
    matches = firms_by_number(number)[:MOST]
    known = {match.firm.pk for match in matches}
    named = list(firms_by_name(name).exclude(pk__in=known)[:MOST]) if name else []
    shown = [match.firm.pk for match in matches] + [firm.pk for firm in named]
    searched, now = bool(number or name), timezone.now()
    ringing = [] if searched else rings(calls_ringing(now)[:MOST])
    if searched or ringing:
        read = [*shown, *firms_rung(ringing)]
        partner_read(request, code="call.looked_up", subject="call", tenant_ids=read)
    context = {
        "number": number,
        "name": name,
        "dialled": number_of(number),
        "hidden": is_hidden(number),
        "matches": matches,
        "named": named,
        "strangers": [_stranger_words(caller) for caller in strangers_by_number(number)],
        "running": running_at(shown, now),
        "ringing": ringing,
        "contact": request.GET.get("contact", ""),
        "searched": searched,
    }
    return render(request, "desk/call.html", context)


def _stranger_words(caller: Caller) -> str:
    name = caller.name or gettext("お名前は未確認")
    return f"{name}({caller.firm_told})" if caller.firm_told else name


def _start(request: ActingRequest) -> HttpResponse:
    """One click: the conversation runs, with the firm that was chosen or with none."""
    user, now = request.acting.user, timezone.now()
    number, offices = request.POST.get("number", "").strip()[:60], desk_offices()
    firm = _chosen_firm(request.POST.get("firm", ""))
    if firm is None and not offices:
        raise Http404
    tenant_id = firm.pk if firm else offices[0]
    ringing = request.POST.get("contact", "")
    words = gettext("この電話は、ほかの人が出たか、もう切れています。")
    with refusals_shown(request, {MoveRefused: words}):
        if ringing.isdecimal() and len(ringing) < 18 and contacts().filter(pk=int(ringing)).exists():
            contact = calls.call_answer(contact_id=int(ringing), by=user, now=now)
            contact = calls.call_place(contact=contact, firm=firm, by=user, now=now)
        else:
            outward = request.POST.get("direction") == Contact.Direction.OUT
            direction = Contact.Direction.OUT if outward else Contact.Direction.IN
            contact = calls.call_start(tenant_id=tenant_id, number=number, by=user, now=now, direction=direction)
        return redirect("desk:contact", contact.tenant_id, contact.pk)
    return redirect(published("staff_queue"))


def _chosen_firm(text: str) -> Organisation | None:
    if not text.isdecimal() or len(text) > 18:
        return None
    return firm_in_reach(int(text))


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.CALL_CENTRE)
def contact(request: ActingRequest, tenant_id: int, contact_id: int) -> HttpResponse:
    """A conversation that runs or is over: its timer, who it was, which case it is about."""
    rows = contacts_of(tenant_id)
    contact = get_object_or_404(rows, pk=contact_id)
    is_firm = contact.tenant.kind == Organisation.Kind.SME
    typed: dict[str, str] = {}
    if request.method == "POST":
        done = _contact_action(request, contact)
        if done is not None:
            return done
        typed = {name: str(value) for name, value in request.POST.items()}
        contact = get_object_or_404(rows, pk=contact_id)
    partner_read(
        request, code="contact.viewed", subject=f"contact:{contact_id}", tenant_ids=[tenant_id] if is_firm else []
    )
    now, name = timezone.now(), request.GET.get("name", "").strip()[:80]
    running = open_cases().filter(tenant_id=tenant_id).exclude(pk=contact.case_id or 0)
    callers = callers_of(tenant_id).exclude(pk=contact.caller_id or 0)
    context = {
        "contact": contact,
        "words": case_words.contact_words(contact),
        "firm": firm_card(contact.tenant, now) if is_firm else None,
        "running": running.order_by("-opened_at")[:MOST] if is_firm else _of_the_caller(contact, running),
        "open_incidents": (open_ones := open_incidents(tenant_id) if is_firm else []),
        "joinable": open_ones if contact.case is None or contact.case.incident_id is None else [],
        "callers": callers.filter(_alike(contact)).order_by("-first_at")[:MOST],
        "topics": case_words.topic_choices(),
        "mine": contact.agent_id == request.acting.user.pk,
        "may_write": request.acting.may_write,
        "name": name,
        "named": [] if is_firm or not name else firms_by_name(name)[:MOST],
        "typed": typed,
        "now": now,
    }
    return render(request, "desk/contact.html", context)


def _alike(contact: Contact) -> Q:
    """Callers who may be the same person: all of a firm, or those with the same number among strangers."""
    if contact.tenant.kind == Organisation.Kind.SME:
        return Q()
    return Q(number_e164=contact.number_e164) & ~Q(number_e164="")


def _of_the_caller(contact: Contact, running: Any) -> Any:
    if contact.caller_id is None:
        return []
    return running.filter(contacts__caller_id=contact.caller_id).distinct()[:MOST]


def _contact_action(request: ActingRequest, contact: Contact) -> HttpResponse | None:
    user, now = request.acting.user, timezone.now()
    action = "join" if "join" in request.POST else request.POST.get("action", "")
    with refusals_shown(request, call_case.REFUSALS) as attempt:
        if action == "stop":
            calls.call_stop(contact_id=contact.pk, by=user, now=now)
            messages.success(request, gettext("通話を終わりました。"))
            return None  # the page again, with what was typed while they spoke
        elif action == "identify":
            return _identify(request, contact)
        elif action == "caller_merge":
            _caller_merge(request, contact)
        elif action == "caller_split":
            calls.caller_split(
                tenant_id=contact.tenant_id, contact_id=contact.pk, name=request.POST.get("who", ""), now=now
            )
            messages.success(request, gettext("別の方として記録しました。"))
        elif action in ("case", "join"):
            case = (call_case.recorded if action == "case" else call_case.joined)(request, contact)
            messages.success(request, gettext("相談に記録しました。"))
            return redirect("desk:case", case.tenant_id, case.pk)
    if isinstance(attempt.refusal, (call_case.IncidentUnclear, ReasonMissing, CaseIncomplete)):
        return None  # the page again, with what was typed
    return redirect("desk:contact", contact.tenant_id, contact.pk)


def _identify(request: ActingRequest, contact: Contact) -> HttpResponse:
    """Assign the caller to the firm that was chosen; everything they spoke about moves to it."""
    firm, now, user = _chosen_firm(request.POST.get("firm", "")), timezone.now(), request.acting.user
    if firm is None or contact.tenant.kind == Organisation.Kind.SME:
        raise Http404
    if contact.caller is None:
        moved = calls.call_place(contact=contact, firm=firm, by=user, now=now)
    else:
        calls.caller_identify(caller=contact.caller, tenant_id=firm.pk, by=user, now=now)
        moved = contacts().get(pk=contact.pk)
    messages.success(request, gettext("%(firm)sの記録に移しました。") % {"firm": firm.name})
    return redirect("desk:contact", moved.tenant_id, moved.pk)


def _caller_merge(request: ActingRequest, contact: Contact) -> None:
    into = request.POST.get("into", "")
    if contact.caller_id is None or not into.isdecimal() or len(into) > 18:
        raise MoveRefused("nobody to merge")
    user = request.acting.user
    calls.caller_merge(tenant_id=contact.tenant_id, caller_id=contact.caller_id, into_id=int(into), by=user)
    messages.success(request, gettext("同じ方としてまとめました。"))
