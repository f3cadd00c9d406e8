"""Seals every stored second factor anew with the first key, so that an older key may be taken out."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from base.sealing import Unreadable, reseal

OWNER = "owner"
SEALED = ("secret", "seed")


class Command(BaseCommand):
    """Safe to run again and while people log in: each factor is renewed under its row's lock.

    On the owner's connection: the application may not rewrite a second factor.
    """

    help = "Seal second factors anew with the first of SEALING_KEYS (docs/security.md)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Renew, and name those no key opens."""
        lost, renewed = [], 0
        for number in Authenticator.objects.using(OWNER).order_by("pk").values_list("pk", flat=True):
            try:
                renewed += self._renew(number)
            except Unreadable:
                lost.append(number)
        self.stdout.write(f"{renewed} sealed anew")
        if lost:
            raise CommandError(f"no key opens the factors {lost}: these people must set theirs up again")

    @transaction.atomic(using=OWNER)
    def _renew(self, number: int) -> int:
        factor = Authenticator.objects.using(OWNER).select_for_update().filter(pk=number).first()
        sealed = {name: reseal(factor.data[name]) for name in SEALED if name in factor.data} if factor else {}
        if factor and sealed:
            factor.data = factor.data | sealed
            factor.save(update_fields=["data"])
        return len(sealed)
