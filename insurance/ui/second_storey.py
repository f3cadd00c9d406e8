"""For a firm: what an attack may cost it, which cover pays for what, and a call from an agent if it wants one."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from insurance import wording
from insurance.damage import CASES, DAYS_DOWN, MOST_COMPUTERS, MOST_SALES, Pays, damage_estimate
from insurance.referrals import NoAgent, agent_of, consent_words, referral_give, shared_facts
from insurance.selectors import last_referral, policy_of
from tenants.ui.guard import ActingRequest, Kind, open_to
from web.refusals import refusals_shown


class EstimateForm(forms.Form):
    """What the estimate needs."""

    computers = forms.IntegerField(
        label=gettext_lazy("パソコンの台数"), min_value=1, max_value=MOST_COMPUTERS, initial=25
    )
    sales = forms.IntegerField(
        label=gettext_lazy("1日の売上(円)"), min_value=0, max_value=MOST_SALES, initial=1_000_000
    )
    days = forms.IntegerField(
        label=gettext_lazy("止まる日数"), min_value=0, max_value=365, initial=DAYS_DOWN, required=False
    )


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.SME)
def second_storey(request: ActingRequest) -> HttpResponse:
    """Estimate by GET; POST agrees to be called by the agent."""
    firm, now = request.acting.organisation, timezone.now()
    if request.method == "POST":
        return _refer(request)
    answers = {name: request.GET[name] for name in ("computers", "sales", "days") if request.GET.get(name)}
    form = EstimateForm(answers if "sales" in answers else None, initial={"computers": firm.pc_count or 10})
    damage = None
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        days = DAYS_DOWN if data["days"] is None else data["days"]
        damage = damage_estimate(computers=data["computers"], daily_sales_yen=data["sales"], days_down=days)
    agent = agent_of(tenant_id=firm.pk, now=now)
    policy = policy_of(tenant_id=firm.pk, day=timezone.localdate(now))
    given = last_referral(firm.pk)
    context = {
        "form": form,
        "damage": damage,
        "parts": [(wording.PARTS[part], yen) for part, yen in damage.parts.items()] if damage else [],
        "cases": [
            (wording.CASES[case], wording.PAYS[pays], wording.CASE_HELP[case], pays is Pays.NOTHING_NEEDED)
            for case, pays in CASES.items()
        ],
        "limit": policy.limit_yen if policy else None,
        "agent": agent,
        "words": consent_words(agent.agent_name) if agent else "",
        "shared": shared_facts(firm, request.user) if agent else [],
        "given": given,
        "may_write": request.acting.may_write,
    }
    return render(request, "insurance/second_storey.html", context)


def _refer(request: ActingRequest) -> HttpResponse:
    if request.POST.get("agree") != "yes":
        messages.error(request, _("同意するにチェックを入れてください。何も送っていません。"))
        return redirect("insurance:second_storey")
    no_agent = _("紹介できる代理店がまだ登録されていません。相談窓口に電話してください。")
    with refusals_shown(request, {NoAgent: no_agent}):
        given = referral_give(firm=request.acting.organisation, by=request.user, now=timezone.now())
        messages.success(request, _("%(agent)sへ連絡を頼みました。") % {"agent": given.agent_name})
    return redirect("insurance:second_storey")
