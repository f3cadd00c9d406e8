"""Signs of life of the queues' workers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0035_bounded_leases")]

    operations = [
        migrations.CreateModel(
            name="Pulse",
            fields=[
                ("queue", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.RunSQL("REVOKE DELETE ON notifications_pulse FROM otasuke_app", migrations.RunSQL.noop),
    ]
