"""What is pressed about a machine: cut it off, agree to that, bring it back. The same for every page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from base.moves import ReasonMissing
from base.numbers import number_in
from incidents.isolation.services import machine_isolate, machine_release
from incidents.isolation.wording import WHY_NOT
from sensors.isolating import (
    Agreement,
    Asker,
    ConsentMissing,
    IsolationOpen,
    IsolationRefused,
    MustRunUnconfirmed,
    isolation_open,
)
from sensors.models import Device, Isolation
from web.refusals import RefusalWords, refusals_shown

REFUSALS: RefusalWords = {
    IsolationRefused: lambda refusal: WHY_NOT[refusal.why],
    MustRunUnconfirmed: gettext_lazy(
        "「止められない機器」に登録されています。それでもよいか確かめて、印を付けてから、もう一度押してください。"
    ),
    ConsentMissing: gettext_lazy("会社の同意がありません。だれが、いつ同意したかを書くか、会社に依頼してください。"),
    IsolationOpen: gettext_lazy("この機器は、もう切り離しの途中です。"),
    ReasonMissing: gettext_lazy("理由を書いてください。まだ何もしていません。"),
}


def isolate(request: HttpRequest, device: Device, asker: Asker, agreement: Agreement | None) -> Isolation | None:
    """Do what was posted; a refusal is shown. → the isolation, None after a refusal."""
    with refusals_shown(request, REFUSALS):
        isolation = machine_isolate(
            device=device,
            asker=asker,
            agreement=agreement,
            now=timezone.now(),
            number=number_in(request.POST.get("incident", "")),
            reason=request.POST.get("reason", ""),
            must_run_confirmed=request.POST.get("confirm") == "yes",
        )
        if agreement is None:
            messages.success(request, gettext("会社に依頼しました。会社の画面とメールに出ます。"))
        else:
            messages.success(request, gettext("切り離しの指示を出しました。センサーの応答を、この画面に出します。"))
        return isolation
    return None


def release(request: HttpRequest, device: Device, asker: Asker) -> None:
    """Bring the machine back, if it is cut off or about to be."""
    isolation = isolation_open(device)
    with refusals_shown(request):
        if isolation is None:
            messages.info(request, gettext("この機器は、切り離されていません。"))
            return
        released = machine_release(
            isolation=isolation, asker=asker, now=timezone.now(), reason=request.POST.get("reason", "")
        )
        if released.state == Isolation.State.RELEASING:
            messages.success(request, gettext("元に戻す指示を出しました。センサーは30秒以内に受け取ります。"))
        else:
            messages.success(request, gettext("切り離しをやめました。"))
