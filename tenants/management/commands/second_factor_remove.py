"""Takes every second factor off an account whose person lost them, after the call back of docs/security.md."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from tenants.accounts.sessions import sessions_end_of
from tenants.audit.record import audit_record_of_nobody
from tenants.models import User

OWNER = "owner"


class Command(BaseCommand):
    """For the operator, on the owner's connection: the application may not take away a partner's last factor."""

    help = "Remove every second factor of a person (by mail address or number) and end their sessions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whom."""
        parser.add_argument("--user", required=True, help="mail address or number")

    @transaction.atomic(using=OWNER)
    def handle(self, *args: Any, **options: Any) -> None:
        """Remove them and write it down."""
        named = options["user"].strip().lower()
        user = (User.objects.filter(pk=int(named)) if named.isdecimal() else User.objects.filter(email=named)).first()
        if user is None:
            raise CommandError(f"nobody is called {options['user']!r}")
        count, _kinds = Authenticator.objects.using(OWNER).filter(user_id=user.pk).delete()
        sessions_end_of(user_id=user.pk)
        audit_record_of_nobody(code="person.factors_removed_by_operator", subject=f"user:{user.pk}", count=count)
        self.stdout.write(f"{count} second factors of {user.email} removed; the next log-in leads to a new one")
