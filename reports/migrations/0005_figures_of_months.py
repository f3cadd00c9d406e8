"""The figures of programmes, by month."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0004_sight_is_asked_row_by_row'),
        ('tenants', '0005_no_lists_of_firms'),
    ]

    operations = [
        migrations.CreateModel(
            name='ProgrammeFigure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(verbose_name='対象の月')),
                ('measure', models.CharField(max_length=20)),
                ('labels', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('amounts', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), null=True, size=None)),
                ('counted_at', models.DateTimeField()),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.programme')),
            ],
            options={
                'verbose_name': '事業の数字',
                'constraints': [models.UniqueConstraint(fields=('programme', 'month', 'measure', 'labels'), name='programme_figure_once')],
            },
        ),
    ]
