"""A person's own name and language."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext

from tenants.models import User
from tenants.ui.forms import ProfileForm

FIELDS = ("family_name", "given_name", "family_name_kana", "given_name_kana", "language")


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Everybody edits their own. The name shows in the trail and to colleagues at once."""
    user = cast(User, request.user)
    form = ProfileForm(request.POST or None, initial={name: getattr(user, name) for name in FIELDS})
    if request.method == "POST" and form.is_valid():
        for name in FIELDS:
            setattr(user, name, form.cleaned_data[name])
        user.save(update_fields=FIELDS)
        with translation.override(user.language):
            messages.success(request, gettext("あなたの情報を保存しました。"))
        response: HttpResponse = redirect("tenants:security")
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            user.language,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite="Lax",
        )
        return response
    response = render(request, "tenants/profile.html", {"form": form})
    add_never_cache_headers(response)
    return response
