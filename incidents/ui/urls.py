"""Addresses of every part of incidents."""

from django.urls import include, path

urlpatterns = [
    path("", include("incidents.answers.ui.urls")),
    path("", include("incidents.breach.ui.urls")),
    path("", include("incidents.crisis.ui.urls")),
    path("", include("incidents.desk.ui.urls")),
    path("", include("incidents.dispatch.ui.urls")),
    path("", include("incidents.isolation.ui.urls")),
    path("", include("incidents.jobsheet.ui.urls")),
    path("", include("incidents.knowledge.ui.urls")),
    path("", include("incidents.mail_intake.ui.urls")),
]
