"""Addresses of nights and waves: the call a firm books, early warnings."""

from django.urls import path

from incidents.crisis.ui import call_booking, early_warnings

app_name = "crisis"
urlpatterns = [
    path("call/<str:token>/", call_booking.call_book_page, name="call_book"),
    path("warnings/", early_warnings.warning_list, name="warnings"),
]
