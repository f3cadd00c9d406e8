"""URLs of the platform."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import TemplateView
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import AllowAny

from portal.ui.readiness import readyz
from tenants.ui.passkeys import RemovePasskeyView

# The admin's own form knows no second factor and no limits.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("readyz", readyz, name="readyz"),
    # Before the library's own view of this address, which lets the last factor go.
    path("accounts/2fa/webauthn/keys/<int:pk>/remove/", RemovePasskeyView.as_view(), name="mfa_remove_webauthn"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("sensors.api.urls")),
    path("api/v1/", include("alerts.api.urls")),
    path("api/v1/", include("incidents.api.urls")),
    path("api/v1/", include("reports.api.urls")),
    path("api/schema/", SpectacularAPIView.as_view(permission_classes=[AllowAny]), name="api-schema"),
    path("api/docs/", TemplateView.as_view(template_name="api/docs.html"), name="api-docs"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("insurance/", include("insurance.ui.urls")),
    path("", include("tenants.ui.urls")),
    path("", include("notifications.ui.urls")),
    path("", include("sensors.ui.urls")),
    path("", include("alerts.ui.urls")),
    path("", include("alerts.ui.firm_urls")),
    path("", include("incidents.ui.urls")),
    path("", include("surveys.ui.urls")),
    path("", include("reports.ui.urls")),
    path("", include("portal.urls")),
]
if settings.DEBUG:
    from portal.ui.showcase import components

    urlpatterns.append(path("_components/", components, name="components"))
