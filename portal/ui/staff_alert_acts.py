"""What SOC and desk do on the page of a group: judge, take, hand on, note, promote it to first response."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from alerts.models import AlertGroup
from alerts.soc import group_assign, group_give_back, group_note, group_take
from alerts.ui.colleagues import HANDING_REFUSALS, chosen_colleague
from alerts.ui.soc_acts import list_address, messages_of_series
from alerts.ui.verdicts import JUDGING_REFUSALS, choice_of, judged
from base.moves import MoveRefused, ReasonMissing
from base.numbers import number_in
from incidents.core.duplicates import TidyRefused, group_attach, group_detach
from incidents.core.opening import IncidentThere, incident_promote
from incidents.core.selectors import incident_of_group, incidents_of
from incidents.core.ui.incident_words import tidy_words
from incidents.states.incident import Opening
from tenants.ui.guard import ActingRequest, Kind
from web.refusals import RefusalWords, refusals_shown

# On whose ground each may promote: its own judgement, or what the firm asked for (OSK 5.3.3).
_GROUNDS = {
    Kind.SOC: ((Opening.WISH, gettext_lazy("会社の希望")), (Opening.ANALYST, gettext_lazy("監視担当の判断"))),
    Kind.CALL_CENTRE: ((Opening.WISH, gettext_lazy("会社の希望")), (Opening.DESK, gettext_lazy("相談窓口の判断"))),
}
PROMOTION_REFUSALS: RefusalWords = {
    ReasonMissing: gettext_lazy("理由を書いてください。まだ開いていません。"),
    IncidentThere: lambda refusal: (
        gettext("この検知には、もうインシデントがあります(%(number)s番、このページ)。新しくは開いていません。")
        % {"number": refusal.incident.number}
    ),
}

BELONGING_REFUSALS: RefusalWords = {
    ReasonMissing: gettext_lazy("理由を書いてください。何も変えていません。"),
    TidyRefused: tidy_words,
}


def grounds(request: ActingRequest) -> list[tuple[str, str]]:
    """(value, label) of the grounds on which the acting person may promote; their own judgement comes last."""
    return [(ground.value, str(label)) for ground, label in _GROUNDS[cast(Kind, request.acting.kind)]]


def done(request: ActingRequest, group: AlertGroup) -> HttpResponse | None:
    """Do what was posted → where to go; None when something is missing and the page is shown again as it was typed."""
    act = judge if "choice" in request.POST else _ACTS.get(request.POST.get("action", ""), promote)
    return act(request, group)


def judge(request: ActingRequest, group: AlertGroup) -> HttpResponse | None:
    """Store a verdict; an analyst goes on with the list, the desk stays."""
    with refusals_shown(request, JUDGING_REFUSALS):
        choice = choice_of(request)
        others = judged(request, group)
        words = gettext("「%(verdict)s」と記録しました(%(firm)s)。")
        messages.success(request, words % {"verdict": choice.verdict.label, "firm": group.tenant.name})
        messages_of_series(request, others.done, others.left)
        if request.acting.kind == Kind.SOC:
            return redirect(list_address(request.GET.get("back", "")))
        return _here(request)
    return None


def take(request: ActingRequest, group: AlertGroup) -> HttpResponse | None:
    """The acting person looks at it from now on."""
    with refusals_shown(request, {MoveRefused: gettext_lazy("初動対応に上がった検知は引き受けられません。")}):
        group_take(group=group, by=request.acting.user, now=timezone.now())
        messages.success(request, gettext("この検知の担当になりました。"))
    return _here(request)


def assign(request: ActingRequest, group: AlertGroup) -> HttpResponse | None:
    """A colleague looks at it from now on."""
    with refusals_shown(request, HANDING_REFUSALS):
        place = request.acting.organisation.pk
        person = group_assign(group=group, to_id=chosen_colleague(request), organisation_id=place, now=timezone.now())
        messages.success(request, gettext("この検知を%(who)sに渡しました。") % {"who": person})
    return _here(request)


def give_back(request: ActingRequest, group: AlertGroup) -> HttpResponse | None:
    """Nobody looks at it any more."""
    with refusals_shown(request, {MoveRefused: gettext_lazy("確認中の人はいません。")}):
        group_give_back(group=group, by=request.acting.user, now=timezone.now())
        messages.success(request, gettext("担当を外しました。また新しい検知として並びます。"))
    return _here(request)


def note(request: ActingRequest, group: AlertGroup) -> HttpResponse | None:
    """Write a note for SOC and desk."""
    with refusals_shown(request, {ReasonMissing: gettext_lazy("メモを書いてください。")}):
        group_note(group=group, body=request.POST.get("note", ""), by=request.acting.user, now=timezone.now())
        messages.success(request, gettext("メモを書きました。会社には見えません。"))
    return _here(request)


def attach(request: ActingRequest, group: AlertGroup) -> HttpResponse | None:
    """Put it into an open incident of the firm."""
    number = number_in(request.POST.get("incident", "")) or 0
    with refusals_shown(request, BELONGING_REFUSALS):
        chosen = incidents_of(group.tenant_id).filter(number=number).first()
        if chosen is None:
            raise TidyRefused("not_open")
        incident = group_attach(
            group=group,
            incident_id=chosen.pk,
            reason=request.POST.get("why", ""),
            by=request.acting.user,
            now=timezone.now(),
        )
        words = gettext("インシデント %(number)s番の検知にしました。")
        messages.success(request, words % {"number": incident.number})
    return _here(request)


def detach(request: ActingRequest, group: AlertGroup) -> HttpResponse | None:
    """Take it out of its incident."""
    with refusals_shown(request, BELONGING_REFUSALS):
        incident = incident_of_group(group)
        if incident is None:
            raise TidyRefused("not_of_it")
        group_detach(
            incident_id=incident.pk,
            group_id=group.pk,
            reason=request.POST.get("why", ""),
            by=request.acting.user,
            now=timezone.now(),
        )
        words = gettext("インシデント %(number)s番から外しました。")
        messages.success(request, words % {"number": incident.number})
    return _here(request)


def promote(request: ActingRequest, group: AlertGroup) -> HttpResponse | None:
    """Open an incident, or lead to the one that is there already."""
    allowed = [ground for ground, _label in _GROUNDS[cast(Kind, request.acting.kind)]]
    given = request.POST.get("ground", "")
    opening = Opening(given) if given in allowed else allowed[-1]
    with refusals_shown(request, PROMOTION_REFUSALS) as attempt:
        incident = incident_promote(
            group=group,
            opening=opening,
            reason=request.POST.get("reason", ""),
            by=request.acting.user,
            now=timezone.now(),
        )
        messages.success(request, gettext("インシデント %(number)s番を開きました。") % {"number": incident.number})
        return redirect("staff:incident", group.tenant_id, incident.number)
    if isinstance(attempt.refusal, IncidentThere):
        return redirect("staff:incident", group.tenant_id, attempt.refusal.incident.number)
    return None


def _here(request: ActingRequest) -> HttpResponse:
    return redirect(request.get_full_path())


_ACTS: dict[str, Callable[[ActingRequest, AlertGroup], HttpResponse | None]] = {
    "take": take,
    "assign": assign,
    "give_back": give_back,
    "note": note,
    "attach": attach,
    "detach": detach,
}
