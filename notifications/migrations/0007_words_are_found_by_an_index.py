"""Words that people wrote are found by an index of neighbouring letters."""

import django.contrib.postgres.indexes
import django.db.models.functions.comparison
import tenants.models.organisation
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0006_sight_is_asked_row_by_row'),
        ('tenants', '0007_offices_find_firms_by_an_index'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='attention',
            index=django.contrib.postgres.indexes.GinIndex(tenants.models.organisation.Grams(tenants.models.organisation.SearchFold(django.db.models.functions.comparison.Cast('facts', models.TextField())), 2), name='attention_worded'),
        ),
    ]
