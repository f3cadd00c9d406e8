"""Invites the first person of an organisation; afterwards its owners invite by themselves."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from base.mail_address import AddressUnusable, address_for_delivery
from tenants.accounts.invitations import VALID_FOR, invitation_mail, token_hash, token_make
from tenants.audit.record import audit_record
from tenants.models import Invitation, Membership, Organisation
from tenants.tenancy.scope import tenant_scope


class Command(BaseCommand):
    """Needs OWNER_DATABASE_URL. The mail leaves by the outbox."""

    help = "Invite a person to an organisation by mail (for the first owner)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The organisation by id or exact name."""
        parser.add_argument("--organisation", required=True, help="id or exact name")
        parser.add_argument("--email", required=True)
        parser.add_argument("--role", choices=Membership.Role.values, default=Membership.Role.OWNER)

    def handle(self, *args: Any, **options: Any) -> None:
        """Store the invitation and its mail."""
        try:
            address_for_delivery(options["email"])
        except AddressUnusable as problem:
            raise CommandError(f"no mail can be delivered to {options['email']}") from problem
        organisation = self._organisation(options["organisation"])
        token, until = token_make(), timezone.now() + VALID_FOR
        Invitation.objects.using("owner").create(
            organisation_id=organisation.pk,
            email=options["email"].strip().lower(),
            role=options["role"],
            token_hash=token_hash(token),
            expires_at=until,
        )
        with transaction.atomic(), tenant_scope(organisation.pk):
            invitation_mail(
                organisation=organisation,
                email=options["email"].strip().lower(),
                role=options["role"],
                token=token,
                expires_at=until,
            )
            audit_record(
                code="invitation.made_by_command",
                subject=f"organisation:{organisation.pk}",
                email=options["email"],
                role=options["role"],
            )
        self.stdout.write(
            f"invited {options['email']} to {organisation.name} as {options['role']}, until {until:%F %R}"
        )

    def _organisation(self, named: str) -> Organisation:
        rows = Organisation.objects.using("owner")
        organisations = list(rows.filter(pk=int(named)) if named.isdecimal() else rows.filter(name=named))
        if len(organisations) != 1:
            raise CommandError(f"{len(organisations)} organisations are called {named!r}: give the id")
        return organisations[0]
