"""Help on its way, with what it costs and what is covered. Firm, desk, office."""

from django.urls import path

from portal.ui import help_pages

app_name = "help"
urlpatterns = [
    path("help/incidents/<int:incident_id>/", help_pages.decision, name="decision"),
    path("help/firms/<int:tenant_id>/new/", help_pages.job_new, name="job_new"),
    path("help/jobs/<int:job_id>/", help_pages.job, name="job"),
    path("help/jobs/<int:job_id>/vendors/", help_pages.vendors, name="vendors"),
]
