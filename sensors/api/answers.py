"""How the box API answers."""

from __future__ import annotations

from rest_framework.permissions import AllowAny

from tenants.api.answers import JsonView


class BoxView(JsonView):
    """A view boxes call: who sends is known by the request's signature (sensors.api.authentication)."""

    permission_classes = [AllowAny]
