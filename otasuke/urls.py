"""URLs of the platform."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from otasuke.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("accounts/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("sensors.api.urls")),
    path("api/v1/", include("alerts.api.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("desk/", include("portal.ui.desk_urls")),
    path("soc/", include("portal.ui.soc_urls")),
    path("insurance/", include("insurance.ui.urls")),
    path("", include("portal.urls")),
]
if settings.DEBUG:
    from portal.ui.showcase import components

    urlpatterns.append(path("_components/", components, name="components"))
