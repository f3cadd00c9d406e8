"""URLs of the platform."""

from django.contrib import admin
from django.urls import include, path

from otasuke.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("accounts/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
]
