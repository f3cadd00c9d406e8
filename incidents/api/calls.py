"""What a desk's telephone system (CTI) tells: a call rings, is answered, ends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from django.db import ProgrammingError, transaction
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from base.phone_numbers import number_of
from base.rates import tried
from incidents.desk.doors import report_call
from tenants.accounts.tokens import TokenHolder
from tenants.api.answers import JsonView, Refusal
from tenants.api.authentication import TokenAuthentication
from tenants.api.reading import PROBLEMS
from tenants.models import ApiToken

CALLS_A_MINUTE = 600
OLDEST = timedelta(days=1)


class CallIn(serializers.Serializer[Any]):
    """One event of a call."""

    call = serializers.CharField(max_length=60, help_text="the telephone system's own name for the call")
    number = serializers.CharField(max_length=60, allow_blank=True, help_text="the caller's number in any form")
    event = serializers.ChoiceField(["offered", "answered", "ended", "abandoned"])
    at = serializers.DateTimeField(required=False, help_text="with its zone; now when missing")


class CallOut(serializers.Serializer[Any]):
    """What the platform made of it."""

    contact = serializers.IntegerField()


class CallView(JsonView):
    """POST /api/v1/calls."""

    authentication_classes = [TokenAuthentication]
    permission_classes = []

    @extend_schema(operation_id="calls_report", request=CallIn, responses={200: CallOut, **PROBLEMS})
    def post(self, request: Request) -> Response:
        """The same event again changes nothing. Raises Refusal 401, 403, 429."""
        holder = cast(TokenHolder | None, request.user)
        if holder is None:
            raise Refusal(401, "token_missing", "send Authorization: Bearer and an API token")
        if ApiToken.Scope.CALLS not in holder.scopes:
            raise Refusal(403, "scope_missing", f"the token does not have the scope {ApiToken.Scope.CALLS}")
        if tried(f"calls:{holder.token_id}", 60) > CALLS_A_MINUTE:
            raise Refusal(429, "too_many_calls", f"at most {CALLS_A_MINUTE} a minute", retry_after_s=60)
        serializer = CallIn(data=request.data)
        serializer.is_valid(raise_exception=True)
        event, now = serializer.validated_data, timezone.now()
        raw = " ".join("".join(c for c in event["number"] if c.isprintable()).split())
        known = number_of(raw)
        at = min(max(event.get("at", now), now - OLDEST), now)
        try:
            with transaction.atomic():
                contact = report_call(
                    token=holder.token_hash,
                    key=event["call"],
                    raw=raw,
                    e164=known.e164 if known else "",
                    what=event["event"],
                    at=at,
                )
        except ProgrammingError as error:
            raise Refusal(403, "not_a_desk", "only a call centre's token reports calls") from error
        return Response(CallOut({"contact": contact}).data)
