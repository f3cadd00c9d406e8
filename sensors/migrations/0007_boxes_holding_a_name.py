"""Boxes that hold a listed name are found by an index."""

from django.db import migrations, models

from tenants.tenancy import rls

APPLIED = """
UPDATE sensors_sensor s SET ordered_at = (SELECT max(o.made_at) FROM sensors_order o
 WHERE o.tenant_id = s.tenant_id AND o.sensor_id = s.id AND o.state = 'applied')
"""


class Migration(migrations.Migration):

    dependencies = [
        ('sensors', '0006_words_are_found_by_an_index'),
        ('tenants', '0007_offices_find_firms_by_an_index'),
    ]

    operations = [
        migrations.AddField(
            model_name='sensor',
            name='ordered_at',
            field=models.DateTimeField(null=True),
        ),
        rls.rewrite_rows("sensors_sensor", APPLIED, expect="any", reads=["sensors_order"]),
        migrations.AddIndex(
            model_name='sensor',
            index=models.Index(condition=models.Q(('state', 'active')), fields=['ordered_at'], name='box_by_order'),
        ),
    ]
