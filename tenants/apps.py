"""The tenants app."""

from django.apps import AppConfig


class TenantsConfig(AppConfig):
    """Connects the check that refuses an unsafe database role, the session rules, and the rule of addresses."""

    name = "tenants"

    def ready(self) -> None:
        """Connect the role check, what follows a log-in or a changed secret, and what counts as a mail address."""
        from tenants import known_devices, roles, sessions  # noqa: F401
        from tenants.mail_address import addresses_are_deliverable

        sessions.connect()
        known_devices.connect()
        addresses_are_deliverable()
