"""Pages of a firm, and the door of everybody else."""

from django.urls import path

from portal.ui import alerts, home, incident, reports, switch

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("alerts/", alerts.alert_list, name="alerts"),
    path("alerts/<int:group_id>/", alerts.alert_detail, name="alert"),
    path("incidents/<int:number>/", incident.incident, name="incident"),
    path("reports/", reports.report_list, name="reports"),
    path("reports/<month:month>.pdf", reports.report_pdf, name="report_pdf"),
    path("switch/", switch.switch, name="switch"),
]
