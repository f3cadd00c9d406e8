"""Configuration of programmes in Django admin. No firm's data is registered here: its log would keep names."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import ForeignKey, JSONField
from django.http import HttpRequest
from django.utils.translation import gettext

from base import identity
from tenants.models import Organisation, Programme, ProgrammePartner, ProgrammeSettings, User
from tenants.programme_settings import settings_publish
from tenants.ui.json_field import StorableDecoder

Kind = Organisation.Kind
# Registered by the libraries; people's addresses, second factors and sessions are theirs, and rights are no groups.
for model in (EmailAddress, Authenticator, UserSession, Group):
    admin.site.unregister(model)


class ProgrammePartnerInline(admin.TabularInline):  # type: ignore[type-arg]
    """Partners on the programme's page."""

    model = ProgrammePartner
    fields = ("organisation", "branch", "prefectures")  # whoever enters it here confirms it at once
    extra = 0
    can_delete = False  # the application's role may not delete, and papers name partners


class ProgrammeForm(forms.ModelForm):  # type: ignore[type-arg]
    """A programme's own fields."""

    def clean_desk_phone(self) -> str:
        """The number every firm is asked to call."""
        written: str = self.cleaned_data["desk_phone"]
        if identity.phone(written) is None:
            raise forms.ValidationError(gettext("電話番号を確かめてください。市外局番から入れます。例: 03-1234-5678"))
        return written


@admin.register(Programme)
class ProgrammeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A programme: its office, and how firms reach the desk."""

    form = ProgrammeForm
    list_display = ("name", "office", "desk_phone")
    inlines = (ProgrammePartnerInline,)

    def has_delete_permission(self, request: HttpRequest, obj: Programme | None = None) -> bool:
        """False: the application's role may not delete, and firms' rows refer to it."""
        return False

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField[Any] | None:
        """Only offices can run a programme."""
        if db_field.name == "office":
            kwargs["queryset"] = Organisation.objects.filter(kind=Kind.OFFICE)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(ProgrammePartner)
class ProgrammePartnerAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Who works for which programme."""

    list_display = ("programme", "organisation")
    list_filter = ("programme",)
    fields = ("programme", "organisation", "branch", "prefectures")

    def has_delete_permission(self, request: HttpRequest, obj: ProgrammePartner | None = None) -> bool:
        """False: the application's role may not delete, and papers name partners."""
        return False


@admin.register(ProgrammeSettings)
class ProgrammeSettingsAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Versions of thresholds and rules. A version is never changed or removed: a new one is added."""

    list_display = ("programme", "version", "effective_from", "reason", "changed_by")
    list_filter = ("programme",)
    fields = ("programme", "effective_from", "values", "source", "reason")
    formfield_overrides = {JSONField: {"decoder": StorableDecoder}}

    def has_change_permission(self, request: HttpRequest, obj: ProgrammeSettings | None = None) -> bool:
        """Past verdicts must stay explainable."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ProgrammeSettings | None = None) -> bool:
        """Past verdicts must stay explainable."""
        return False

    def save_model(self, request: HttpRequest, obj: ProgrammeSettings, form: Any, change: bool) -> None:
        """Publish it as the office's page does."""
        version = settings_publish(
            programme=obj.programme,
            values=obj.values,
            reason=obj.reason,
            source=obj.source,
            by=User.objects.get(email=request.user.get_username()),
            effective_from=obj.effective_from,
        )
        obj.pk, obj.version = version.pk, version.version
