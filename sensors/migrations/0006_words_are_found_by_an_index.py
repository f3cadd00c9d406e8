"""Words that people wrote are found by an index of neighbouring letters."""

import django.contrib.postgres.indexes
import tenants.models.organisation
import tenants.models.worded
from django.conf import settings
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('sensors', '0005_silent_boxes_are_found_by_an_index'),
        ('tenants', '0007_offices_find_firms_by_an_index'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='device',
            index=django.contrib.postgres.indexes.GinIndex(tenants.models.organisation.Grams(tenants.models.organisation.SearchFold(tenants.models.worded.SideBySide('given_name', 'owner')), 2), name='device_worded'),
        ),
    ]
