"""manage.py batches: what boxes sent and nobody has read yet; one batch set aside by hand, or tried again."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from alerts.inbox import Box, batch_set_aside
from alerts.models import InboxBatch
from base.reasons import says_something
from tenants.audit.record import audit_record
from tenants.tenancy.scope import tenant_scope

SHOWN = 1000


class Command(BaseCommand):
    """For the operator. A batch set aside is kept; the desk is asked to look."""

    help = "List the oldest waiting batch of each box; --aside or --again one of them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Nothing: list."""
        parser.add_argument("--firm", type=int, help="number of the firm the batch belongs to")
        action = parser.add_mutually_exclusive_group()
        action.add_argument("--aside", type=UUID, metavar="BATCH", help="keep it, and do not try it again by itself")
        action.add_argument("--again", type=UUID, metavar="BATCH", help="try it again at once")
        parser.add_argument("--why", default="", help="what stands in the trail and in the desk's request")

    def handle(self, *args: Any, **options: Any) -> None:
        """List, or change one."""
        batch_id = options["aside"] or options["again"]
        if batch_id is None:
            self._list()
            return
        if options["firm"] is None or not says_something(options["why"]):
            raise CommandError("--firm and --why (in words) are needed")
        with tenant_scope(options["firm"]):
            batch = InboxBatch.objects.filter(batch_id=batch_id, processed_at__isnull=True).first()
            if batch is None:
                raise CommandError(f"firm {options['firm']} has no waiting batch {batch_id}")
            if options["aside"]:
                why = f"by hand: {options['why']}"[:300]
                batch_set_aside(Box(batch.tenant_id, batch.sensor_id), batch_id, why, timezone.now())
            else:
                InboxBatch.objects.filter(batch_id=batch_id).update(attempts=0, retry_at=None, error="")
            code = "batch.set_aside" if options["aside"] else "batch.tried_again"
            audit_record(code=code, subject=f"batch:{batch_id}", why=options["why"][:300])
        self.stdout.write(f"{batch_id}: {'set aside' if options['aside'] else 'waits for its turn'}")

    def _list(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT tenant_id, sensor_id, batch_id FROM sec.waiting_batches(%s)", [SHOWN])
            waiting = cursor.fetchall()
        for tenant_id, sensor_id, batch_id in waiting:
            with tenant_scope(tenant_id):
                batch = InboxBatch.objects.get(batch_id=batch_id)
            state = f"since {batch.received_at:%Y-%m-%d %H:%M} UTC, {batch.attempts} tries {batch.error}".rstrip()
            self.stdout.write(f"firm {tenant_id}  sensor {sensor_id}  batch {batch_id}  {state}")
        if not waiting:
            self.stdout.write("no batch waits")
