"""Incidents for other people's programs."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from alerts.models.alert import Grade
from incidents.models import INCIDENT_STATES, Incident
from tenants.api.reading import PROBLEMS, NewestFirst, ReadView, listed, page_answer, paged
from tenants.models import ApiToken


class IncidentOut(serializers.Serializer[Any]):
    """One incident. `number` is the firm's own counting."""

    tenant = serializers.IntegerField(source="tenant_id", help_text="the firm")
    number = serializers.IntegerField()
    kind = serializers.ChoiceField(Incident.Kind.choices)
    state = serializers.ChoiceField(INCIDENT_STATES)
    grade = serializers.ChoiceField(Grade.choices, help_text="importance: 3 high, 2 medium, 1 low, 0 record only")
    device = serializers.CharField(source="asset_key", help_text="the firm's device: its MAC or IP address")
    opened_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)


class IncidentQuery(NewestFirst):
    """Filters of the list."""

    state = serializers.ChoiceField(INCIDENT_STATES, required=False)
    since = serializers.DateTimeField(required=False, help_text="opened_at not before; with its zone")


class IncidentListView(ReadView):
    """GET /api/v1/incidents."""

    needs = ApiToken.Scope.INCIDENTS

    @extend_schema(
        operation_id="incidents_list", parameters=[IncidentQuery], responses={200: listed(IncidentOut), **PROBLEMS}
    )
    def get(self, request: Request) -> Response:
        """Incidents, newest first."""
        filters: dict[str, Any] = self.filters(IncidentQuery)
        incidents = Incident.objects.all()
        if "tenant" in filters:
            incidents = incidents.filter(tenant_id=filters["tenant"])
        if "state" in filters:
            incidents = incidents.filter(state=filters["state"])
        if "since" in filters:
            incidents = incidents.filter(opened_at__gte=filters["since"])
        pages, page = paged(self, incidents, ("-opened_at", "-pk"))
        self.record("api.incidents_read", "incidents", (incident.tenant_id for incident in page), len(page))
        return page_answer(pages, IncidentOut(page, many=True).data)
