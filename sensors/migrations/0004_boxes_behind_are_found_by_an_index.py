"""Boxes behind the others are found by an index."""

import django.db.models.fields.json
import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sensors', '0003_sight_is_asked_row_by_row'),
        ('tenants', '0005_no_lists_of_firms'),
    ]

    operations = [
        migrations.AddField(
            model_name='sensor',
            name='agent_version',
            field=models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Coalesce(django.db.models.fields.json.KeyTextTransform('agent_version', 'heartbeat'), models.Value('', output_field=models.TextField())), output_field=models.TextField()),
        ),
        migrations.AddField(
            model_name='sensor',
            name='suricata_version',
            field=models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Coalesce(django.db.models.fields.json.KeyTextTransform('suricata_version', 'heartbeat'), models.Value('', output_field=models.TextField())), output_field=models.TextField()),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('state__in', ('refused', 'rolled_back'))), fields=['sensor'], name='order_not_held'),
        ),
        migrations.AddIndex(
            model_name='sensor',
            index=models.Index(condition=models.Q(('state', 'active')), fields=['agent_version'], name='box_by_agent'),
        ),
        migrations.AddIndex(
            model_name='sensor',
            index=models.Index(condition=models.Q(('state', 'active')), fields=['suricata_version'], name='box_by_suricata'),
        ),
    ]
