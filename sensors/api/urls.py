"""URLs of boxes under /api/v1/."""

from django.urls import path

from sensors.api.keys import KeyView
from sensors.api.orders import OrderFileView, OrderView
from sensors.api.views import ActivationView, HeartbeatView, TimeView

urlpatterns = [
    path("time", TimeView.as_view(), name="api-time"),
    path("activations", ActivationView.as_view(), name="api-activations"),
    path("heartbeats", HeartbeatView.as_view(), name="api-heartbeats"),
    path("keys", KeyView.as_view(), name="api-keys"),
    path("orders", OrderView.as_view(), name="api-orders"),
    path("files/<str:sha256>", OrderFileView.as_view(), name="api-order-file"),
]
