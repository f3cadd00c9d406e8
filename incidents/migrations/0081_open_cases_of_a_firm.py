"""Row-level security asks for firms first: an index of each firm's open cases, beside the one in the queue's order."""

from django.db import migrations, models

OPEN = models.Q(state__in=("new", "working", "waiting", "escalated"))


class Migration(migrations.Migration):
    dependencies = [("incidents", "0080_breach_notes")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["tenant"], condition=OPEN, name="case_open_of_firm"),
        ),
    ]
