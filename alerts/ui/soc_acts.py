"""What the SOC does to rows it chose on its work list: take them, hand them on, judge them with one reason."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from alerts.judging import MOST_TOGETHER
from alerts.models import AlertGroup
from alerts.selectors import groups_in_reach
from alerts.soc import group_assign, group_take
from alerts.ui.colleagues import HANDING_REFUSALS, chosen_colleague
from alerts.ui.verdicts import JUDGING_REFUSALS, choice_of, judged
from base.refusals import Refusal
from tenants.ui.guard import ActingRequest, Kind, open_to
from web.refusals import RefusalWords, refusals_shown

MOST_CHOSEN = 100  # as many as the list shows


class NoRows(Refusal):
    """No row was chosen, or none that is in reach."""


REFUSALS: RefusalWords = {
    **JUDGING_REFUSALS,
    **HANDING_REFUSALS,
    NoRows: gettext_lazy("検知を選んでください。まだ何も記録していません。"),
}


@require_POST
@open_to(Kind.SOC)
def act(request: ActingRequest) -> HttpResponse:
    """Take, hand on or judge the chosen groups, all of them or none; then the list as it was filtered."""
    with refusals_shown(request, REFUSALS), transaction.atomic():
        chosen = _chosen(request)
        _ACTS.get(request.POST.get("action", ""), _judge)(request, chosen)
    return redirect(list_address(request.POST.get("back", "")))


def list_address(back: str) -> str:
    """The work list with the filters it had (`back`: its query)."""
    query = QueryDict(back).urlencode()
    return reverse("soc:alerts") + (f"?{query}" if query else "")


def _chosen(request: ActingRequest) -> list[AlertGroup]:
    keys = [int(key) for key in request.POST.getlist("group")[:MOST_CHOSEN] if key.isdecimal() and len(key) < 19]
    groups = list(groups_in_reach().filter(pk__in=keys).order_by("pk"))
    if not groups:
        raise NoRows
    return groups


def _take(request: ActingRequest, groups: list[AlertGroup]) -> None:
    now = timezone.now()
    for group in groups:
        group_take(group=group, by=request.acting.user, now=now)
    words = ngettext("%(n)s件の検知の担当になりました。", "%(n)s件の検知の担当になりました。", len(groups))
    messages.success(request, words % {"n": len(groups)})


def _assign(request: ActingRequest, groups: list[AlertGroup]) -> None:
    now, to_id, place = timezone.now(), chosen_colleague(request), request.acting.organisation.pk
    for group in groups:
        person = group_assign(group=group, to_id=to_id, organisation_id=place, now=now)
    words = ngettext("%(n)s件の検知を%(who)sに渡しました。", "%(n)s件の検知を%(who)sに渡しました。", len(groups))
    messages.success(request, words % {"n": len(groups), "who": person})


def _judge(request: ActingRequest, groups: list[AlertGroup]) -> None:
    choice, room, left = choice_of(request), MOST_TOGETHER, 0
    for group in groups:
        others = judged(request, group, room)
        room, left = room - others.done, left + others.left
    messages_of_series(request, MOST_TOGETHER - room, left)
    firm = groups[0].tenant.name
    if len(groups) == 1:
        words = gettext("「%(verdict)s」と記録しました(%(firm)s)。")
    else:
        words = gettext("%(n)s件を「%(verdict)s」と記録しました(%(firm)sなど)。")
    messages.success(request, words % {"n": len(groups), "verdict": choice.verdict.label, "firm": firm})


def messages_of_series(request: ActingRequest, done: int, left: int) -> None:
    """Say how many others of the same series were judged, and how many are left."""
    if done:
        words = ngettext(
            "同じ件の、ほかの%(n)s件にも同じ判断を記録しました。",
            "同じ件の、ほかの%(n)s件にも同じ判断を記録しました。",
            done,
        )
        messages.success(request, words % {"n": done})
    if left:
        words = ngettext(
            "一度に判断するのは%(most)s件までです。同じ件の検知が、まだ%(n)s件残っています。",
            "一度に判断するのは%(most)s件までです。同じ件の検知が、まだ%(n)s件残っています。",
            left,
        )
        messages.warning(request, words % {"most": MOST_TOGETHER, "n": f"{left:,}"})


_ACTS = {"take": _take, "assign": _assign}
