"""The page behind the link of an invitation."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.core.ratelimit import consume_or_429
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext

from tenants.accounts.acting import SESSION_KEY
from tenants.accounts.invitations import Offer, invitation_accept, offer_find
from tenants.accounts.people import has_account, has_confirmed, person_make
from tenants.models import Organisation, User
from tenants.ui.forms import PersonForm
from web.addresses import published


def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Join: with a new account, or as the person logged in, or after logging in."""
    if limited := consume_or_429(request, action="accept_invitation"):
        return limited  # type: ignore[no-any-return]
    try:
        response = _answer(request, token)
    except IntegrityError:
        # Another request with this link or this address was faster: the page answers as it does to a later one.
        response = _answer(request, token)
    add_never_cache_headers(response)
    return response


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    """Raises IntegrityError when an account with the invited address came into being meanwhile."""
    offer = offer_find(token=token)
    if offer is None:
        return render(request, "tenants/invitation_over.html", status=410)
    if isinstance(request.user, User):
        return _as_known(request, request.user, token, offer)
    if has_account(offer.email):
        return render(request, "tenants/invitation_log_in.html", {"offer": offer, "next": request.path})
    return _as_new(request, token, offer)


def _as_known(request: HttpRequest, user: User, token: str, offer: Offer) -> HttpResponse:
    fits = has_confirmed(user, offer.email)
    if request.method == "POST" and fits:
        organisation_id = invitation_accept(token=token, user=user)
        if organisation_id is None:
            return render(request, "tenants/invitation_over.html", status=410)
        request.session[SESSION_KEY] = organisation_id
        messages.success(request, gettext("%(name)sに参加しました。") % {"name": offer.organisation_name})
        return redirect(published("home"))
    return render(request, "tenants/invitation_join.html", {"offer": offer, "fits": fits, "next": request.path})


def _as_new(request: HttpRequest, token: str, offer: Offer) -> HttpResponse:
    form = PersonForm(offer.email, request.POST if request.method == "POST" else None, initial=_names_of(offer))
    if request.method != "POST" or not form.is_valid():
        return render(request, "tenants/invitation_new.html", {"offer": offer, "form": form})
    with transaction.atomic():
        user = _person_make(form, offer)
        organisation_id = invitation_accept(token=token, user=user)
        if organisation_id is None:
            transaction.set_rollback(True)
            return render(request, "tenants/invitation_over.html", status=410)
    record_authentication(request, user, method="password")
    perform_login(request, user)
    request.session[SESSION_KEY] = organisation_id
    return redirect("tenants:welcome" if offer.kind == Organisation.Kind.SME else published("home"))


def _names_of(offer: Offer) -> dict[str, str]:
    """Family and given name as far as the application told them apart, for the person to check."""
    family, _, given = " ".join(offer.person_name.split()).partition(" ")
    family_kana, _, given_kana = " ".join(offer.person_kana.split()).partition(" ")
    return {
        "family_name": family,
        "given_name": given,
        "family_name_kana": family_kana,
        "given_name_kana": given_kana,
    }


def _person_make(form: PersonForm, offer: Offer) -> User:
    names = ("family_name", "given_name", "family_name_kana", "given_name_kana")
    person = {name: form.cleaned_data[name] for name in names}
    return person_make(email=offer.email, password=form.cleaned_data["password"], names=person)
