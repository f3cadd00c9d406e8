"""What a digest has told of a group, so that alerts that join it later are told without it; an index of kin."""

from django.db import migrations, models

from tenants.tenancy import rls


class Migration(migrations.Migration):
    dependencies = [("alerts", "0005_retention")]

    operations = [
        migrations.AddField("alertgroup", "told_count", models.PositiveIntegerField(default=0)),
        migrations.AddField("alertgroup", "told_blocked", models.PositiveIntegerField(default=0)),
        rls.rewrite_rows(
            "alerts_alertgroup",
            "UPDATE alerts_alertgroup SET told_count = alert_count, told_blocked = blocked_count"
            " WHERE digest_key LIKE 'digest:%'",
            expect="any",
        ),
        migrations.AddIndex(
            "alertgroup",
            models.Index(
                condition=models.Q(("notify", "none"), _negated=True),
                fields=["tenant", "family", "asset_key"],
                name="alert_group_kin",
            ),
        ),
    ]
