"""URLs of incidents under /api/v1/."""

from django.urls import path

from incidents.api.read import IncidentListView

urlpatterns = [path("incidents", IncidentListView.as_view(), name="api-incidents")]
