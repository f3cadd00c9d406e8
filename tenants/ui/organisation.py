"""The own organisation's data."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from tenants.accounts.invitations import tenant_of
from tenants.audit.record import audit_record
from tenants.ui.forms import OrganisationForm
from tenants.ui.guard import ActingRequest, open_to


@require_safe
@open_to()
def organisation(request: ActingRequest) -> HttpResponse:
    """What is known about the organisation."""
    return render(request, "tenants/organisation.html", {"facts": _facts(request)})


def _facts(request: ActingRequest) -> list[tuple[str, object]]:
    form = OrganisationForm(instance=request.acting.organisation)
    stored = [(str(field.label), getattr(request.acting.organisation, name)) for name, field in form.fields.items()]
    known = [(label, value if value not in ("", None) else gettext("未登録")) for label, value in stored]
    return [*known, (gettext("会社番号"), request.acting.organisation.pk)]


@open_to(owner=True, proven=True)
def organisation_edit(request: ActingRequest) -> HttpResponse:
    """An owner changes it; PostgreSQL lets nobody else."""
    own = request.acting.organisation
    form = OrganisationForm(request.POST or None, instance=own)
    if request.method == "POST" and form.is_valid():
        changed = list(form.changed_data)
        if changed:
            own.save(update_fields=[*changed, *(["phone_e164"] if "phone" in changed else [])])
            audit_record(
                code="organisation.edited", subject=f"organisation:{own.pk}", tenant_id=tenant_of(own), fields=changed
            )
        messages.success(request, gettext("組織の情報を保存しました。"))
        return redirect("tenants:organisation")
    if request.method == "POST":
        own.refresh_from_db()  # the form has changed the organisation object that the header shows
    return render(request, "tenants/organisation_edit.html", {"form": form})
