"""Boxes, their keys and orders, devices and reports of files."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tenants.tenancy import rls


class Migration(migrations.Migration):

    initial = True

    # Whoever has the last migration of the former history has it all.
    replaces = [("sensors", "0044_silence_says_what_it_changes")]

    dependencies = [
        ('tenants', '0001_tables'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='OrderFile',
            fields=[
                ('sha256', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('content', models.BinaryField()),
                ('made_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name='RuleBundle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(unique=True, verbose_name='版')),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('rule_count', models.PositiveIntegerField(verbose_name='ルール数')),
                ('source', models.CharField(max_length=300, verbose_name='出所')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sensors.orderfile')),
            ],
            options={
                'verbose_name': '検知ルール',
            },
        ),
        migrations.CreateModel(
            name='Sensor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('device_id', models.UUIDField(unique=True, verbose_name='機器番号')),
                ('name', models.CharField(max_length=80, verbose_name='名前')),
                ('state', models.CharField(choices=[('prepared', '準備中'), ('shipped', '発送済み'), ('arrived', '到着'), ('active', '稼働中'), ('retired', '返却・廃止')], default='prepared', max_length=20, verbose_name='状態')),
                ('shipped_at', models.DateTimeField(blank=True, null=True, verbose_name='発送')),
                ('arrived_at', models.DateTimeField(blank=True, null=True, verbose_name='到着')),
                ('activated_at', models.DateTimeField(blank=True, null=True, verbose_name='利用開始')),
                ('protecting_at', models.DateTimeField(blank=True, null=True, verbose_name='守り始め')),
                ('unprotected_since', models.DateTimeField(blank=True, null=True, verbose_name='守りが切れた時刻')),
                ('off_total_s', models.FloatField(blank=True, null=True)),
                ('last_seen_at', models.DateTimeField(blank=True, null=True, verbose_name='最後の連絡')),
                ('home_net', models.JSONField(blank=True, default=list, verbose_name='社内ネットワーク')),
                ('heartbeat', models.JSONField(blank=True, default=dict, verbose_name='最後の報告')),
                ('switched_off', models.JSONField(blank=True, default=list, verbose_name='止めている機能')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'verbose_name': 'センサー',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='sensor_in_firm')],
            },
        ),
        migrations.CreateModel(
            name='ProtectionDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='日')),
                ('off_s', models.PositiveIntegerField(default=0, verbose_name='守りが切れていた秒数')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
                ('sensor', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sensors.sensor')),
            ],
            options={
                'verbose_name': '守りの記録',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'sensor', 'day'), name='protection_day_once')],
            },
        ),
        migrations.CreateModel(
            name='Order',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('made_at', models.DateTimeField()),
                ('content_sha256', models.CharField(max_length=64)),
                ('manifest', models.BinaryField()),
                ('signature', models.BinaryField(max_length=64)),
                ('state', models.CharField(choices=[('waiting', '機器の応答待ち'), ('applied', '適用済み'), ('refused', '機器が受け付けませんでした'), ('rolled_back', '適用後に元へ戻しました')], default='waiting', max_length=12, verbose_name='状態')),
                ('answered_at', models.DateTimeField(null=True)),
                ('detail', models.CharField(blank=True, max_length=500)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
                ('sensor', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='sensors.sensor')),
            ],
            options={
                'verbose_name': '機器への指示',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'sensor', 'version'), name='order_version')],
            },
        ),
        migrations.CreateModel(
            name='FileReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64)),
                ('signature', models.CharField(max_length=200)),
                ('reported_at', models.DateTimeField()),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
                ('sensor', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sensors.sensor')),
            ],
            options={
                'verbose_name': 'ウイルスとされたファイル',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'sensor', 'sha256'), name='file_report_once')],
                'indexes': [
                    models.Index(fields=['sha256'], name='file_report_hash'),
                    models.Index(fields=['tenant', 'sensor', 'reported_at'], name='file_report_day'),
                ],
            },
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
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
                ('sensor', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sensors.sensor')),
            ],
            options={
                'verbose_name': '端末',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'sensor', 'mac'), name='device_once')],
                'indexes': [models.Index(fields=['tenant', '-last_seen_at'], name='device_newest')],
            },
        ),
        migrations.CreateModel(
            name='ActivationCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lookup', models.CharField(max_length=4, unique=True)),
                ('code_hash', models.BinaryField(max_length=32)),
                ('expires_at', models.DateTimeField()),
                ('tries_left', models.PositiveSmallIntegerField(default=5)),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
                ('sensor', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='codes', to='sensors.sensor')),
            ],
            options={
                'verbose_name': '利用開始コード',
            },
        ),
        migrations.CreateModel(
            name='SensorKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key_id', models.UUIDField(unique=True)),
                ('public_key', models.BinaryField(max_length=32)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('sensor', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='keys', to='sensors.sensor')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'verbose_name': 'センサーの鍵',
            },
        ),
        migrations.CreateModel(
            name='Suppression',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('signature_id', models.BigIntegerField(verbose_name='シグネチャ番号')),
                ('signature', models.CharField(max_length=300, verbose_name='シグネチャ')),
                ('source', models.CharField(blank=True, max_length=49, verbose_name='送信元')),
                ('destination', models.CharField(blank=True, max_length=49, verbose_name='宛先')),
                ('device', models.CharField(blank=True, max_length=17, verbose_name='端末のMAC')),
                ('effect', models.CharField(choices=[('silence', '知らせない(止めるかどうかは変えない)'), ('allow', '通す(数だけ数える)')], max_length=10, verbose_name='扱い')),
                ('reason', models.CharField(max_length=300, verbose_name='理由')),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(verbose_name='期限')),
                ('ended_at', models.DateTimeField(null=True)),
                ('ordered_version', models.PositiveIntegerField(null=True)),
                ('applied_at', models.DateTimeField(null=True)),
                ('problem', models.CharField(blank=True, max_length=500)),
                ('hits', models.PositiveBigIntegerField(default=0, verbose_name='効いた回数')),
                ('last_hit_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sensor', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='suppressions', to='sensors.sensor')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'verbose_name': '抑止',
                'indexes': [models.Index(fields=['tenant', 'sensor', '-created_at'], name='suppression_by_box')],
            },
        ),
        migrations.CreateModel(
            name='WatchGap',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('function', models.CharField(blank=True, max_length=8, verbose_name='機能')),
                ('cause', models.CharField(max_length=12, verbose_name='理由')),
                ('began_at', models.DateTimeField(verbose_name='始まり')),
                ('ended_at', models.DateTimeField(verbose_name='終わり')),
                ('sensor', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sensors.sensor')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'verbose_name': '見守れなかった時間',
                'indexes': [models.Index(fields=['tenant', 'sensor', '-ended_at'], name='watch_gap_newest')],
            },
        ),
        migrations.CreateModel(
            name='WebGuardName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=253, verbose_name='ホスト名')),
                ('kind', models.CharField(choices=[('block', '止める'), ('allow', '通す')], max_length=10, verbose_name='扱い')),
                ('reason', models.CharField(max_length=200, verbose_name='理由')),
                ('added_at', models.DateTimeField(auto_now_add=True)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.programme')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('programme', 'name'), name='web_guard_name_once')],
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
            name='KnownFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64, verbose_name='SHA-256')),
                ('signature', models.CharField(max_length=200)),
                ('learned_at', models.DateTimeField()),
                ('kind', models.CharField(choices=[('block', '止める'), ('allow', '止めない')], db_default='block', default='block', max_length=8, verbose_name='扱い')),
                ('basis', models.CharField(choices=[('firms', '複数の会社で見つかった'), ('analyst', '監視担当の判断')], db_default='firms', default='firms', max_length=8, verbose_name='根拠')),
                ('reason', models.CharField(blank=True, db_default='', max_length=200, verbose_name='理由')),
                ('expires_at', models.DateTimeField(null=True, verbose_name='期限')),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.programme')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('programme', 'sha256'), name='known_file_once'),
                    models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='known_file_is_a_hash'),
                ],
            },
        ),
        rls.same_firm_reference("sensors_activationcode", "sensor_id", "sensors_sensor"),
        rls.same_firm_reference("sensors_device", "sensor_id", "sensors_sensor"),
        rls.same_firm_reference("sensors_filereport", "sensor_id", "sensors_sensor"),
        rls.same_firm_reference("sensors_order", "sensor_id", "sensors_sensor"),
        rls.same_firm_reference("sensors_protectionday", "sensor_id", "sensors_sensor"),
        rls.same_firm_reference("sensors_sensorkey", "sensor_id", "sensors_sensor"),
        rls.same_firm_reference("sensors_suppression", "sensor_id", "sensors_sensor"),
        rls.same_firm_reference("sensors_watchgap", "sensor_id", "sensors_sensor"),
    ]
