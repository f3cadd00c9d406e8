"""Addresses of insurance."""

from django.urls import path

from insurance.ui import views

app_name = "insurance"
urlpatterns = [
    path("entitlement/<int:tenant_id>/", views.entitlement, name="entitlement"),
    path("entitlement/<int:tenant_id>/<int:number>/", views.entitlement, name="entitlement"),
]
