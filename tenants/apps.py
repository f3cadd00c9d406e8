"""The tenants app."""

from django.apps import AppConfig


class TenantsConfig(AppConfig):
    """Connects the check that refuses an unsafe database role, the session rules, and the rule of addresses."""

    name = "tenants"

    def ready(self) -> None:
        """Connect the role check, what follows a log-in or a changed secret, and what counts as a mail address."""
        from base.mail_address import addresses_are_deliverable
        from tenants.accounts import known_devices, sessions
        from tenants.tenancy import roles  # noqa: F401

        sessions.connect()
        known_devices.connect()
        addresses_are_deliverable()
