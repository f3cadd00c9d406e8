"""What to do while nobody answers, and a call booked for the desk's next opening: behind the link of a ★★★ mail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.core.ratelimit import consume_or_429
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from base.phone_numbers import number_of
from incidents.core.call_links import CallLink, call_read, call_token
from incidents.core.selectors import booking_of, incidents_in_reach
from incidents.core.targets import desk_hours
from incidents.crisis.calls import IncidentOver, LinkUsed, call_book
from incidents.crisis.rules import call_slots
from incidents.models import Incident
from incidents.states.incident import IncidentState
from notifications.channels import opens_at
from notifications.desk import desk_now
from notifications.hours import BusinessHours
from tenants.tenancy.scope import tenant_scope
from web.refusals import refusals_shown
from web.templatetags.formats import jst

SOON = "soon"


class CallForm(forms.Form):
    """When and where to call."""

    at = forms.ChoiceField(label=gettext_lazy("電話を受ける時間"), widget=forms.RadioSelect)
    phone = forms.CharField(
        label=gettext_lazy("電話番号"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("登録の番号でよければ、空のままにしてください。携帯電話でもかまいません。"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )

    def __init__(self, data: Any, slots: list[datetime], now: datetime) -> None:
        super().__init__(data, initial={"at": _slot_value(slots[0], now) if slots else ""})
        choices = [(_slot_value(slot, now), _slot_words(slot, now)) for slot in slots]
        self.fields["at"].choices = choices  # type: ignore[attr-defined]

    def clean_phone(self) -> str:
        """A number somebody can dial, or none."""
        phone: str = self.cleaned_data["phone"].strip()
        if phone and number_of(phone) is None:
            raise forms.ValidationError(gettext("電話番号が読み取れません。市外局番から書いてください。"))
        return phone


@require_http_methods(["GET", "HEAD", "POST"])
def call_book_page(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows and changes nothing (mail scanners open links); POST books, once for a link."""
    if limited := consume_or_429(request, action="book_call"):
        return limited  # type: ignore[no-any-return]
    link = call_read(token)
    if link is None:
        response = render(request, "crisis/call_over.html", {"unknown": True}, status=404)
    else:
        with tenant_scope(link.tenant_id):
            response = _page(request, token, link)
    add_never_cache_headers(response)
    return response


def _page(request: HttpRequest, token: str, link: CallLink) -> HttpResponse:
    incident, now = incidents_in_reach().get(pk=link.incident_id), timezone.now()
    incident = incident.merged_into or incident  # it goes on there
    context: dict[str, Any] = {"incident": incident, "desk": desk_now(incident.tenant)}
    if incident.state == IncidentState.CLOSED:
        return render(request, "crisis/call_over.html", context, status=410)
    hours = desk_hours(tenant_id=incident.tenant_id, at=now)
    form = CallForm(request.POST if request.method == "POST" else None, call_slots(hours, now), now)
    if request.method == "POST" and form.is_valid():
        used_words = gettext("このリンクは一度使われています。予約は変わっていません。")
        try:
            with refusals_shown(request, {LinkUsed: used_words}):
                call_book(
                    incident_id=incident.pk,
                    at=now if form.cleaned_data["at"] == SOON else datetime.fromisoformat(form.cleaned_data["at"]),
                    phone=form.cleaned_data["phone"],
                    now=now,
                    instead_of=link.booking_id,
                )
        except IncidentOver:
            return render(request, "crisis/call_over.html", context, status=410)
        return redirect("crisis:call_book", token)
    booking = booking_of(incident)
    used = (booking.pk if booking else 0) != link.booking_id
    context |= {"form": form, "booking": booking, "used": used, **_clock(hours, now)}
    return render(request, "crisis/call_book.html", context)


def night(incident: Incident, now: datetime) -> dict[str, Any]:
    """For the firm's own page of an incident: whether the desk is closed, until when, what was booked."""
    hours = desk_hours(tenant_id=incident.tenant_id, at=now)
    return {**_clock(hours, now), "booking": booking_of(incident), "call_token": call_token(incident)}


def _clock(hours: BusinessHours, now: datetime) -> dict[str, Any]:
    opening = opens_at(hours, now)
    return {"desk_open": opening is None, "opens_at": opening}


def _slot_value(slot: datetime, now: datetime) -> str:
    return SOON if slot <= now else slot.isoformat()


def _slot_words(slot: datetime, now: datetime) -> str:
    if slot <= now:
        return gettext("できるだけ早く")
    return gettext("%(when)s ごろ") % {"when": jst(slot)}
