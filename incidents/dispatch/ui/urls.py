"""Addresses of vendors' profiles, and of the times of a job."""

from django.urls import path

from incidents.dispatch.ui import times, vendor_profile

app_name = "dispatch"
urlpatterns = [
    path("help/jobs/<int:job_id>/act/", times.job_act, name="job_act"),
    path("help/jobs/<int:job_id>/times/", times.times, name="times"),
    path("help/times/<int:appointment_id>.ics", times.calendar_file, name="calendar"),
    path("vendor/profile/", vendor_profile.own_profile, name="profile"),
    path("office/vendors/", vendor_profile.vendor_list, name="vendors"),
    path("office/vendors/<int:organisation_id>/", vendor_profile.vendor_edit, name="vendor"),
]
