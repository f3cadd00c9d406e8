"""Help on its way: choice of way, vendors, times. Firm, desk, office; vendors for times."""

from django.urls import path

from incidents.dispatch.ui import times as help_times
from portal.ui import help_pages

app_name = "help"
urlpatterns = [
    path("incidents/<int:incident_id>/", help_pages.decision, name="decision"),
    path("firms/<int:tenant_id>/new/", help_pages.job_new, name="job_new"),
    path("jobs/<int:job_id>/", help_pages.job, name="job"),
    path("jobs/<int:job_id>/vendors/", help_pages.vendors, name="vendors"),
    path("jobs/<int:job_id>/act/", help_times.job_act, name="job_act"),
    path("jobs/<int:job_id>/times/", help_times.times, name="times"),
    path("times/<int:appointment_id>.ics", help_times.calendar_file, name="calendar"),
]
