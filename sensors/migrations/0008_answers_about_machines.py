"""What is answered about machines, question by question."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tenants.tenancy import rls


class Migration(migrations.Migration):

    dependencies = [
        ('sensors', '0007_boxes_holding_a_name'),
        ('tenants', '0007_offices_find_firms_by_an_index'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        rls.referable("sensors_device"),
        migrations.CreateModel(
            name='DeviceAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('question', models.CharField(choices=[('present', '会社にありますか'), ('user', 'だれが使っていますか'), ('whose', '会社のもの、個人のもの'), ('night', '夜に使いますか')], max_length=8, verbose_name='質問')),
                ('answer', models.CharField(max_length=10, verbose_name='答え')),
                ('words', models.CharField(blank=True, max_length=60, verbose_name='使っている人')),
                ('at', models.DateTimeField(verbose_name='答えた日時')),
                ('said_by', models.CharField(blank=True, max_length=80, verbose_name='答えた方')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('device', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='sensors.device')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'verbose_name': '端末についての答え',
                'ordering': ['-at', '-pk'],
                'indexes': [models.Index(fields=['tenant', 'device', 'question', '-at', '-id'], name='device_answer_newest')],
            },
        ),
        rls.same_firm_reference("sensors_deviceanswer", "device_id", "sensors_device"),
    ]
