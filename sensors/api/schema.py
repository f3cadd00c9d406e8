"""How the OpenAPI schema describes what boxes say (the whole protocol: docs/intake-protocol.md)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema

from tenants.api.answers import Problem

HEADERS = {
    "Otasuke-Device": (OpenApiTypes.UUID, "given at activation"),
    "Otasuke-Key": (OpenApiTypes.UUID, "the key that signs"),
    "Otasuke-Sent-At": (OpenApiTypes.DATETIME, "platform time, within ten minutes"),
    "Otasuke-Clock-Offset-Ms": (OpenApiTypes.INT, "platform time minus box time"),
    "Otasuke-Content-SHA256": (OpenApiTypes.STR, "hexadecimal, of the body as sent"),
}
BATCH_HEADERS = {
    "Otasuke-Batch": (OpenApiTypes.UUID, "UUIDv7 made when the batch was spooled"),
    "Otasuke-Epoch": (OpenApiTypes.INT, "rises when the box lost its place"),
    "Otasuke-First-Seq": (OpenApiTypes.INT, "of the first line"),
    "Otasuke-Last-Seq": (OpenApiTypes.INT, "of the last line"),
    "Otasuke-Count": (OpenApiTypes.INT, "lines"),
    "Content-Encoding": (OpenApiTypes.STR, "zstd or gzip"),
}
SIGNED: list[Any] = [{"boxSignature": []}]


def problems(*statuses: int) -> dict[int, Any]:
    """Refusals in their one shape."""
    return {status: OpenApiResponse(Problem) for status in statuses}


def headers(named: dict[str, tuple[Any, str]]) -> list[OpenApiParameter]:
    """Required headers."""
    return [
        OpenApiParameter(name, kind, OpenApiParameter.HEADER, required=True, description=text)
        for name, (kind, text) in named.items()
    ]


def box_operation(
    name: str, *, request: Any, responses: dict[Any, Any], signed: bool = True, **more: Any
) -> Callable[[Any], Any]:
    """`signed`: carries the signed headers (`parameters` in `more` are added to them)."""
    parameters = [*(headers(HEADERS) if signed else []), *more.pop("parameters", [])]
    return extend_schema(
        operation_id=name,
        tags=["boxes"],
        auth=SIGNED if signed else [],
        request=request,
        responses=responses,
        parameters=parameters,
        **more,
    )
