"""A box asks for its orders and for the files they name, and says how the last one went."""

from __future__ import annotations

import base64
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from base import platform_key
from sensors import orders, rules
from sensors.api.answers import BoxView
from sensors.api.authentication import box_authenticate
from sensors.api.schema import box_operation, problems
from tenants.api.answers import Refusal
from tenants.tenancy.scope import tenant_scope

MOST_JSON_BYTES = 64 * 1024
MOST_HITS = 1_000
MOST_ISOLATIONS = 100


class OrderOut(serializers.Serializer[Any]):
    """The order, if there is a new one: base64 of the signed bytes and of the signature."""

    manifest = serializers.CharField(allow_null=True)
    signature = serializers.CharField(allow_null=True)
    rotations = serializers.ListField(child=serializers.DictField())


class OrderView(BoxView):
    """POST /api/v1/orders."""

    @box_operation(
        "order_pull",
        request=OpenApiTypes.OBJECT,
        responses={200: OrderOut, **problems(400, 401, 403, 411, 413)},
    )
    def post(self, request: Request) -> Response:
        """What the box shall do, when that has changed."""
        box, body = box_authenticate(request, most_bytes=MOST_JSON_BYTES)
        box_state = _box_state(body)
        with tenant_scope(box.tenant_id):
            order = orders.order_pull(
                tenant_id=box.tenant_id, sensor_id=box.sensor_id, box_state=box_state, now=timezone.now()
            )
        return Response(
            {
                "manifest": _text(order.manifest) if order is not None else None,
                "signature": _text(order.signature) if order is not None else None,
                "rotations": [asdict(rotation) for rotation in platform_key.rotations()],
            }
        )


class OrderFileView(BoxView):
    """GET /api/v1/files/<sha256>: gzip, as its hash says."""

    @box_operation(
        "order_file",
        request=None,
        responses={(200, "application/gzip"): OpenApiTypes.BINARY, **problems(400, 401, 403, 404)},
    )
    def get(self, request: Request, sha256: str) -> HttpResponse:
        """A file the box's newest order names."""
        box, _body = box_authenticate(request, most_bytes=0)
        with tenant_scope(box.tenant_id):
            content = orders.order_file(tenant_id=box.tenant_id, sensor_id=box.sensor_id, sha256=sha256)
        if content is None:
            raise Refusal(404, "not_ordered", "no order for this box names this file")
        return HttpResponse(content, content_type="application/gzip")


def _box_state(body: bytes) -> orders.BoxState:
    try:
        fields = rules.json_object(body)
        seen = fields.get("seen", 0)
        hits = {int(number): _hit(hit) for number, hit in list(dict(fields.get("hits") or {}).items())[:MOST_HITS]}
        reports = list(dict(fields.get("isolations") or {}).items())[:MOST_ISOLATIONS]
        isolations = {int(number): _outcome(each) for number, each in reports if len(number) < 19}
        if type(seen) is not int or not 0 <= seen < 2**31:
            raise ValueError("seen must be a version")
    except (TypeError, ValueError) as problem:
        raise Refusal(400, "malformed", str(problem)) from None
    return orders.BoxState(seen, str(fields.get("state") or ""), str(fields.get("detail") or ""), hits, isolations)


def _hit(hit: Any) -> tuple[int, datetime | None]:
    count, last = hit
    if type(count) is not int or not 0 <= count < 2**62:
        raise ValueError("hits must be counts")
    return count, _moment(last) if last else None


def _outcome(each: Any) -> tuple[str, datetime, str]:
    outcome, at, detail = each
    return str(outcome), _moment(at), str(detail)


def _moment(text: Any) -> datetime:
    moment = datetime.fromisoformat(str(text))
    if moment.tzinfo is None:
        raise ValueError("times need their zone")
    return moment


def _text(value: bytes | memoryview) -> str:
    return base64.b64encode(bytes(value)).decode("ascii")
