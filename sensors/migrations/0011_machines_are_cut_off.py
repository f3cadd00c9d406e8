"""Machines a box cuts off from the internet, the firm's consent for nights, and machines that must run."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tenants.tenancy import rls


class Migration(migrations.Migration):

    dependencies = [
        ('sensors', '0010_answers_about_machines_and_lists_of_machines_are_w'),
        ('tenants', '0007_offices_find_firms_by_an_index'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='device',
            name='must_run',
            field=models.BooleanField(db_default=False, default=False, verbose_name='止められない機器'),
        ),
        migrations.AddField(
            model_name='device',
            name='must_run_reason',
            field=models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='止められない理由'),
        ),
        migrations.CreateModel(
            name='Isolation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('incident_number', models.PositiveIntegerField(null=True, verbose_name='インシデント')),
                ('mac', models.CharField(max_length=17, verbose_name='機器の番号')),
                ('addresses', django.contrib.postgres.fields.ArrayField(base_field=models.GenericIPAddressField(), blank=True, default=list, size=None)),
                ('state', models.CharField(choices=[('wished', '会社の同意待ち'), ('consented', 'センサーの応答待ち'), ('ordered', 'センサーへ指示済み'), ('applied', '切り離し中'), ('releasing', '戻す指示済み'), ('ended', '戻しました'), ('refused', 'センサーが断りました'), ('expired', '期限で戻りました')], default='wished', max_length=10, verbose_name='状態')),
                ('until', models.DateTimeField(verbose_name='期限')),
                ('wished_at', models.DateTimeField(verbose_name='依頼')),
                ('wished_party', models.CharField(max_length=10)),
                ('contact', models.CharField(blank=True, max_length=254)),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='理由')),
                ('must_run_confirmed', models.BooleanField(default=False)),
                ('consented_at', models.DateTimeField(null=True, verbose_name='同意')),
                ('consent_way', models.CharField(blank=True, choices=[('page', '会社の画面'), ('mail', 'メールのリンク'), ('night', '夜間の同意'), ('phone', '電話')], max_length=5, verbose_name='同意の方法')),
                ('consent_words', models.CharField(blank=True, max_length=200, verbose_name='同意した人')),
                ('ordered_version', models.PositiveIntegerField(null=True)),
                ('ordered_at', models.DateTimeField(null=True)),
                ('applied_at', models.DateTimeField(null=True, verbose_name='切り離した時刻')),
                ('release_asked_at', models.DateTimeField(null=True, verbose_name='戻す指示')),
                ('release_party', models.CharField(blank=True, max_length=10)),
                ('ended_at', models.DateTimeField(null=True, verbose_name='戻した時刻')),
                ('problem', models.CharField(blank=True, max_length=300)),
                ('followed', models.BooleanField(default=False)),
                ('followed_steps', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), blank=True, default=list, size=None)),
                ('consent_recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('device', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='isolations', to='sensors.device')),
                ('released_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sensor', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sensors.sensor')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
                ('wished_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '切り離し',
                'indexes': [models.Index(condition=models.Q(('state__in', ['wished', 'consented', 'ordered', 'applied', 'releasing'])), fields=['tenant', 'sensor'], name='isolation_open'), models.Index(fields=['tenant', 'device', '-id'], name='isolation_of_device'), models.Index(condition=models.Q(('followed', False)), fields=['id'], name='isolation_to_follow'), models.Index(condition=models.Q(('state__in', ['wished', 'consented', 'ordered', 'applied', 'releasing'])), fields=['until'], name='isolation_to_end')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['wished', 'consented', 'ordered', 'applied', 'releasing'])), fields=('tenant', 'device'), name='isolation_open_once'), models.CheckConstraint(condition=models.Q(('state__in', ['wished', 'ended', 'expired']), ('consented_at__isnull', False), _connector='OR'), name='isolation_with_consent')],
            },
        ),
        migrations.CreateModel(
            name='IsolationConsent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(verbose_name='文面の版')),
                ('hours', models.CharField(max_length=120, verbose_name='会社に人がいる時間')),
                ('given_at', models.DateTimeField(verbose_name='同意')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='取消し')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('given_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'verbose_name': '夜間の切り離しの同意',
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('tenant',), name='isolation_consent_once')],
            },
        ),
        rls.same_firm_reference("sensors_isolation", "sensor_id", "sensors_sensor"),
        rls.same_firm_reference("sensors_isolation", "device_id", "sensors_device"),
    ]
