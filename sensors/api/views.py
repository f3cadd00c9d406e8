"""What a box asks of the platform besides sending events: the time, its activation, its heartbeat."""

from __future__ import annotations

import base64
import re
from dataclasses import asdict
from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from base import platform_key
from sensors import rules, services, signing
from sensors.api.answers import BoxView
from sensors.api.authentication import box_authenticate, length_check
from sensors.api.limits import activation_limit
from sensors.api.schema import box_operation, problems
from sensors.api.serializers import ActivationIn, ActivationOut, HeartbeatOut, TimeOut
from sensors.keys import key_confirm
from tenants.api.answers import Refusal
from tenants.tenancy.scope import tenant_scope

MOST_JSON_BYTES = 64 * 1024
HEARTBEAT_INTERVAL_S = 60
_NONCE_PARAMETER = OpenApiParameter("nonce", str, required=True, pattern="^[0-9a-fA-F]{16,64}$")
_NONCE = re.compile(r"[0-9a-fA-F]{16,64}")


class TimeView(BoxView):
    """GET /api/v1/time?nonce=…: the platform's time, signed for the nonce."""

    @box_operation(
        "time_read",
        request=None,
        responses={200: TimeOut, **problems(400)},
        signed=False,
        parameters=[_NONCE_PARAMETER],
    )
    def get(self, request: Request) -> Response:
        """The platform's time, signed for the nonce."""
        nonce = request.query_params.get("nonce", "")
        if not _NONCE.fullmatch(nonce):
            raise Refusal(400, "malformed", "nonce must be 16 to 64 hexadecimal digits")
        now = timezone.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        signature = platform_key.private_key().sign(signing.time_message(nonce, now))
        rotations = [asdict(rotation) for rotation in platform_key.rotations()]
        return Response(
            {"now": now, "key_id": platform_key.key_id(), "signature": _base64(signature), "rotations": rotations}
        )


class ActivationView(BoxView):
    """POST /api/v1/activations: a one-time code and a public key for an identity."""

    @box_operation(
        "activation_create",
        request=ActivationIn,
        responses={201: ActivationOut, **problems(400, 403, 411, 413, 429)},
        signed=False,
    )
    def post(self, request: Request) -> Response:
        """Register the box's first key by a one-time code."""
        length_check(request, most_bytes=MOST_JSON_BYTES)
        activation_limit(request)
        serializer = ActivationIn(data=_object(request.body))
        if not serializer.is_valid():
            raise Refusal(400, *_first_error(serializer.errors))
        data = serializer.validated_data
        try:
            made = services.sensor_activate(
                code=data["plain_code"],
                public_key=data["key_bytes"],
                hardware=data["hardware"],
                agent_version=data["agent_version"],
            )
        except services.ActivationRefused:
            raise Refusal(403, "code_refused", "the code is wrong, used or expired: ask the desk for another") from None
        answer = {
            "device_id": str(made.device_id),
            "key_id": str(made.key_id),
            "platform_public_key": _base64(platform_key.public_bytes()),
            "settings": {"heartbeat_interval_s": HEARTBEAT_INTERVAL_S},
        }
        return Response(answer, status=201)


class HeartbeatView(BoxView):
    """POST /api/v1/heartbeats: a box says how it is."""

    @box_operation(
        "heartbeat_create",
        request=OpenApiTypes.OBJECT,
        responses={200: HeartbeatOut, **problems(400, 401, 403, 411, 413)},
    )
    def post(self, request: Request) -> Response:
        """How the box is."""
        box, body = box_authenticate(request, most_bytes=MOST_JSON_BYTES)
        report = _object(body)
        now = timezone.now()
        with tenant_scope(box.tenant_id):
            key_confirm(tenant_id=box.tenant_id, sensor_id=box.sensor_id, key_id=box.signed.key_id, now=now)
            services.heartbeat_record(
                tenant_id=box.tenant_id,
                sensor_id=box.sensor_id,
                report=report,
                offset_ms=box.signed.clock_offset_ms,
                now=now,
            )
        return Response({"received_at": now.isoformat()})


def _object(body: bytes) -> dict[str, Any]:
    try:
        return rules.json_object(body)
    except ValueError as problem:
        raise Refusal(400, "malformed", str(problem)) from None


def _first_error(errors: Any) -> tuple[str, str]:
    """(code, text) of the first thing wrong."""
    name, errors_of_field = next(iter(errors.items()))
    error = errors_of_field[0]
    code = "bad_proof" if error.code == "bad_proof" else "malformed"
    return code, str(error) if name == "non_field_errors" else f"{name}: {error}"


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")
