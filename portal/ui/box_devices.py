"""A firm's machines: which is it, whose is it; what is too old; how much traffic there was."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from alerts.traffic import TrafficDay, old_software_seen, traffic_by_day
from base.reasons import says_something
from incidents.core.selectors import machines_in_question
from incidents.isolation.machines import isolated_machines
from incidents.isolation.ui.card import firm_card
from incidents.models import Incident
from sensors.device_answers import answers_of_device
from sensors.devices import NEW_FOR, device_name, devices_of
from sensors.isolating import device_must_run
from sensors.ledger import Ledger, ledger_in_force
from sensors.mac import mac_read
from sensors.models import Device
from sensors.selectors import devices_seen
from sensors.ui import device_words, ledger_words
from tenants.ui.guard import ActingRequest, Kind, open_to
from web.chart_data import ChartData, Series

TRAFFIC_DAYS = 14
SOFTWARE_DAYS = 30
_MB = 1_000_000


class DeviceForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the firm knows of a machine."""

    class Meta:
        model = Device
        fields = ("given_name", "owner", "whose", "antivirus", "must_run", "must_run_reason")
        labels = {
            "given_name": gettext_lazy("呼び名"),
            "owner": gettext_lazy("使っている人・置いてある場所"),
            "whose": gettext_lazy("だれのものですか"),
            "antivirus": gettext_lazy("ウイルス対策ソフトは入っていますか"),
            "must_run": gettext_lazy("止めると仕事が止まる機器です(止められない機器)"),
            "must_run_reason": gettext_lazy("何が止まりますか"),
        }
        help_texts = {
            "given_name": gettext_lazy("例: 受付のパソコン、2階のプリンター"),
            "owner": gettext_lazy("例: 経理の佐藤さん、社長室"),
            "must_run": gettext_lazy("インターネットから切り離すときに、もう一度お尋ねします。"),
            "must_run_reason": gettext_lazy("例: レジ、予約の受付、診療の記録"),
        }
        widgets = {"whose": forms.RadioSelect, "antivirus": forms.RadioSelect}

    def clean(self) -> dict[str, Any]:
        """A machine that must run says why."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("must_run") and not says_something(given.get("must_run_reason", "")):
            self.add_error("must_run_reason", gettext("何が止まるかを書いてください。"))
        return given


@require_safe
@open_to(Kind.SME)
def devices(request: ActingRequest) -> HttpResponse:
    """Every machine the boxes see; found by name, address or number."""
    tenant_id, now = request.acting.organisation.pk, timezone.now()
    search = request.GET.get("q", "").strip()[:60]
    every = devices_of(tenant_id=tenant_id)
    in_question, ledger = machines_in_question(tenant_id), ledger_in_force(tenant_id, every)
    rows = [_row(device, now, in_question, ledger) for device in every if _fits(device, search)]
    isolated = isolated_machines(tenant_id)
    for row in rows:
        row["isolated"] = row["device"].pk in isolated
    rows.sort(key=lambda row: row["incident"] is None)
    days = traffic_by_day(tenant_id=tenant_id, now=now, days=TRAFFIC_DAYS)
    context = {
        "rows": [row for row in rows if not row["unnamed"]],
        "unnamed": [row for row in rows if row["unnamed"]],
        "total": len(every),
        "to_name": sum(1 for device in every if not device.given_name),
        "fresh": [row for row in rows if row["fresh"]],
        "has_ledger": ledger is not None,
        "strangers": sum(1 for device in every if ledger and device.pk not in ledger.by_device),
        "search": search,
        "old": old_software_seen(tenant_id=tenant_id, since=now - timedelta(days=SOFTWARE_DAYS)),
        "software_days": SOFTWARE_DAYS,
        "traffic": _chart(days) if any(day.bytes_in is not None for day in days) else None,
        "may_write": request.acting.may_write,
    }
    return render(request, "boxes/devices.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.SME)
def device(request: ActingRequest, device_row_id: int) -> HttpResponse:
    """Name a machine and say whose it is."""
    machine = get_object_or_404(devices_seen(request.acting.organisation.pk).select_related("sensor"), pk=device_row_id)
    form = DeviceForm(request.POST or None, instance=machine)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        device_name(device=machine, words=given, by=request.acting.user, now=timezone.now())
        device_must_run(device=machine, must_run=given["must_run"], reason=given["must_run_reason"])
        messages.success(request, gettext("保存しました。これからのお知らせに、この名前が出ます。"))
        return redirect("boxes:devices")
    in_question, ledger = machines_in_question(machine.tenant_id), ledger_in_force(machine.tenant_id)
    answers, now = answers_of_device(machine).values(), timezone.now()
    context = {
        "row": _row(machine, now, in_question, ledger),
        "answers": [(row.get_question_display(), device_words.answer(row), row) for row in answers],
        "form": form,
        "card": firm_card(machine, now, may_write=request.acting.may_write),
        "may_write": request.acting.may_write,
    }
    return render(request, "boxes/device.html", context)


def _fits(device: Device, search: str) -> bool:
    if not search:
        return True
    number = mac_read(search)
    if number is not None:
        return device.mac == number
    texts = [device.given_name, device.owner, device.last_ip or "", device.vendor, device.mac, *device.names_seen]
    return any(search.lower() in text.lower() for text in texts)


def _row(device: Device, now: datetime, in_question: dict[str, Incident], ledger: Ledger | None) -> dict[str, Any]:
    return {
        "device": device,
        "title": device_words.title(device),
        "kind": device_words.kind(device),
        "incident": in_question.get(device.mac),
        "in_ledger": ledger_words.place(ledger.by_device.get(device.pk)) if ledger else "",
        "stranger": ledger is not None and device.pk not in ledger.by_device,
        "unnamed": not device.given_name,
        "fresh": not device.given_name and now - device.first_seen_at < NEW_FOR,
        "gone": now - device.last_seen_at > timedelta(days=30),
        "whose": device.get_whose_display() if device.whose else "",
        "whose_tone": {"company": "safe", "private": "attention", "not_ours": "danger"}.get(device.whose, "neutral"),
        "no_antivirus": device.antivirus == Device.Antivirus.NO,
    }


def _chart(days: list[TrafficDay]) -> ChartData:
    def megabytes(number: int | None) -> float | None:
        return None if number is None else round(number / _MB, 1)

    return ChartData(
        title=gettext("1日の通信量"),
        categories=tuple(f"{day.day.month}/{day.day.day}" for day in days),
        series=(
            Series(gettext("受け取った量"), tuple(megabytes(day.bytes_in) for day in days)),
            Series(gettext("送った量"), tuple(megabytes(day.bytes_out) for day in days)),
        ),
        unit="MB",
    )
