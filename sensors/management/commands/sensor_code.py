"""Issue an activation code for a firm's box."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sensors.selectors import sensors_of
from sensors.services import ActivationRefused, IssuedCode, activation_code_issue, sensor_prepare
from tenants.models import Organisation
from tenants.tenancy.scope import tenant_scope


class Command(BaseCommand):
    help = "Issue a one-time activation code for a box of a firm (shown once, kept only as a hash)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tenant", type=int, required=True, help="number of the firm")
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--sensor", type=int, help="number of the box (default: the firm's first)")
        which.add_argument("--new", action="store_true", help="make a new box")
        parser.add_argument("--name", default="本社", help="name of a new box")
        parser.add_argument("--json", action="store_true", help="print {code, sensor_id, device_id, expires_at}")

    def handle(self, *args: Any, **options: Any) -> None:
        with tenant_scope(options["tenant"]):
            issued = self._issue(options)
        if options["json"]:
            facts = {
                "code": issued.code,
                "sensor_id": issued.sensor.pk,
                "device_id": str(issued.sensor.device_id),
                "expires_at": issued.expires_at.isoformat(),
            }
            self.stdout.write(json.dumps(facts))
        else:
            self.stdout.write(issued.code)

    def _issue(self, options: dict[str, Any]) -> IssuedCode:
        tenant_id = options["tenant"]
        if not Organisation.objects.filter(pk=tenant_id, kind=Organisation.Kind.SME).exists():
            raise CommandError(f"no firm has the number {tenant_id}")
        known = sensors_of(tenant_id=tenant_id)
        sensor = known.filter(pk=options["sensor"]).first() if options["sensor"] else known.first()
        if options["new"] or (sensor is None and options["sensor"] is None):
            sensor = sensor_prepare(tenant_id=tenant_id, name=options["name"])
        if sensor is None:
            raise CommandError(f"firm {tenant_id} has no box {options['sensor']}")
        try:
            return activation_code_issue(sensor=sensor)
        except ActivationRefused:
            raise CommandError("this box is retired: use --new") from None
