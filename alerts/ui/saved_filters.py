"""Filters of the work list that a person keeps and forgets."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST

from alerts.saved_filters import MOST, FilterRefused, filter_drop, filter_save
from alerts.ui.soc_acts import list_address
from tenants.ui.guard import ActingRequest, Kind, open_to
from web.refusals import refusals_shown

PROBLEMS: dict[str, Any] = {
    "no_name": gettext_lazy("条件の名前を入れてください。まだ保存していません。"),
    "no_filter": gettext_lazy("保存する条件がありません。絞り込んでから保存してください。"),
    "too_many": gettext_lazy("保存できる条件は%(n)s個までです。使わないものを消してください。"),
}


@require_POST
@open_to(Kind.SOC)
def filters(request: ActingRequest) -> HttpResponse:
    """Keep the filter the list has, or forget one."""
    name, query = request.POST.get("name", ""), _kept(request.POST.get("query", ""))
    with refusals_shown(request, {FilterRefused: lambda refusal: str(PROBLEMS[str(refusal)]) % {"n": MOST}}):
        if request.POST.get("action") == "drop":
            filter_drop(name=name, by=request.acting.user)
            messages.success(request, gettext("保存した条件を消しました。"))
        else:
            row = filter_save(name=name, query=query, by=request.acting.user, now=timezone.now())
            messages.success(request, gettext("「%(name)s」として保存しました。") % {"name": row.name})
    return redirect(list_address(query))


def _kept(text: str) -> str:
    """The filters of the list's address, without the place in it."""
    query = QueryDict(text, mutable=True)
    query.pop("before", None)
    return query.urlencode()
