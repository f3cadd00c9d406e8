"""Addresses of the SOC: detections, suppressions, changes of grading, lines nobody could read."""

from django.urls import path

from alerts.ui import event, saved_filters, soc, soc_acts, suppressions, tuning

app_name = "soc"
urlpatterns = [
    path("soc/alerts/", soc.alerts, name="alerts"),
    path("soc/alerts/act/", soc_acts.act, name="act"),
    path("soc/alerts/filters/", saved_filters.filters, name="filters"),
    path("soc/alerts/<int:tenant_id>/<int:group_id>/events/<int:epoch>/<int:seq>/", event.event, name="event"),
    path("soc/alerts/<int:tenant_id>/<int:group_id>/suppress/", suppressions.suppress, name="suppress"),
    path("soc/alerts/<int:tenant_id>/<int:group_id>/tuning/", tuning.propose, name="tuning_propose"),
    path("soc/tunings/", tuning.listed, name="tunings"),
    path("soc/tunings/<int:tuning_id>/", tuning.tuning, name="tuning"),
    path("soc/suppressions/", suppressions.listed, name="suppressions"),
    path("soc/suppressions/<int:tenant_id>/<int:suppression_id>/end/", suppressions.end, name="suppression_end"),
    path("soc/quarantine/", soc.quarantine, name="quarantine"),
]
