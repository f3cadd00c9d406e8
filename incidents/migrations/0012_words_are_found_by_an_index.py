"""Words that people wrote are found by an index of neighbouring letters."""

import django.contrib.postgres.indexes
import django.db.models.functions.comparison
import tenants.models.organisation
import tenants.models.worded
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('alerts', '0006_sight_is_asked_row_by_row'),
        ('incidents', '0011_incidents_newest_first'),
        ('notifications', '0006_sight_is_asked_row_by_row'),
        ('tenants', '0007_offices_find_firms_by_an_index'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='caller',
            index=django.contrib.postgres.indexes.GinIndex(tenants.models.organisation.Grams(tenants.models.organisation.SearchFold(tenants.models.worded.SideBySide('name', 'firm_told')), 2), name='caller_worded'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['topic'], name='case_of_topic'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['number'], name='case_numbered'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=django.contrib.postgres.indexes.GinIndex(tenants.models.organisation.Grams(tenants.models.organisation.SearchFold('title'), 2), name='case_worded'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=django.contrib.postgres.indexes.GinIndex(tenants.models.organisation.Grams(tenants.models.organisation.SearchFold('number_raw'), 2), name='contact_worded'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=django.contrib.postgres.indexes.GinIndex(tenants.models.organisation.Grams(tenants.models.organisation.PhoneDigits('number_raw'), 2), name='contact_figures'),
        ),
        migrations.AddIndex(
            model_name='customermessage',
            index=django.contrib.postgres.indexes.GinIndex(tenants.models.organisation.Grams(tenants.models.organisation.SearchFold('body'), 2), name='message_worded'),
        ),
        migrations.AddIndex(
            model_name='desktask',
            index=django.contrib.postgres.indexes.GinIndex(tenants.models.organisation.Grams(tenants.models.organisation.SearchFold('outcome'), 2), name='task_worded'),
        ),
        migrations.AddIndex(
            model_name='escalation',
            index=django.contrib.postgres.indexes.GinIndex(tenants.models.organisation.Grams(tenants.models.organisation.SearchFold('question'), 2), name='escalation_worded'),
        ),
        migrations.AddIndex(
            model_name='incident',
            index=models.Index(fields=['number'], name='incident_numbered'),
        ),
        migrations.AddIndex(
            model_name='incident',
            index=django.contrib.postgres.indexes.GinIndex(tenants.models.organisation.Grams(tenants.models.organisation.SearchFold('opened_reason'), 2), name='incident_worded'),
        ),
        migrations.AddIndex(
            model_name='incidentevent',
            index=django.contrib.postgres.indexes.GinIndex(tenants.models.organisation.Grams(tenants.models.organisation.SearchFold(django.db.models.functions.comparison.Cast('data', models.TextField())), 2), name='incident_event_worded'),
        ),
        migrations.AddIndex(
            model_name='internalnote',
            index=django.contrib.postgres.indexes.GinIndex(tenants.models.organisation.Grams(tenants.models.organisation.SearchFold('body'), 2), name='note_worded'),
        ),
    ]
