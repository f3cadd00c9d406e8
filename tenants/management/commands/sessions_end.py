"""Ends a person's sessions: a lost device, a stolen password, somebody who left in anger."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from tenants.accounts.sessions import sessions_end_of
from tenants.audit.record import audit_record_of_nobody
from tenants.models import User


class Command(BaseCommand):
    """For the operator. The person may log in again, unless --close closes the account as well."""

    help = "End every session of a person (by mail address or number), and with --close shut the account."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whom."""
        parser.add_argument("--user", required=True, help="mail address or number")
        parser.add_argument("--close", action="store_true", help="the account cannot log in any more")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """End them and write it down."""
        named = options["user"].strip().lower()
        matches = User.objects.filter(pk=int(named)) if named.isdecimal() else User.objects.filter(email=named)
        user = matches.first()
        if user is None:
            raise CommandError(f"nobody is called {options['user']!r}")
        if options["close"]:
            User.objects.filter(pk=user.pk).update(is_active=False)
        ended = sessions_end_of(user_id=user.pk)
        closed = bool(options["close"])
        audit_record_of_nobody(
            code="person.sessions_ended_by_operator", subject=f"user:{user.pk}", count=ended, closed=closed
        )
        self.stdout.write(f"{ended} sessions of {user.email} ended" + (", account closed" if options["close"] else ""))
