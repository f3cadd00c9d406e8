"""The tenants app."""

from django.apps import AppConfig


class TenantsConfig(AppConfig):
    """Connects the check that refuses an unsafe database role."""

    name = "tenants"

    def ready(self) -> None:
        """Connect the role check."""
        from tenants import roles  # noqa: F401
