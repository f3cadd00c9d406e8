"""URLs of alerts under /api/v1/."""

from django.urls import path

from alerts.api.read import AlertListView, AlertView
from alerts.api.views import BatchView

urlpatterns = [
    path("batches", BatchView.as_view(), name="api-batches"),
    path("alerts", AlertListView.as_view(), name="api-alerts"),
    path("alerts/<int:group_id>", AlertView.as_view(), name="api-alert"),
]
