"""Pages of the SOC."""

from django.urls import path

from alerts.ui import soc, suppressions
from incidents.desk.ui import cases as desk_cases
from sensors.ui import shared_files

app_name = "soc"
urlpatterns = [
    path("alerts/", soc.alerts, name="alerts"),
    path("alerts/<int:tenant_id>/<int:group_id>/suppress/", suppressions.suppress, name="suppress"),
    path("suppressions/<int:tenant_id>/<int:suppression_id>/end/", suppressions.end, name="suppression_end"),
    path("files/", shared_files.files, name="files"),
    path("suppressions/", suppressions.listed, name="suppressions"),
    path("requests/", desk_cases.requests, name="requests"),
    path("quarantine/", soc.quarantine, name="quarantine"),
]
