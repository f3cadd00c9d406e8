"""Look at a box's keys, end them, or take a lost box out of use."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sensors.keys import keys_holding, sensor_retire
from sensors.selectors import sensors_of
from sensors.services import sensor_key_revoke
from tenants.tenancy.scope import tenant_scope


class Command(BaseCommand):
    help = "list: the keys that hold. revoke: end them (a new code starts the box again). retire: the box is lost."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=("list", "revoke", "retire"))
        parser.add_argument("--tenant", type=int, required=True, help="number of the firm")
        parser.add_argument("--sensor", type=int, required=True, help="number of the box")
        parser.add_argument("--reason", default="", help="why (needed to retire)")

    def handle(self, *args: Any, **options: Any) -> None:
        with tenant_scope(options["tenant"]):
            sensor = sensors_of(tenant_id=options["tenant"]).filter(pk=options["sensor"]).first()
            if sensor is None:
                raise CommandError(f"firm {options['tenant']} has no box {options['sensor']}")
            if options["action"] == "revoke":
                self.stdout.write(f"{sensor_key_revoke(sensor=sensor)} keys ended")
            elif options["action"] == "retire":
                if not options["reason"]:
                    raise CommandError("--reason is needed")
                sensor_retire(sensor=sensor, reason=options["reason"])
                self.stdout.write("retired")
            else:
                for key in keys_holding(tenant_id=options["tenant"], sensor_id=sensor.pk):
                    until = f" until {key.expires_at:%Y-%m-%d %H:%M%z}" if key.expires_at else ""
                    self.stdout.write(f"{key.key_id} since {key.created_at:%Y-%m-%d %H:%M%z}{until}")
