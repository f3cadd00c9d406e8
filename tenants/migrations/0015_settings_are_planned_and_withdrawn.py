"""Settings take effect on a day to come, name their source, and can be withdrawn until then."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0014_counts_of_partners_have_their_wall"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="programmesettings",
            options={
                "ordering": ["programme", "-effective_from", "-version"],
                "verbose_name": "事業の設定",
                "verbose_name_plural": "事業の設定",
            },
        ),
        migrations.AddField(
            model_name="programmesettings",
            name="changed",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=60), blank=True, db_default=[], default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="programmesettings",
            name="published_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="決めた日時"
            ),
        ),
        migrations.AddField(
            model_name="programmesettings",
            name="replaced_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tenants.programmesettings",
            ),
        ),
        migrations.AddField(
            model_name="programmesettings",
            name="source",
            field=models.CharField(blank=True, db_default="", default="", max_length=200, verbose_name="根拠"),
        ),
        migrations.AddField(
            model_name="programmesettings",
            name="withdrawn_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="取り下げた日時"),
        ),
        migrations.AddField(
            model_name="programmesettings",
            name="withdrawn_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        # Until now a version held from the moment it was published.
        migrations.RunSQL(
            "UPDATE tenants_programmesettings SET published_at = effective_from WHERE effective_from < published_at",
            migrations.RunSQL.noop,
        ),
    ]
