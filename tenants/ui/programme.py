"""A programme's settings: what holds, since when, who changed what and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from base.numbers import number_in
from tenants.models import Organisation, Programme, ProgrammeSettings
from tenants.programme_settings import (
    NotPlanned,
    Setting,
    changes_between,
    settings_publish,
    settings_withdraw,
    values_of,
    versions_of,
    withdrawn_of,
)
from tenants.selectors import programmes_of_office, settings_at
from tenants.ui.forms import SettingsForm
from tenants.ui.guard import ActingRequest, open_to
from web.addresses import published
from web.refusals import RefusalWords, refusals_shown

OFFICE = Organisation.Kind.OFFICE
REFUSALS: RefusalWords = {
    NotPlanned: gettext_lazy("この変更はもう使われているか、取り下げられています。画面を読み直してください。"),
}


def programme_chosen(request: ActingRequest) -> Programme:
    """The office's programme: the chosen one of several, else its first. Raises Http404."""
    own = programmes_of_office(office_id=request.acting.organisation.pk)
    number = request.GET.get("programme", "")
    programme = own.filter(pk=number_in(number) or 0).first() if number else own.first()
    if programme is None:
        raise Http404
    return programme


@require_safe
@open_to(OFFICE)
def programme_settings(request: ActingRequest, settings: Sequence[Setting]) -> HttpResponse:
    """What holds now, what is planned, and the history. `settings` come from the URL configuration of a room above."""
    programme = programme_chosen(request)
    versions = versions_of(programme=programme)
    now = timezone.now()
    entries = [
        {"version": version, "changes": changes_between(before, version, settings)}
        for version, before in zip(versions, [*versions[1:], None], strict=False)
    ]
    to_come = sum(version.effective_from > now for version in versions)
    current = versions[to_come] if to_come < len(versions) else None
    return render(
        request,
        "tenants/programme_settings.html",
        {
            "programme": programme,
            "others": programmes_of_office(office_id=request.acting.organisation.pk).exclude(pk=programme.pk),
            "current": current,
            "rows": _rows(current, settings),
            "planned": entries[:to_come][::-1],
            "history": entries[to_come:],
            "withdrawn": withdrawn_of(programme=programme),
        },
    )


def _rows(version: ProgrammeSettings | None, settings: Sequence[Setting]) -> list[dict[str, Any]]:
    values = values_of(version, settings)
    return [{"setting": setting, "value": values[setting.key]} for setting in settings]


@open_to(OFFICE, owner=True, proven=True)
def programme_settings_change(request: ActingRequest, settings: Sequence[Setting]) -> HttpResponse:
    """Publish a new version, in force from now on or from a day to come."""
    programme = programme_chosen(request)
    before = values_of(settings_at(programme_id=programme.pk, at=timezone.now()), settings)
    form = SettingsForm(settings, request.POST if request.method == "POST" else None, initial=before)
    if request.method == "POST" and form.is_valid():
        start = form.start()
        # What the form left as it is holds on as it will by then.
        changed = {key: value for key, value in form.values().items() if value != before[key]}
        then = values_of(settings_at(programme_id=programme.pk, at=start or timezone.now()), settings)
        if then | changed == then:
            form.add_error(None, gettext("変わったところがありません。"))
        else:
            settings_publish(
                programme=programme,
                values=changed,
                usual=values_of(None, settings),
                source=form.cleaned_data["source"],
                reason=form.cleaned_data["reason"],
                by=request.user,
                effective_from=start,
            )
            words = gettext("変更を予定に入れました。その日までは、いまの設定を使います。")
            messages.success(request, words if start else gettext("設定を変えました。いまから届く記録に使います。"))
            return _back(programme)
    return render(request, "tenants/programme_settings_change.html", {"programme": programme, "form": form})


@require_POST
@open_to(OFFICE, owner=True, proven=True)
def programme_settings_withdraw(request: ActingRequest, version: int) -> HttpResponse:
    """Withdraw a planned version."""
    programme = programme_chosen(request)
    with refusals_shown(request, REFUSALS):
        settings_withdraw(programme=programme, version=version, by=request.user)
        messages.success(request, gettext("予定していた変更を取り下げました。"))
    return _back(programme)


def _back(programme: Programme) -> HttpResponse:
    return redirect(f"{reverse(published('programme_settings'))}?programme={programme.pk}")
