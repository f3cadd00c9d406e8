"""URLs of incidents under /api/v1/."""

from django.urls import path

from incidents.api.calls import CallView
from incidents.api.read import IncidentListView

urlpatterns = [
    path("incidents", IncidentListView.as_view(), name="api-incidents"),
    path("calls", CallView.as_view(), name="api-calls"),
]
