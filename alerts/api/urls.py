"""URLs of intake under /api/v1/."""

from django.urls import path

from alerts.api.views import BatchView

urlpatterns = [path("batches", BatchView.as_view(), name="api-batches")]
