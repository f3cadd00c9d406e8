"""The notifications app."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Takes the mails of the room below into the outbox."""

    name = "notifications"

    def ready(self) -> None:
        """Listen to tenants.mailing."""
        from tenants.mailing import account_mail_wanted, mail_wanted

        mail_wanted.connect(_put, dispatch_uid="notifications.outbox")
        account_mail_wanted.connect(_put_account, dispatch_uid="notifications.account_mail")


def _put(sender: Any, signal: Any, **mail: Any) -> int:
    from notifications.services import outbox_put

    return int(outbox_put(**mail).pk)


def _put_account(sender: Any, signal: Any, **mail: Any) -> None:
    from notifications.account_mail import account_mail_put

    account_mail_put(**mail)
