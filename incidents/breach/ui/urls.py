"""Addresses of the breach note."""

from django.urls import path

from incidents.breach.ui import breach

app_name = "breach"
urlpatterns = [
    path("incidents/<int:number>/breach/", breach.breach, name="page"),
    path("incidents/<int:number>/breach.txt", breach.breach_text, name="text"),
]
