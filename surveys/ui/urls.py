"""Addresses of surveys; those of firms need no log-in."""

from django.urls import path

from surveys.ui import hearing, views

app_name = "surveys"
urlpatterns = [
    path("feedback/<str:token>/", views.feedback, name="feedback"),
    path("jobs/<int:job_id>/hearing/", hearing.hearing, name="hearing"),
]
