"""Desk and SOC prepare boxes, issue codes and say where a box is; the firm says that it arrived."""

from django.db import migrations

from tenants.tenancy import rls

# `guard` drops only what `protect` made.
AGAIN = "DROP POLICY reads ON {0}; DROP POLICY adds ON {0}; DROP POLICY changes ON {0};"


class Migration(migrations.Migration):
    dependencies = [("sensors", "0040_protection_devices_consent")]

    operations = [
        *[
            migrations.RunSQL(AGAIN.format(table), migrations.RunSQL.noop)
            for table in ("sensors_sensor", "sensors_activationcode")
        ],
        rls.guard(
            "sensors_sensor",
            reads=("watch", "desk", "breakglass"),
            adds=("watch", "desk"),
            changes=("firm", "watch", "desk"),
        ),
        rls.guard(
            "sensors_activationcode", reads=("watch", "desk"), adds=("watch", "desk"), changes=("watch", "desk")
        ),
    ]
