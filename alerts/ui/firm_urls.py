"""Addresses of a firm's own detections."""

from django.urls import path

from alerts.ui import firm_record

app_name = "alerts"
urlpatterns = [
    path("alerts/<int:group_id>/records/<int:epoch>/<int:seq>/", firm_record.record, name="record"),
]
