"""What boxes detected, by month."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0010_answers_are_counted_by_month'),
        ('tenants', '0012_programmes_are_founded_and_partners_come_and_go'),
    ]

    operations = [
        migrations.CreateModel(
            name='DetectionFigure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(verbose_name='対象の月')),
                ('measure', models.CharField(max_length=20)),
                ('labels', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('amounts', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('counted_at', models.DateTimeField()),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.programme')),
            ],
            options={
                'verbose_name': '検知の数字',
                'constraints': [models.UniqueConstraint(fields=('programme', 'month', 'measure', 'labels'), name='detection_figure_once')],
            },
        ),
    ]
