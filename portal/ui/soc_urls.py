"""Pages of the SOC."""

from django.urls import path

from portal.ui import soc

app_name = "soc"
urlpatterns = [
    path("alerts/", soc.alerts, name="alerts"),
    path("quarantine/", soc.quarantine, name="quarantine"),
]
