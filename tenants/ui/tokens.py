"""Keys for other programs: an organisation's owners make them, see them, end them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tenants.accounts.tokens import LONGEST_DAYS, scopes_for, token_create, token_revoke, tokens_of
from tenants.models import ApiToken
from tenants.ui.guard import ActingRequest, open_to


class TokenForm(forms.Form):
    """What a new token is for."""

    name = forms.CharField(
        label=gettext_lazy("名前"), max_length=80, help_text=gettext_lazy("何に使うかが分かる名前。例: 社内の監視画面")
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("できること"), choices=ApiToken.Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("期限"),
        coerce=int,
        initial=90,
        choices=[
            (30, gettext_lazy("30日間")),
            (90, gettext_lazy("90日間")),
            (LONGEST_DAYS, gettext_lazy("1年間")),
        ],
    )

    def __init__(self, kind: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = scopes_for(kind)
        self.fields["scopes"].choices = [  # type: ignore[attr-defined]
            choice for choice in ApiToken.Scope.choices if choice[0] in offered
        ]

    def clean_name(self) -> str:
        """One line of printable text."""
        name: str = self.cleaned_data["name"]
        if not name.isprintable():
            raise forms.ValidationError(gettext("使えない文字が入っています。"))
        return name


@require_safe
@open_to(owner=True)
def token_list(request: ActingRequest) -> HttpResponse:
    """The organisation's tokens; the ended ones stay in the list."""
    tokens = list(tokens_of(organisation_id=request.acting.organisation.pk)[:200])
    return render(request, "tenants/tokens.html", {"tokens": [_row(token) for token in tokens]})


def _row(token: ApiToken) -> dict[str, Any]:
    if token.revoked_at is not None:
        state, tone = gettext("止めました"), "neutral"
    elif token.expires_at <= timezone.now():
        state, tone = gettext("期限が切れました"), "neutral"
    else:
        state, tone = gettext("使えます"), "safe"
    can = [str(ApiToken.Scope(name).label) for name in token.scopes if name in ApiToken.Scope.values]
    return {"token": token, "state": state, "tone": tone, "holds": tone == "safe", "can": can}


@open_to(owner=True, proven=True)
def token_new(request: ActingRequest) -> HttpResponse:
    """Make a token; its secret is in this answer and nowhere else afterwards."""
    form = TokenForm(request.acting.kind, request.POST or None)
    if request.method == "POST" and form.is_valid():
        issued = token_create(
            name=form.cleaned_data["name"], scopes=form.cleaned_data["scopes"], days=form.cleaned_data["days"]
        )
        return render(request, "tenants/token_shown.html", {"secret": issued.secret, "token": issued.token})
    return render(request, "tenants/token_new.html", {"form": form})


@require_POST
@open_to(owner=True)
def token_end(request: ActingRequest, token_id: int) -> HttpResponse:
    """End a token. Asks for no password: stopping must be quick."""
    token = tokens_of(organisation_id=request.acting.organisation.pk).filter(pk=token_id).first()
    if token is None:
        raise Http404
    if token_revoke(token=token):
        messages.success(request, gettext("%(name)s を止めました。もう使えません。") % {"name": token.name})
    return redirect("tenants:tokens")
