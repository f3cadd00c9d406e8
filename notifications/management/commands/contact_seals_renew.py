"""Seals the keys of every firm's chats and webhooks anew with the first key, so that an older key may be taken out."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from base.sealing import Unreadable, reseal
from notifications.doors import sealed_contacts
from notifications.models import NoticeContact
from tenants.tenancy.scope import tenant_scope


class Command(BaseCommand):
    """Safe to run again and while messages are sent: each contact is renewed under its row's lock."""

    help = "Seal what contacts of firms need anew with the first of SEALING_KEYS (docs/security.md)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Renew, and name those no key opens."""
        lost, renewed = [], 0
        for tenant_id, contact_id in sealed_contacts():
            try:
                _renew(tenant_id, contact_id)
                renewed += 1
            except Unreadable:
                lost.append(f"{tenant_id}/{contact_id}")
        self.stdout.write(f"{renewed} sealed anew")
        if lost:
            raise CommandError(f"no key opens the contacts {lost}: their firms must add them again")


def _renew(tenant_id: int, contact_id: int) -> None:
    with tenant_scope(tenant_id):
        contact = NoticeContact.objects.select_for_update().get(pk=contact_id)
        contact.secrets = reseal(contact.secrets)
        contact.save(update_fields=["secrets"])
