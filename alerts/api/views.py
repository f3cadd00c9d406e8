"""Intake of batches. Nothing here reads a line: that is the worker's part."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from alerts import batches
from alerts.intake import Accepted, ArrivedBatch, batch_store
from sensors.api.answers import BoxView
from sensors.api.authentication import box_authenticate
from sensors.api.schema import BATCH_HEADERS, box_operation, headers, problems
from sensors.signing import Malformed
from tenants.api.answers import Refusal


class BatchOut(serializers.Serializer[Any]):
    """What became of a batch."""

    batch = serializers.UUIDField()
    state = serializers.CharField()


class BatchView(BoxView):
    """POST /api/v1/batches: compressed NDJSON; 202 only after the batch is committed."""

    @box_operation(
        "batch_create",
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses={202: BatchOut, **problems(400, 401, 403, 409, 411, 413, 415, 503)},
        parameters=headers(BATCH_HEADERS),
    )
    def post(self, request: Request) -> Response:
        """Store a batch of events, durably, before the answer."""
        box, body = box_authenticate(request, most_bytes=batches.MOST_COMPRESSED_BYTES)
        header = _checked(box.headers, body)
        batch = ArrivedBatch(header, body, box.signed.content_sha256, box.signed.clock_offset_ms, timezone.now())
        done = batch_store(tenant_id=box.tenant_id, sensor_id=box.sensor_id, batch=batch)
        if done is Accepted.CONFLICT:
            raise Refusal(409, "batch_conflict", "another content is stored under this batch id")
        return Response({"batch": str(header.batch_id), "state": done.value}, status=202)


def _checked(headers: dict[str, str], body: bytes) -> batches.BatchHeader:
    try:
        header = batches.header_read(headers)
        batches.content_check(body, header)
    except Malformed as problem:
        raise Refusal(400, "malformed", str(problem)) from None
    except batches.TooLarge as problem:
        raise Refusal(413, "too_large", str(problem)) from None
    except batches.UnknownEncoding as problem:
        raise Refusal(415, "unknown_encoding", str(problem)) from None
    return header
