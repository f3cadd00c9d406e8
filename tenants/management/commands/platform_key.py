"""Shows the platform's signing key and replaces it."""

from __future__ import annotations

import base64
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from base import platform_key
from tenants.audit.record import audit_record_of_nobody


class Command(BaseCommand):
    """Needs the key's directory; running programs notice the new key by themselves."""

    help = "show: the keys this platform signed with. rotate: make a new one that the old one vouches for."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to do."""
        parser.add_argument("action", choices=("show", "rotate"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it; a rotation stands in the trail, so the next head is signed over it by the new key."""
        if options["action"] == "rotate":
            with transaction.atomic():
                old = platform_key.key_id()
                platform_key.rotate(now=timezone.now())
                audit_record_of_nobody(code="platform.key_rotated", subject=f"key:{platform_key.key_id()}", before=old)
        for name, key in platform_key.known_keys().items():
            state = f"until {key.until:%Y-%m-%d %H:%M:%S%z}" if key.until else "in use"
            self.stdout.write(f"{name} {base64.b64encode(key.public).decode()} {state}")
