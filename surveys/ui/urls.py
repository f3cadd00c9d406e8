"""Addresses of surveys that need no log-in."""

from django.urls import path

from surveys.ui import views

app_name = "surveys"
urlpatterns = [path("<str:token>/", views.feedback, name="feedback")]
