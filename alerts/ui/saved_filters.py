"""Filters of a long list that a person keeps and forgets: one form, shown by every list that has it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST

from alerts.saved_filters import MOST, FilterRefused, Place, filter_drop, filter_save, filters_of
from tenants.ui.guard import ActingRequest, Kind, open_to
from web.refusals import refusals_shown

PROBLEMS: dict[str, Any] = {
    "no_name": gettext_lazy("条件の名前を入れてください。まだ保存していません。"),
    "no_filter": gettext_lazy("保存する条件がありません。絞り込んでから保存してください。"),
    "too_many": gettext_lazy("保存できる条件は%(n)s個までです。使わないものを消してください。"),
}
# Where in the list somebody stands is no part of a filter.
_PLACES_IN_A_LIST = ("before", "page")


@require_POST
@open_to(Kind.SOC)
def filters(request: ActingRequest) -> HttpResponse:
    """Keep the filter the SOC's list has, or forget one."""
    return filter_kept(request, Place.ALERTS, "soc:alerts")


def filter_kept(request: ActingRequest, place: Place, list_name: str) -> HttpResponse:
    """Keep the filter that was posted, or forget one, of a list whose address has this name; then the list with it."""
    name, query = request.POST.get("name", ""), plain_query(request.POST.get("query", ""))
    with refusals_shown(request, {FilterRefused: lambda refusal: str(PROBLEMS[str(refusal)]) % {"n": MOST}}):
        if request.POST.get("action") == "drop":
            filter_drop(place=place, name=name, by=request.acting.user)
            messages.success(request, gettext("保存した条件を消しました。"))
        else:
            row = filter_save(place=place, name=name, query=query, by=request.acting.user, now=timezone.now())
            messages.success(request, gettext("「%(name)s」として保存しました。") % {"name": row.name})
    return redirect(reverse(list_name) + (f"?{query}" if query else ""))


def saved_filters(request: ActingRequest, place: Place, list_name: str, keep_name: str) -> dict[str, Any]:
    """For components/saved_filters.html: the person's filters of a list, its address and the form's."""
    return {
        "rows": filters_of(request.acting.user, place),
        "query": plain_query(request.GET.urlencode()),
        "list_url": reverse(list_name),
        "keep_url": reverse(keep_name),
    }


def plain_query(text: str) -> str:
    """The filters of a list's address, without the place in it and without what was left empty."""
    query = QueryDict(text, mutable=True)
    for name in _PLACES_IN_A_LIST:
        query.pop(name, None)
    for name in [name for name, values in query.lists() if not any(values)]:
        query.pop(name)
    return query.urlencode()
