"""The web app."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class WebConfig(AppConfig):
    """Reads what every room says of its pages."""

    name = "web"

    def ready(self) -> None:
        """Import `ui.navigation` of each room: its entries and the pages it publishes."""
        autodiscover_modules("ui.navigation")
