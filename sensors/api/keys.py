"""A box changes its key."""

from __future__ import annotations

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from sensors import keys, rules, signing
from sensors.api.answers import BoxView
from sensors.api.authentication import box_authenticate
from sensors.api.schema import box_operation, problems
from sensors.api.serializers import KeyIn, KeyOut
from tenants.api.answers import Refusal
from tenants.tenancy.scope import tenant_scope

MOST_JSON_BYTES = 4096


class KeyView(BoxView):
    """POST /api/v1/keys: signed by a key that holds, with a proof by the new one."""

    @box_operation("key_create", request=KeyIn, responses={201: KeyOut, **problems(400, 401, 403, 409, 411, 413)})
    def post(self, request: Request) -> Response:
        """Register the box's next key; the old one holds for seven days more or until the new one is first used."""
        box, body = box_authenticate(request, most_bytes=MOST_JSON_BYTES)
        public_key = _proven(body, str(box.signed.device_id))
        try:
            with tenant_scope(box.tenant_id):
                made = keys.key_rotate(
                    tenant_id=box.tenant_id,
                    sensor_id=box.sensor_id,
                    signing_key=box.signed.key_id,
                    public_key=public_key,
                    now=timezone.now(),
                )
        except keys.KeyReused:
            raise Refusal(409, "key_reused", "this key was used before: make a new one") from None
        answer = {"key_id": str(made.key_id), "old_key_expires_at": made.old_key_expires_at.isoformat()}
        return Response(answer, status=201)


def _proven(body: bytes, device_id: str) -> bytes:
    try:
        serializer = KeyIn(data=rules.json_object(body))
        serializer.is_valid(raise_exception=True)
        data = serializer.validated_data
        key, proof = signing.base64_bytes(data["public_key"], 32), signing.base64_bytes(data["proof"], 64)
    except ValueError as problem:
        raise Refusal(400, "malformed", str(problem)) from None
    if not signing.verifies(key, proof, signing.rotation_message(device_id, data["public_key"])):
        raise Refusal(400, "bad_proof", "proof does not verify with this key")
    return key
