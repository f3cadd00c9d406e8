"""Monthly reports."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    # Whoever has the last migration of the former history has it all.
    replaces = [("reports", "0015_waiting_work")]

    dependencies = [
        ('tenants', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='MonthlyReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(verbose_name='対象の月')),
                ('provisional_until', models.DateTimeField(null=True, verbose_name='暫定の締め')),
                ('state', models.CharField(choices=[('waiting', '作成待ち'), ('ready', 'できました'), ('failed', '作成できませんでした')], default='waiting', max_length=20, verbose_name='状態')),
                ('figures', models.JSONField(default=dict)),
                ('pdf', models.BinaryField(null=True)),
                ('pdf_sha256', models.CharField(blank=True, max_length=64)),
                ('error', models.CharField(blank=True, max_length=300)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('not_before', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('made_at', models.DateTimeField(null=True)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'verbose_name': '月次レポート',
                'indexes': [models.Index(condition=models.Q(('state', 'ready'), _negated=True), fields=['id'], name='report_unmade')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'month'), name='monthly_report_once')],
            },
        ),
    ]
