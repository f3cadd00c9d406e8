"""Addresses where machines are cut off from the internet."""

from django.urls import path

from incidents.isolation.ui import by_mail, firm, staff

app_name = "isolation"
urlpatterns = [
    path("isolation/nights/", firm.nights, name="nights"),
    path("isolation/<int:device_row_id>/", firm.machine, name="machine"),
    path("isolation/mail/<str:token>/", by_mail.by_mail, name="by_mail"),
    path("desk/isolation/<int:tenant_id>/<int:device_row_id>/", staff.staff, name="staff"),
]
