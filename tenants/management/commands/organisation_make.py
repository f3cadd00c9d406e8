"""Enters an organisation that nobody applies for: an office, a desk, a SOC, a vendor, an insurer."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tenants.audit.record import audit_record_of_nobody
from tenants.models import Organisation

OWNER = "owner"
Kind = Organisation.Kind


class Command(BaseCommand):
    """Needs OWNER_DATABASE_URL. Firms are not entered here: they apply, and the office approves (`/apply/`)."""

    help = "Enter a partner organisation; then invite its first owner with `invite`."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Its kind, name, and where its notices go."""
        parser.add_argument("--kind", required=True, choices=[kind for kind in Kind.values if kind != Kind.SME])
        parser.add_argument("--name", required=True)
        parser.add_argument("--email", default="", help="address for notices")
        parser.add_argument("--phone", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        """Store it once."""
        name = " ".join(options["name"].split())
        if not name:
            raise CommandError("an organisation has a name")
        rows = Organisation.objects.using(OWNER)
        if rows.filter(kind=options["kind"], name=name).exists():
            raise CommandError(f"there is a {options['kind']} called {name} already")
        made = rows.create(
            kind=options["kind"], name=name, email=options["email"].strip(), phone=options["phone"].strip()
        )
        audit_record_of_nobody(code="organisation.made_by_command", subject=f"organisation:{made.pk}", kind=made.kind)
        self.stdout.write(f"{made.pk}: {made.name} ({made.kind})")
