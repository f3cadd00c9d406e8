"""Boxes with what other rooms know of them: the fleet for SOC and desk, a firm's machines."""

from django.urls import path

from portal.ui import box_devices, box_fleet, which_machine

app_name = "boxes"
urlpatterns = [
    path("boxes/", box_fleet.listed, name="list"),
    path("boxes/filters/", box_fleet.filters, name="filters"),
    path("boxes/new/", box_fleet.prepare, name="prepare"),
    path("boxes/<int:tenant_id>/<int:sensor_id>/", box_fleet.box, name="box"),
    path("boxes/<int:tenant_id>/<int:sensor_id>/step/", box_fleet.step, name="step"),
    path("boxes/<int:tenant_id>/<int:sensor_id>/switch/", box_fleet.switch, name="switch"),
    path("boxes/<int:tenant_id>/<int:sensor_id>/sheet.pdf", box_fleet.sheet, name="sheet"),
    path("boxes/devices/", box_devices.devices, name="devices"),
    path("boxes/devices/<int:device_row_id>/", box_devices.device, name="device"),
    path("boxes/devices/<int:device_row_id>/which/", which_machine.of_device, name="which"),
]
