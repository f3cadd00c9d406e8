"""Addresses of reports: the firm's monthly paper, the office's figures."""

from django.urls import path

from reports.ui import figures, measures, opinions, reports

app_name = "reports"
urlpatterns = [
    path("reports/", reports.report_list, name="list"),
    path("reports/<month:month>.pdf", reports.report_pdf, name="pdf"),
    path("reports/<month:month>/<int:revision>.pdf", reports.former_pdf, name="former_pdf"),
    path("reports/<month:month>/opinion/", reports.opinion, name="opinion"),
    path("reports/sales/", reports.sales, name="sales"),
    path("report-opinion/<str:token>/", opinions.by_mail, name="opinion_by_mail"),
    path("office/figures/", figures.figures, name="figures"),
    path("office/figures/<str:name>", figures.figures_file, name="figures_file"),
    path("office/measures/", measures.measures, name="measures"),
    path("office/measures/all.xlsx", measures.annex, name="annex"),
    path("office/measures/<slug:key>/", measures.measure, name="measure"),
    path("office/measures/<slug:key>.csv", measures.measure_file, name="measure_file"),
]
