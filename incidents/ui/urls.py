"""Addresses of every part of incidents."""

from django.urls import include, path

urlpatterns = [
    path("", include(f"incidents.{part}.ui.urls"))
    for part in ("breach", "crisis", "desk", "dispatch", "jobsheet", "knowledge", "mail_intake")
]
