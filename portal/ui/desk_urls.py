"""Pages of the call centre."""

from django.urls import path

from incidents.desk.ui import calls as desk_calls
from incidents.desk.ui import cases as desk_cases
from incidents.desk.ui import incident_tidy
from incidents.desk.ui import live as desk_live
from portal.ui import desk, desk_records, staff_alerts

app_name = "desk"
urlpatterns = [
    path("", desk.queue, name="queue"),
    path("stamp/", desk_live.stamp, name="stamp"),
    path("records/", desk_records.desk_records, name="records"),
    path("call/", desk_calls.call, name="call"),
    path("calls/<int:tenant_id>/<int:contact_id>/", desk_calls.contact, name="contact"),
    path("cases/<int:tenant_id>/<int:case_id>/", desk_cases.case, name="case"),
    path("cases/<int:tenant_id>/<int:case_id>/sheet.pdf", desk_cases.sheet, name="sheet"),
    path("presence/<int:tenant_id>/<str:subject>/<int:subject_id>/", desk_live.presence, name="presence"),
    path("tasks/<int:tenant_id>/<int:task_id>/", desk.task, name="task"),
    path("alerts/<int:tenant_id>/<int:group_id>/", staff_alerts.alert, name="alert"),
    path("incidents/<int:tenant_id>/<int:number>/", desk.incident, name="incident"),
    path("incidents/<int:tenant_id>/<int:number>/tidy/", incident_tidy.incident_tidy, name="incident_tidy"),
    path("firms/<int:tenant_id>/incident/", incident_tidy.incident_new, name="incident_new"),
]
