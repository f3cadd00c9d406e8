"""The SOC's own list of dangerous sites for all boxes of a programme, and of those to let pass."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from sensors.models import WebGuardName
from sensors.selectors import names_listed
from sensors.web_names import NameRefused, held_by, host_read, name_remove, name_set
from tenants.models import Programme
from tenants.selectors import programmes_of_partner
from tenants.ui.guard import ActingRequest, Kind, open_to
from tenants.ui.reason_field import ReasonField

PER_PAGE = 100
PROBLEMS: dict[str, Any] = {
    "not_a_name": gettext_lazy("サイトの名前を入れてください。例: bad.example.com (IPアドレスは使えません)"),
    "too_wide": gettext_lazy("広すぎます。この名前の下には、ほかの会社のサイトもたくさんあります。"),
    "ours": gettext_lazy("このサービスのサイトです。止めるとセンサーの連絡も止まります。"),
}


class NameForm(forms.Form):
    """A site to block or to let pass."""

    name = forms.CharField(
        label=gettext_lazy("サイトの名前"),
        max_length=300,
        help_text=gettext_lazy("例: bad.example.com。その下の名前(www.bad.example.comなど)も止めます。"),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("扱い"),
        choices=WebGuardName.Kind.choices,
        initial=WebGuardName.Kind.BLOCK,
        widget=forms.RadioSelect,
    )
    reason = ReasonField(label=gettext_lazy("理由"), max_length=200)

    def clean_name(self) -> str:
        """As host_read reads it."""
        try:
            return host_read(self.cleaned_data["name"], kept=_kept())
        except NameRefused as problem:
            raise forms.ValidationError(str(PROBLEMS[str(problem)])) from None


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.SOC)
def names(request: ActingRequest) -> HttpResponse:
    """The list with how many boxes hold each name; adding, changing and removing."""
    programme = programme_selected(request)
    here = f"{reverse('sensors:names')}?programme={programme.pk}"
    if request.method == "POST" and request.POST.get("remove"):
        number = request.POST["remove"]
        if number.isdecimal() and len(number) < 19 and name_remove(programme_id=programme.pk, name_id=int(number)):
            messages.success(request, gettext("一覧から外しました。センサーは30秒以内に受け取ります。"))
        return redirect(here)
    form = NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name_set(programme_id=programme.pk, **form.cleaned_data)
        messages.success(request, gettext("一覧に入れました。センサーは30秒以内に受け取ります。"))
        return redirect(here)
    search = request.GET.get("q", "").strip().lower()[:80]
    rows = names_listed(programme_id=programme.pk, search=search)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    held, boxes = held_by(programme_id=programme.pk, names=list(page))
    context = {
        "form": form,
        "page": page,
        "rows": [{"name": row, "held": held[row.pk]} for row in page],
        "boxes": boxes,
        "search": search,
        "programme": programme,
        "tabs": programme_tabs(request, programme),
        "may_write": request.acting.may_write,
    }
    return render(request, "sensors/names.html", context)


def _programmes(request: ActingRequest) -> QuerySet[Programme]:
    return programmes_of_partner(organisation_id=request.acting.organisation.pk)


def programme_selected(request: ActingRequest) -> Programme:
    """The programme the address names, else the first; only programmes the SOC works for."""
    number = request.GET.get("programme", "")
    rows = _programmes(request)
    programme = rows.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 19 else rows.first()
    if programme is None:
        raise Http404
    return programme


def programme_tabs(request: ActingRequest, shown: Programme) -> list[dict[str, Any]]:
    """A tab for each programme the SOC works for; none when it is one."""
    every = list(_programmes(request))
    if len(every) < 2:
        return []
    return [{"label": row.name, "href": f"?programme={row.pk}", "current": row == shown} for row in every]


def _kept() -> frozenset[str]:
    return frozenset(host.lstrip(".") for host in settings.ALLOWED_HOSTS if "." in host.strip("."))
