"""Pages of the call centre."""

from django.urls import path

from portal.ui import desk

app_name = "desk"
urlpatterns = [
    path("", desk.queue, name="queue"),
    path("tasks/<int:tenant_id>/<int:task_id>/", desk.task, name="task"),
    path("incidents/<int:tenant_id>/<int:number>/", desk.incident, name="incident"),
]
