"""The firm's own list of its machines."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sensors', '0008_answers_about_machines'),
        ('tenants', '0007_offices_find_firms_by_an_index'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='LedgerFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_name', models.CharField(max_length=200, verbose_name='ファイル')),
                ('form', models.CharField(max_length=20)),
                ('entries', models.JSONField()),
                ('errors', models.JSONField(default=list)),
                ('unknown', models.JSONField(default=list)),
                ('is_cut', models.BooleanField(default=False)),
                ('read_at', models.DateTimeField(verbose_name='読み込んだ日時')),
                ('taken_at', models.DateTimeField(null=True, verbose_name='台帳にした日時')),
                ('dropped_at', models.DateTimeField(null=True)),
                ('read_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('taken_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'verbose_name': '機器台帳',
                'indexes': [models.Index(fields=['tenant', '-taken_at'], name='ledger_taken')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('dropped_at__isnull', True), ('taken_at__isnull', True)), fields=('tenant',), name='ledger_waits_once')],
            },
        ),
    ]
