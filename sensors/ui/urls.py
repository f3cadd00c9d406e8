"""Addresses of boxes: the guide to installing one; for the SOC machines' names and files found in many places."""

from django.urls import path

from sensors.ui import guide, ledger, names, shared_files

app_name = "sensors"
urlpatterns = [
    path("boxes/names/", names.names, name="names"),
    path("boxes/ledger/", ledger.ledger, name="ledger"),
    path("boxes/ledger/read/", ledger.ledger_preview, name="ledger_preview"),
    path("boxes/ledger.csv", ledger.ledger_file, {"form": "csv"}, name="ledger_csv"),
    path("boxes/ledger.xlsx", ledger.ledger_file, {"form": "xlsx"}, name="ledger_xlsx"),
    path("boxes/guide/", guide.guide, name="guide"),
    path("boxes/guide/consent/", guide.consent, name="consent"),
    path("boxes/guide/arrived/", guide.arrived, name="arrived"),
    path("boxes/guide/check/", guide.check, name="check"),
    path("soc/files/", shared_files.files, name="files"),
]
