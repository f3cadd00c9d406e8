"""Minutes unprotected, the way of a box to its firm, devices, consent to inspection."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tenants.tenancy import rls

STAFF = ("watch", "desk", "breakglass")


class Migration(migrations.Migration):

    dependencies = [
        ("sensors", "0031_orders"),
        ("tenants", "0060_scope_for_calls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='sensor',
            name='arrived_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='到着'),
        ),
        migrations.AddField(
            model_name='sensor',
            name='off_total_s',
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='sensor',
            name='protecting_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='守り始め'),
        ),
        migrations.AddField(
            model_name='sensor',
            name='shipped_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='発送'),
        ),
        migrations.AddField(
            model_name='sensor',
            name='unprotected_since',
            field=models.DateTimeField(blank=True, null=True, verbose_name='守りが切れた時刻'),
        ),
        migrations.CreateModel(
            name='Device',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mac', models.CharField(max_length=17, verbose_name='機器の番号')),
                ('last_ip', models.GenericIPAddressField(null=True, verbose_name='最後のアドレス')),
                ('names_seen', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), blank=True, default=list, size=None)),
                ('vendor', models.CharField(blank=True, max_length=120, verbose_name='メーカー')),
                ('random_mac', models.BooleanField(default=False, verbose_name='番号を変える機器')),
                ('first_seen_at', models.DateTimeField(verbose_name='最初に見た日時')),
                ('last_seen_at', models.DateTimeField(verbose_name='最後に見た日時')),
                ('night_seen_at', models.DateTimeField(null=True, verbose_name='夜間に見た日時')),
                ('given_name', models.CharField(blank=True, max_length=60, verbose_name='呼び名')),
                ('owner', models.CharField(blank=True, max_length=60, verbose_name='使っている人')),
                ('whose', models.CharField(blank=True, choices=[('', 'まだ分からない'), ('company', '会社のもの'), ('private', '個人のもの'), ('not_ours', 'うちの機器ではない')], default='', max_length=10, verbose_name='だれのものか')),
                ('antivirus', models.CharField(blank=True, choices=[('', '分からない'), ('yes', '入っている'), ('no', '入っていない')], default='', max_length=4, verbose_name='ウイルス対策ソフト')),
                ('named_at', models.DateTimeField(null=True)),
                ('named_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sensor', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sensors.sensor')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'verbose_name': '端末',
                'indexes': [models.Index(fields=['tenant', '-last_seen_at'], name='device_newest')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'sensor', 'mac'), name='device_once')],
            },
        ),
        migrations.CreateModel(
            name='InspectionConsent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(verbose_name='文面の版')),
                ('given_at', models.DateTimeField(verbose_name='同意')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='取消し')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('given_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'verbose_name': '検査への同意',
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('tenant', 'version'), name='inspection_consent_once')],
            },
        ),
        migrations.CreateModel(
            name='ProtectionDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='日')),
                ('off_s', models.PositiveIntegerField(default=0, verbose_name='守りが切れていた秒数')),
                ('sensor', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sensors.sensor')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'verbose_name': '守りの記録',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'sensor', 'day'), name='protection_day_once')],
            },
        ),
        rls.same_firm_reference("sensors_device", "sensor_id", "sensors_sensor"),
        rls.same_firm_reference("sensors_protectionday", "sensor_id", "sensors_sensor"),
        rls.guard("sensors_device", reads=STAFF, changes=("firm",)),
        rls.guard("sensors_protectionday", reads=STAFF),
        rls.guard("sensors_inspectionconsent", reads=STAFF, adds=("firm",), changes=("firm",)),
    ]
