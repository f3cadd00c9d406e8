"""The first-run wizard: founding a programme in the browser."""

from django.urls import path

from portal.ui import founding

app_name = "founding"
urlpatterns = [
    path("begin/", founding.begin, name="begin"),
    path("begin/done/", founding.done, name="done"),
    path("begin/check/", founding.check, name="check"),
    path("begin/<slug:name>/", founding.step, name="step"),
]
