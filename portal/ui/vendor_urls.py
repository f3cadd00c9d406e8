"""A vendor's offers and jobs, with their cover."""

from django.urls import path

from portal.ui import vendor_pages

app_name = "vendor"
urlpatterns = [
    path("vendor/", vendor_pages.home, name="home"),
    path("vendor/offers/<int:job_id>/", vendor_pages.offer, name="offer"),
    path("vendor/jobs/<int:job_id>/", vendor_pages.job, name="job"),
    path("vendor/jobs/<int:job_id>/return/", vendor_pages.job_return, name="job_return"),
]
