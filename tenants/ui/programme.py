"""A programme's settings: what holds, since when, who changed what and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from base.numbers import number_in
from tenants.models import Organisation, Programme, ProgrammeSettings
from tenants.programme_settings import Setting, changes_between, history_of, settings_publish, values_of
from tenants.selectors import programmes_of_office
from tenants.ui.forms import SettingsForm
from tenants.ui.guard import ActingRequest, open_to
from web.addresses import published

OFFICE = Organisation.Kind.OFFICE


def _programme(request: ActingRequest) -> Programme:
    own = programmes_of_office(office_id=request.acting.organisation.pk)
    number = request.GET.get("programme", "")
    programme = own.filter(pk=number_in(number) or 0).first() if number else own.first()
    if programme is None:
        raise Http404
    return programme


@require_safe
@open_to(OFFICE)
def programme_settings(request: ActingRequest, settings: Sequence[Setting]) -> HttpResponse:
    """What holds now and the history. `settings` come from the URL configuration of a room above."""
    programme = _programme(request)
    versions = history_of(programme=programme)
    return render(
        request,
        "tenants/programme_settings.html",
        {
            "programme": programme,
            "others": programmes_of_office(office_id=request.acting.organisation.pk).exclude(pk=programme.pk),
            "current": versions[0] if versions else None,
            "rows": _rows(versions[0] if versions else None, settings),
            "history": [
                {"version": version, "changes": changes_between(before, version, settings)}
                for version, before in zip(versions, [*versions[1:], None], strict=False)
            ],
        },
    )


def _rows(version: ProgrammeSettings | None, settings: Sequence[Setting]) -> list[dict[str, Any]]:
    values = values_of(version, settings)
    return [{"setting": setting, "value": values[setting.key]} for setting in settings]


@open_to(OFFICE, owner=True, proven=True)
def programme_settings_change(request: ActingRequest, settings: Sequence[Setting]) -> HttpResponse:
    """Publish a new version, in force from now on."""
    programme = _programme(request)
    versions = history_of(programme=programme)
    before = values_of(versions[0] if versions else None, settings)
    form = SettingsForm(settings, request.POST if request.method == "POST" else None, initial=before)
    if request.method == "POST" and form.is_valid():
        if form.values() == before:
            form.add_error(None, gettext("変わったところがありません。"))
        else:
            settings_publish(
                programme=programme, values=form.values(), reason=form.cleaned_data["reason"], by=request.user
            )
            messages.success(request, gettext("設定を変えました。いまから届く記録に使います。"))
            return redirect(published("programme_settings"))
    return render(request, "tenants/programme_settings_change.html", {"programme": programme, "form": form})
