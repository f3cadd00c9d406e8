"""Boxes: the fleet for SOC and desk; for a firm its machines and how to install a box."""

from django.urls import path

from portal.ui import box_devices, box_fleet
from sensors.ui import guide as box_guide
from sensors.ui import names as box_names

app_name = "boxes"
urlpatterns = [
    path("", box_fleet.listed, name="list"),
    path("new/", box_fleet.prepare, name="prepare"),
    path("names/", box_names.names, name="names"),
    path("<int:tenant_id>/<int:sensor_id>/", box_fleet.box, name="box"),
    path("<int:tenant_id>/<int:sensor_id>/step/", box_fleet.step, name="step"),
    path("<int:tenant_id>/<int:sensor_id>/switch/", box_fleet.switch, name="switch"),
    path("<int:tenant_id>/<int:sensor_id>/sheet.pdf", box_fleet.sheet, name="sheet"),
    path("devices/", box_devices.devices, name="devices"),
    path("devices/<int:device_row_id>/", box_devices.device, name="device"),
    path("guide/", box_guide.guide, name="guide"),
    path("guide/consent/", box_guide.consent, name="consent"),
    path("guide/arrived/", box_guide.arrived, name="arrived"),
    path("guide/check/", box_guide.check, name="check"),
]
