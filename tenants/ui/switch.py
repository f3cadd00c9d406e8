"""For people who belong to several organisations: act for another one."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from tenants.accounts.acting import SESSION_KEY
from tenants.ui.guard import VisitorRequest
from web.addresses import published


@require_POST
@login_required
def switch(request: VisitorRequest) -> HttpResponse:
    """POST organisation=<id>: an organisation of the person's own; any other is answered with 404."""
    wanted = request.POST.get("organisation", "")
    own = {str(m.organisation_id): m.organisation_id for m in request.acting.memberships} if request.acting else {}
    if wanted not in own:
        raise Http404
    request.session[SESSION_KEY] = own[wanted]
    return redirect(published("home"))
