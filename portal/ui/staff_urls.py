"""Pages of desk and SOC that put several rooms on one screen: the queue, an incident, an alert of any firm."""

from django.urls import path

from portal.ui import desk, desk_records, staff_alerts, which_machine

app_name = "staff"
urlpatterns = [
    path("desk/", desk.queue, name="queue"),
    path("desk/records/", desk_records.desk_records, name="records"),
    path("desk/records/filters/", desk_records.record_filters, name="record_filters"),
    path("desk/records/<str:chosen>.<str:form>", desk_records.records_file, name="records_file"),
    path("desk/tasks/<int:tenant_id>/<int:task_id>/", desk.task, name="task"),
    path("desk/alerts/<int:tenant_id>/<int:group_id>/", staff_alerts.alert, name="alert"),
    path("desk/alerts/<int:tenant_id>/<int:group_id>/which/", which_machine.by_phone, name="alert_which"),
    path("desk/incidents/<int:tenant_id>/<int:number>/", desk.incident, name="incident"),
]
