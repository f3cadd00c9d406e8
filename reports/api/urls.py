"""URLs of reports under /api/v1/."""

from django.urls import path

from reports.api.read import ReportListView

urlpatterns = [path("reports", ReportListView.as_view(), name="api-reports")]
