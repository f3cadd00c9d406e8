"""What a firm says beyond how it was, after a job or an incident (OSK 表4-35, 4-36)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("surveys", "0002_cases")]

    operations = [
        migrations.AddField(model_name="feedbackanswer", name="more", field=models.JSONField(default=dict)),
    ]
