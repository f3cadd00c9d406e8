"""Which monthly reports there are, for other people's programs."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from reports.models import MonthlyReport
from tenants.api.reading import PROBLEMS, NewestFirst, ReadView, listed, page_answer, paged
from tenants.models import ApiToken


class ReportOut(serializers.Serializer[Any]):
    """One report. The paper itself is fetched in the portal by a person."""

    tenant = serializers.IntegerField(source="tenant_id", help_text="the firm")
    month = serializers.DateField(help_text="first day of the month (JST)")
    state = serializers.ChoiceField(MonthlyReport.State.choices)
    provisional_until = serializers.DateTimeField(allow_null=True, help_text="the month was closed early, up to here")
    made_at = serializers.DateTimeField(allow_null=True)
    pdf_sha256 = serializers.CharField()


class ReportQuery(NewestFirst):
    """Filters of the list."""

    state = serializers.ChoiceField(MonthlyReport.State.choices, required=False)


class ReportListView(ReadView):
    """GET /api/v1/reports."""

    needs = ApiToken.Scope.REPORTS

    @extend_schema(
        operation_id="reports_list", parameters=[ReportQuery], responses={200: listed(ReportOut), **PROBLEMS}
    )
    def get(self, request: Request) -> Response:
        """Monthly reports, newest month first."""
        filters: dict[str, Any] = self.filters(ReportQuery)
        reports = MonthlyReport.objects.defer("pdf", "figures")
        if "tenant" in filters:
            reports = reports.filter(tenant_id=filters["tenant"])
        if "state" in filters:
            reports = reports.filter(state=filters["state"])
        pages, page = paged(self, reports, ("-month", "-pk"))
        self.record("api.reports_read", "reports", (report.tenant_id for report in page), len(page))
        return page_answer(pages, ReportOut(page, many=True).data)
