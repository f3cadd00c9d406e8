"""Removing a passkey; the library alone would remove the last factor even where one is required."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator


@method_decorator(reauthentication_required(app="allauth.mfa"), name="dispatch")
class RemovePasskeyView(RemoveWebAuthnView):  # type: ignore[misc]
    """The page says so and leads on to another factor instead of offering the button."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`is_last`: this passkey must stay."""
        return {**super().get_context_data(**kwargs), "is_last": not self._may_go()}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The button is hidden for the last factor, but a page loaded earlier may still send the form."""
        self.object = self.get_object()
        if not self._may_go():
            return self.render_to_response(self.get_context_data(), status=409)  # type: ignore[no-any-return]
        return super().post(request, *args, **kwargs)  # type: ignore[no-any-return]

    def _may_go(self) -> bool:
        return bool(get_adapter().can_delete_authenticator(self.object))
