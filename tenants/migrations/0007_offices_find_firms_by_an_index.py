"""Offices find firms by words in name and place, and by industry, through an index."""

import django.contrib.postgres.indexes
import tenants.models.organisation
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0006_figures_are_kept_by_month"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="organisation",
            index=django.contrib.postgres.indexes.GinIndex(
                tenants.models.organisation.Grams(tenants.models.organisation.NameAndPlace(), 2),
                name="organisation_by_name_and_place",
            ),
        ),
        migrations.AddIndex(
            model_name="organisation",
            index=models.Index(
                condition=models.Q(("kind", "sme")), fields=["industry"], name="organisation_by_industry"
            ),
        ),
    ]
