"""Alerts for other people's programs: groups, as people see them, and the single alerts of one."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from alerts.explanation import explain
from alerts.kinds import explain_group, group_threat
from alerts.models import Alert, AlertGroup
from alerts.models.alert import Direction, Function, Grade, Notify
from alerts.threat_words import threat_name
from tenants.api.reading import PROBLEMS, NewestFirst, ReadView, listed, page_answer, paged
from tenants.models import ApiToken

MOST_ALERTS = 100
LANGUAGES = ("ja", "en")


class WordsOut(serializers.Serializer[Any]):
    """The same in both languages."""

    ja = serializers.CharField()
    en = serializers.CharField()


class StepsOut(serializers.Serializer[Any]):
    """What to do, in order."""

    ja = serializers.ListField(child=serializers.CharField())
    en = serializers.ListField(child=serializers.CharField())


class AlertGroupOut(serializers.Serializer[Any]):
    """Alerts of one kind on one device within one clock hour (JST)."""

    id = serializers.IntegerField()
    tenant = serializers.IntegerField(source="tenant_id", help_text="the firm")
    sensor = serializers.UUIDField(source="sensor.device_id")
    first_at = serializers.DateTimeField()
    last_at = serializers.DateTimeField()
    grade = serializers.ChoiceField(Grade.choices, help_text="importance: 3 high, 2 medium, 1 low, 0 record only")
    function = serializers.ChoiceField(Function.choices)
    direction = serializers.ChoiceField(Direction.choices)
    notify = serializers.ChoiceField(Notify.choices)
    signature = serializers.CharField()
    signature_id = serializers.IntegerField(allow_null=True)
    category = serializers.CharField()
    device_ip = serializers.IPAddressField(source="asset_ip", allow_null=True, help_text="the firm's device")
    device_mac = serializers.CharField(source="asset_mac")
    peer = serializers.CharField()
    alert_count = serializers.IntegerField()
    blocked_count = serializers.IntegerField()
    rule = serializers.CharField(help_text="the rule that graded it")
    headline = serializers.SerializerMethodField()
    threat = serializers.SerializerMethodField()
    threat_words = serializers.SerializerMethodField()

    def get_headline(self, group: AlertGroup) -> WordsOut:
        """What happened, in plain words."""
        return {language: explain(group.rule, language).headline for language in LANGUAGES}  # type: ignore[return-value]

    def get_threat(self, group: AlertGroup) -> str:
        """The threat family."""
        return group_threat(group)

    def get_threat_words(self, group: AlertGroup) -> WordsOut:
        """What the threat family is called."""
        return {language: threat_name(group_threat(group), language) for language in LANGUAGES}  # type: ignore[return-value]


class AlertOut(serializers.Serializer[Any]):
    """One alert of a group."""

    event_time = serializers.DateTimeField()
    blocked = serializers.BooleanField()
    signature = serializers.CharField()
    src_ip = serializers.IPAddressField(allow_null=True)
    src_port = serializers.IntegerField(allow_null=True)
    dest_ip = serializers.IPAddressField(allow_null=True)
    dest_port = serializers.IntegerField(allow_null=True)
    proto = serializers.CharField()
    app_proto = serializers.CharField()
    host = serializers.CharField()
    url = serializers.CharField()
    file_name = serializers.CharField()
    file_sha256 = serializers.CharField()


class AlertGroupDetailOut(AlertGroupOut):
    """A group with its newest alerts and what to do."""

    steps = serializers.SerializerMethodField()
    alerts = serializers.SerializerMethodField()

    def get_steps(self, group: AlertGroup) -> StepsOut:
        """What to do, in order."""
        return {language: list(explain_group(group, language).steps) for language in LANGUAGES}  # type: ignore[return-value]

    def get_alerts(self, group: AlertGroup) -> AlertOut(many=True):  # type: ignore[valid-type]
        """The newest hundred."""
        rows = Alert.objects.filter(tenant_id=group.tenant_id, group_id=group.pk).order_by("-event_time", "-seq")
        return AlertOut(rows[:MOST_ALERTS], many=True).data


class AlertQuery(NewestFirst):
    """Filters of the list."""

    grade_min = serializers.ChoiceField(Grade.choices, required=False)
    function = serializers.ChoiceField(Function.choices, required=False)
    since = serializers.DateTimeField(required=False, help_text="last_at not before; with its zone")


class AlertListView(ReadView):
    """GET /api/v1/alerts."""

    needs = ApiToken.Scope.ALERTS

    @extend_schema(
        operation_id="alerts_list", parameters=[AlertQuery], responses={200: listed(AlertGroupOut), **PROBLEMS}
    )
    def get(self, request: Request) -> Response:
        """Groups of alerts, newest first."""
        filters = self.filters(AlertQuery)
        groups = AlertGroup.objects.select_related("sensor")
        if "tenant" in filters:
            groups = groups.filter(tenant_id=filters["tenant"])
        if "grade_min" in filters:
            groups = groups.filter(grade__gte=filters["grade_min"])
        if "function" in filters:
            groups = groups.filter(function=filters["function"])
        if "since" in filters:
            groups = groups.filter(last_at__gte=filters["since"])
        pages, page = paged(self, groups, ("-last_at", "-pk"))
        self.record("api.alerts_read", "alerts", (group.tenant_id for group in page), len(page))
        return page_answer(pages, AlertGroupOut(page, many=True).data)


class AlertView(ReadView):
    """GET /api/v1/alerts/{id}."""

    needs = ApiToken.Scope.ALERTS

    @extend_schema(operation_id="alerts_read", responses={200: AlertGroupDetailOut, **PROBLEMS})
    def get(self, request: Request, group_id: int) -> Response:
        """One group with its newest alerts and what to do."""
        group = AlertGroup.objects.select_related("sensor").filter(pk=group_id).first()
        if group is None:
            raise NotFound
        self.record("api.alerts_read", f"group:{group.pk}", [group.tenant_id], 1)
        return Response(AlertGroupDetailOut(group).data)
