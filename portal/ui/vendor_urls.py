"""Pages of a vendor, and of the office about vendors."""

from django.urls import path

from incidents.dispatch.ui import vendor_profile
from portal.ui import vendor_pages

app_name = "vendor"
urlpatterns = [
    path("vendor/", vendor_pages.home, name="home"),
    path("vendor/profile/", vendor_profile.own_profile, name="profile"),
    path("vendor/offers/<int:job_id>/", vendor_pages.offer, name="offer"),
    path("vendor/jobs/<int:job_id>/", vendor_pages.job, name="job"),
    path("vendor/jobs/<int:job_id>/return/", vendor_pages.job_return, name="job_return"),
    path("office/vendors/", vendor_profile.vendor_list, name="list"),
    path("office/vendors/<int:organisation_id>/", vendor_profile.vendor_edit, name="edit"),
]
