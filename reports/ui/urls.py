"""Addresses of reports: the firm's monthly paper, the office's figures."""

from django.urls import path

from reports.ui import figures, reports

app_name = "reports"
urlpatterns = [
    path("reports/", reports.report_list, name="list"),
    path("reports/<month:month>.pdf", reports.report_pdf, name="pdf"),
    path("office/figures/", figures.figures, name="figures"),
    path("office/figures/<str:name>", figures.figures_file, name="figures_file"),
]
