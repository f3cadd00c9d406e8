"""Prefecture and municipality of a postal code, for the forms of firms."""

from __future__ import annotations

from allauth.core.ratelimit import consume_or_429
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from base.places import places_of
from tenants.ui.forms import PlaceForm


def place(request: HttpRequest) -> HttpResponse:
    """The three fields, filled in. What people typed stays when the list does not know the postal code."""
    if limited := consume_or_429(request, action="place"):
        return limited  # type: ignore[no-any-return]
    names = ("postal_code", "prefecture", "municipality")
    typed = {name: request.GET.get(name, "")[:40] for name in names}
    places = places_of(typed["postal_code"])
    if places:
        typed |= {"prefecture": places[0].prefecture, "municipality": places[0].municipality}
    form = PlaceForm(initial=typed, optional=bool(request.GET.get("optional")))
    return render(request, "tenants/_place.html", {"form": form})
