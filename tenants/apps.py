"""The tenants app."""

from django.apps import AppConfig


class TenantsConfig(AppConfig):
    """Connects the check that refuses an unsafe database role, and the session rules."""

    name = "tenants"

    def ready(self) -> None:
        """Connect the role check and what follows a log-in or a changed secret."""
        from tenants import roles, sessions  # noqa: F401

        sessions.connect()
