"""Who opens the pages of this room, and what they call the firm of a claim."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase

from insurance.doors import claim_cards
from insurance.models import Claim
from tenants.models import Organisation
from tenants.moves import Party
from tenants.ui.guard import PersonRequest, acting_page

Parameters = ParamSpec("Parameters")
Kind = Organisation.Kind
PARTIES: dict[str, Party] = {Kind.SME: Party.FIRM, Kind.CALL_CENTRE: Party.DESK, Kind.INSURER: Party.INSURER}


def pages_for(
    *kinds: Kind,
) -> Callable[[Callable[Concatenate[PersonRequest, Parameters], HttpResponseBase]], Callable[..., HttpResponse]]:
    """For people of organisations of these kinds; others get 404, and people who may only read cannot POST."""

    def decorate(
        view: Callable[Concatenate[PersonRequest, Parameters], HttpResponseBase],
    ) -> Callable[..., HttpResponse]:
        def guarded(request: PersonRequest, /, *args: Parameters.args, **kwargs: Parameters.kwargs) -> HttpResponse:
            if request.acting.kind not in kinds:
                raise Http404
            if request.method == "POST" and not request.acting.may_write:
                raise PermissionDenied
            return cast(HttpResponse, view(request, *args, **kwargs))

        return wraps(view)(acting_page()(guarded))

    return decorate


def firm_of(claim: Claim) -> str:
    """The firm's name, also for the insurer, who cannot read the registry of firms. "" when nobody may tell."""
    name = Organisation.objects.filter(pk=claim.tenant_id).values_list("name", flat=True).first()
    if name is None:
        card = claim_cards().get(claim.pk)
        name = card.firm if card else ""
    return name
