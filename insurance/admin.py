"""Terms of the bundled cover in Django admin (configuration only)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import ForeignKey
from django.http import HttpRequest

from insurance.models import PolicyVersion
from tenants.models import Organisation


@admin.register(PolicyVersion)
class PolicyVersionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Terms from a date on."""

    list_display = ("programme", "valid_from", "insurer", "limit_yen", "claims_per_year", "remote_covered")
    list_filter = ("programme",)

    def has_delete_permission(self, request: HttpRequest, obj: PolicyVersion | None = None) -> bool:
        """The application may not: past claims must stay explainable."""
        return False

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField[Any] | None:
        """Only insurers can be named."""
        if db_field.name == "insurer":
            kwargs["queryset"] = Organisation.objects.filter(kind=Organisation.Kind.INSURER)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
